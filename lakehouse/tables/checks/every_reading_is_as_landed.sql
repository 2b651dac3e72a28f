-- Every reading is one that landed, unchanged.
SELECT COUNT(*)
FROM {stream}_trusted_rows AS reading
LEFT JOIN {stream} AS landed ON landed.ingest_id = reading.ingest_id
WHERE landed.{owner_id} IS NOT reading.{owner_id}
   OR landed.{time} IS NOT reading.{time}
   OR landed.{value} IS NOT reading.{value}
   OR landed.implausible IS NOT 0
