-- Every reading is as landed, and its customer a trusted one of the same person.
SELECT COUNT(*)
FROM accelerometer_trusted_rows AS reading
LEFT JOIN accelerometer AS landed ON landed.ingest_id = reading.ingest_id
LEFT JOIN customer_trusted_rows AS named ON named.customer_id = reading.customer_id
WHERE named.subject_id IS NOT reading.subject_id
   OR landed.subject_id IS NOT reading.subject_id
   OR landed.timestamp IS NOT reading.timestamp
   OR landed.x IS NOT reading.x
   OR landed.y IS NOT reading.y
   OR landed.z IS NOT reading.z
