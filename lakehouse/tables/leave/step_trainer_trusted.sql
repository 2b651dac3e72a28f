DELETE FROM main.step_trainer_trusted_rows
WHERE (sensorReadingTime, trainer_id, ingest_id) IN (
  SELECT sensorReadingTime, trainer_id, ingest_id FROM temp.leaving_step_trainer
)
