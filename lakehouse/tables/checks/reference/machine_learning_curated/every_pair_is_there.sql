-- At each instant: step-trainer readings times accelerometer readings, no more and no fewer.
SELECT COUNT(*)
FROM (
  SELECT at_ms
  FROM (
    SELECT sensorReadingTime AS at_ms, COUNT(*) AS steps, 0 AS movements, 0 AS pairs
    FROM step_trainer_trusted_rows GROUP BY sensorReadingTime
    UNION ALL
    SELECT timestamp, 0, COUNT(*), 0
    FROM accelerometer_trusted_rows GROUP BY timestamp
    UNION ALL
    SELECT sensorReadingTime, 0, 0, COUNT(*)
    FROM machine_learning_curated_rows GROUP BY sensorReadingTime
  )
  GROUP BY at_ms
  HAVING SUM(steps) * SUM(movements) <> SUM(pairs)
)
