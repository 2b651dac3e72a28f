-- Person ?1's trusted readings: in the ML table, or without a partner at their millisecond. And the rows of the table.
SELECT 'accelerometer' AS stream,
       CASE
         WHEN EXISTS (
           SELECT 1
           FROM step_trainer_trusted_rows AS step
           WHERE step.subject_id = movement.subject_id AND step.sensorReadingTime = movement.timestamp
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
           FROM accelerometer_trusted_rows AS movement
           WHERE movement.subject_id = step.subject_id AND movement.timestamp = step.sensorReadingTime
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
