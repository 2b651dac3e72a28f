SELECT subject_id, sensorReadingTime AS from_ms, sensorReadingTime + 1 AS to_ms
FROM temp.changed_step_trainer_trusted
