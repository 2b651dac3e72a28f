-- Every reading is as landed, and its customer a curated one that carries the serial.
SELECT COUNT(*)
FROM step_trainer_trusted_rows AS reading
LEFT JOIN step_trainer AS landed ON landed.ingest_id = reading.ingest_id
LEFT JOIN customers_curated_rows AS curated ON curated.customer_id = reading.customer_id
LEFT JOIN customer_trusted_rows AS named ON named.customer_id = curated.customer_id
WHERE named.trainer_id IS NOT reading.trainer_id
   OR landed.trainer_id IS NOT reading.trainer_id
   OR landed.sensorReadingTime IS NOT reading.sensorReadingTime
   OR landed.distanceFromObject IS NOT reading.distanceFromObject
