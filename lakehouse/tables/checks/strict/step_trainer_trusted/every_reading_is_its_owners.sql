-- The trainer was this person's at that time, and theirs alone.
SELECT COUNT(*)
FROM step_trainer_trusted_rows AS reading
WHERE 1 <> (
  SELECT COUNT(*)
  FROM serial_owner AS owner
  WHERE owner.trainer_id = reading.trainer_id
    AND owner.from_ms <= reading.sensorReadingTime
    AND owner.to_ms > reading.sensorReadingTime
    AND owner.status = 'owned'
    AND owner.subject_id = reading.subject_id
)
