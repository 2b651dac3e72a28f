-- Every reading is one that landed, unchanged.
SELECT COUNT(*)
FROM step_trainer_trusted_rows AS reading
LEFT JOIN step_trainer AS landed ON landed.ingest_id = reading.ingest_id
WHERE landed.trainer_id IS NOT reading.trainer_id
   OR landed.sensorReadingTime IS NOT reading.sensorReadingTime
   OR landed.distanceFromObject IS NOT reading.distanceFromObject
   OR landed.implausible IS NOT 0
