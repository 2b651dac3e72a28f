SELECT subject_id, timestamp AS from_ms, timestamp + 1 AS to_ms FROM temp.changed_accelerometer_trusted
