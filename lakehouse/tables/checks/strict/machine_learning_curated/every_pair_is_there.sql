-- At each instant of a person: step-trainer readings times accelerometer readings, no more and no fewer.
SELECT COUNT(*)
FROM (
  SELECT subject_id, at_ms
  FROM (
    SELECT subject_id, sensorReadingTime AS at_ms, COUNT(*) AS steps, 0 AS movements, 0 AS pairs
    FROM step_trainer_trusted_rows GROUP BY subject_id, sensorReadingTime
    UNION ALL
    SELECT subject_id, timestamp, 0, COUNT(*), 0
    FROM accelerometer_trusted_rows GROUP BY subject_id, timestamp
    UNION ALL
    SELECT subject_id, sensorReadingTime, 0, 0, COUNT(*)
    FROM machine_learning_curated_rows GROUP BY subject_id, sensorReadingTime
  )
  GROUP BY subject_id, at_ms
  HAVING SUM(steps) * SUM(movements) <> SUM(pairs)
)
