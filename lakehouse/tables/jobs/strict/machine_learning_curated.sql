-- name:   machine_learning_curated
-- inputs: step_trainer_trusted (by subject-day), accelerometer_trusted (by subject-day)
-- span:   instant
-- grain:  One row a step-trainer reading and an accelerometer reading of the same person at the same millisecond.
-- key:    step_trainer_id, accelerometer_id
-- checks: both_sides_are_one_person, no_reading_before_consent, every_pair_is_there, every_row_has_a_pseudonym
--
-- Rule 6 of the policy (docs/policy.md): every pair, and both sides of it belong to the same person.
SELECT
  step.subject_id AS subject_id,
  step.sensorReadingTime AS sensorReadingTime,
  step.ingest_id AS step_trainer_id,
  movement.ingest_id AS accelerometer_id,
  step.distanceFromObject AS distanceFromObject,
  movement.x AS x,
  movement.y AS y,
  movement.z AS z
FROM step_trainer_trusted_rows AS step
JOIN accelerometer_trusted_rows AS movement
  ON movement.subject_id = step.subject_id
  AND movement.timestamp = step.sensorReadingTime
