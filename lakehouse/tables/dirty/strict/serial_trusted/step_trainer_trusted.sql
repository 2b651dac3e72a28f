-- It may be the trainer's first trusted reading, or its last one may have gone. Further readings of what the table holds
-- already change nothing, and most are.
SELECT changed.trainer_id
FROM temp.changed_step_trainer_trusted AS changed
WHERE changed.is_new = 0
  OR NOT EXISTS (
    SELECT 1
    FROM main.serial_trusted AS known
    WHERE known.trainer_id = changed.trainer_id
  )
