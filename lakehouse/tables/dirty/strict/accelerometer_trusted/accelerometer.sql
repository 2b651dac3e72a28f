-- New readings: their own instants.
SELECT subject_id, from_ms, to_ms FROM temp.new_accelerometer
