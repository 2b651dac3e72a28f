-- name:   machine_learning_curated
-- inputs: step_trainer_trusted (whole), accelerometer_trusted (whole)
-- grain:  One row a step-trainer reading and an accelerometer reading of the same millisecond, whosever they are.
-- key:    step_trainer_id, accelerometer_id
-- checks: both_sides_are_of_one_instant, every_pair_is_there
--
-- As published: joined on time alone, so that a row can pair two different people.
SELECT
  step.sensorReadingTime AS sensorReadingTime,
  step.ingest_id AS step_trainer_id,
  movement.ingest_id AS accelerometer_id,
  step.customer_id AS step_customer_id,
  step.distanceFromObject AS distanceFromObject,
  movement.customer_id AS accelerometer_customer_id,
  movement.x AS x,
  movement.y AS y,
  movement.z AS z
FROM step_trainer_trusted_rows AS step
JOIN accelerometer_trusted_rows AS movement ON movement.timestamp = step.sensorReadingTime
