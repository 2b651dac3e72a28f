-- Every reading is one that landed, unchanged.
SELECT COUNT(*)
FROM accelerometer_trusted_rows AS reading
LEFT JOIN accelerometer AS landed ON landed.ingest_id = reading.ingest_id
WHERE landed.subject_id IS NOT reading.subject_id
   OR landed.timestamp IS NOT reading.timestamp
   OR landed.x IS NOT reading.x
   OR landed.y IS NOT reading.y
   OR landed.z IS NOT reading.z
   OR landed.implausible IS NOT 0
