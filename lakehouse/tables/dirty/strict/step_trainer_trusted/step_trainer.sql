-- New readings: the same instants of whoever owned the trainer then.
SELECT owned.subject_id AS subject_id, MAX(landed.from_ms, owned.from_ms) AS from_ms,
       MIN(landed.to_ms, owned.to_ms) AS to_ms
FROM temp.new_step_trainer AS landed
CROSS JOIN main.serial_owner AS owned
  ON owned.trainer_id = landed.trainer_id
  AND owned.from_ms < landed.to_ms
  AND owned.to_ms > landed.from_ms
WHERE owned.subject_id IS NOT NULL
