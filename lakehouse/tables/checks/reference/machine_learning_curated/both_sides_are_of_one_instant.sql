-- Both readings of a row landed, as the row shows them, at its instant.
SELECT COUNT(*)
FROM machine_learning_curated_rows AS pair
LEFT JOIN accelerometer AS movement ON movement.ingest_id = pair.accelerometer_id
LEFT JOIN step_trainer AS step ON step.ingest_id = pair.step_trainer_id
WHERE movement.timestamp IS NOT pair.sensorReadingTime
   OR step.sensorReadingTime IS NOT pair.sensorReadingTime
   OR movement.x IS NOT pair.x
   OR movement.y IS NOT pair.y
   OR movement.z IS NOT pair.z
   OR step.distanceFromObject IS NOT pair.distanceFromObject
