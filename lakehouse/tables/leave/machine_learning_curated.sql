DELETE FROM main.machine_learning_curated_rows
WHERE (sensorReadingTime, step_trainer_id, accelerometer_id) IN (
  SELECT sensorReadingTime, step_trainer_id, accelerometer_id FROM temp.leaving_pair
)
