-- Person ?1's trusted readings: in the ML table, or without a partner at their millisecond, whoever the partner is. And
-- the rows of the table in which either side is theirs.
SELECT 'accelerometer' AS stream,
       CASE
         WHEN EXISTS (
           SELECT 1
           FROM machine_learning_curated_rows AS pair
           WHERE pair.sensorReadingTime = movement.timestamp
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
           WHERE pair.sensorReadingTime = step.sensorReadingTime
             AND pair.step_trainer_id = step.ingest_id
         ) THEN 'included'
         ELSE 'no_partner'
       END,
       COUNT(*)
FROM step_trainer_trusted_rows AS step
WHERE step.trainer_id IN (SELECT trainer_id FROM landing.customer WHERE subject_id = ?1)
GROUP BY 2
UNION ALL
SELECT 'pairs', 'included', COUNT(*)
FROM machine_learning_curated_rows AS pair
LEFT JOIN customer_trusted_rows AS mover ON mover.customer_id = pair.accelerometer_customer_id
LEFT JOIN customer_trusted_rows AS stepper ON stepper.customer_id = pair.step_customer_id
WHERE mover.subject_id = ?1
   OR stepper.subject_id = ?1
