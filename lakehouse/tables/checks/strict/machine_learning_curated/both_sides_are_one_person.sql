-- Both readings of a row, as landed, are of the row's person and instant.
SELECT COUNT(*)
FROM machine_learning_curated_rows AS pair
LEFT JOIN accelerometer AS movement ON movement.ingest_id = pair.accelerometer_id
LEFT JOIN step_trainer AS step ON step.ingest_id = pair.step_trainer_id
LEFT JOIN serial_owner AS owner
  ON owner.trainer_id = step.trainer_id
  AND owner.from_ms <= step.sensorReadingTime
  AND owner.to_ms > step.sensorReadingTime
WHERE movement.subject_id IS NOT pair.subject_id
   OR owner.subject_id IS NOT pair.subject_id
   OR movement.timestamp IS NOT pair.sensorReadingTime
   OR step.sensorReadingTime IS NOT pair.sensorReadingTime
   OR movement.x IS NOT pair.x
   OR movement.y IS NOT pair.y
   OR movement.z IS NOT pair.z
   OR step.distanceFromObject IS NOT pair.distanceFromObject
