-- Person ?1's trusted readings: in a row of the ML table, or without a partner. And the rows of the table.
SELECT 'accelerometer' AS stream,
       CASE
         WHEN EXISTS (
           SELECT 1
           FROM machine_learning_curated_rows AS pair
           WHERE pair.subject_id = movement.subject_id
             AND pair.sensorReadingTime = movement.timestamp
             AND pair.accelerometer_id = movement.ingest_id
         ) THEN 'included'
         ELSE 'no_partner'
       END AS reason,
       COUNT(*) AS row_count
FROM accelerometer_trusted_rows AS movement
WHERE movement.subject_id = ?1
GROUP BY 2
UNION ALL
SELECT 'step_trainer',
       CASE
         WHEN EXISTS (
           SELECT 1
           FROM machine_learning_curated_rows AS pair
           WHERE pair.subject_id = step.subject_id
             AND pair.sensorReadingTime = step.sensorReadingTime
             AND pair.step_trainer_id = step.ingest_id
         ) THEN 'included'
         ELSE 'no_partner'
       END,
       COUNT(*)
FROM step_trainer_trusted_rows AS step
WHERE step.subject_id = ?1
GROUP BY 2
UNION ALL
SELECT 'pairs', 'included', COUNT(*)
FROM machine_learning_curated_rows
WHERE subject_id = ?1
