DELETE FROM main.machine_learning_curated_rows
WHERE (sensorReadingTime, step_trainer_id, accelerometer_id) IN (
  SELECT pair.sensorReadingTime, pair.step_trainer_id, pair.accelerometer_id
  FROM temp.leaving_accelerometer AS gone
  CROSS JOIN main.machine_learning_curated_rows AS pair
    ON pair.sensorReadingTime = gone.timestamp
    AND pair.accelerometer_id = gone.ingest_id
  UNION
  SELECT pair.sensorReadingTime, pair.step_trainer_id, pair.accelerometer_id
  FROM temp.leaving_step_trainer AS gone
  CROSS JOIN main.machine_learning_curated_rows AS pair
    ON pair.sensorReadingTime = gone.sensorReadingTime
    AND pair.step_trainer_id = gone.ingest_id
)
