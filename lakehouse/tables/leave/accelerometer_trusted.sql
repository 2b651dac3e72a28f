DELETE FROM main.accelerometer_trusted_rows
WHERE (timestamp, subject_id, ingest_id) IN (SELECT timestamp, subject_id, ingest_id FROM temp.leaving_accelerometer)
