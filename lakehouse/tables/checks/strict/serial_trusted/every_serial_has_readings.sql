-- Serials stand here for trusted readings alone, and for all of them.
SELECT COUNT(*)
FROM (
  SELECT trainer_id FROM serial_trusted
  EXCEPT
  SELECT trainer_id FROM step_trainer_trusted_rows
  UNION ALL
  SELECT trainer_id FROM (
    SELECT trainer_id FROM step_trainer_trusted_rows
    EXCEPT
    SELECT trainer_id FROM serial_trusted
  )
)
