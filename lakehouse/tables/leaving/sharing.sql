-- Who stays and carries a serial of theirs, spelled alike: `reference` then gives them the same readings.
SELECT COUNT(*)
FROM temp.leaving AS gone
CROSS JOIN main.customer_trusted_rows AS theirs ON theirs.subject_id = gone.subject_id
CROSS JOIN main.serial_record AS carried ON carried.trainer_id = theirs.trainer_id
CROSS JOIN main.customer_trusted_rows AS other ON other.customer_id = carried.ingest_id
CROSS JOIN main.customers_curated_rows AS curated ON curated.customer_id = other.customer_id
WHERE other.serialNumber = theirs.serialNumber
  AND other.subject_id NOT IN (SELECT subject_id FROM temp.leaving)
