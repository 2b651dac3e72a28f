-- name:   step_trainer_trusted
-- inputs: step_trainer (by subject-day), serial_owner (whole), subject_state (by subject), customers_curated (by subject)
-- span:   instant
-- grain:  One row a step-trainer reading of a curated customer, taken while the trainer was theirs and after they
--         agreed to research; equal readings count once.
-- key:    trainer_id, sensorReadingTime, distanceFromObject
-- checks: no_reading_before_consent, every_reading_is_its_owners, every_reading_is_as_landed
--
-- Rules 3, 5 and 6 of the policy (docs/policy.md).
SELECT
  owner.subject_id AS subject_id,
  reading.sensorReadingTime AS sensorReadingTime,
  MIN(reading.ingest_id) AS ingest_id,
  reading.trainer_id AS trainer_id,
  reading.distanceFromObject AS distanceFromObject
FROM step_trainer AS reading
JOIN serial_owner AS owner
  ON owner.trainer_id = reading.trainer_id
  AND owner.from_ms <= reading.sensorReadingTime
  AND owner.to_ms > reading.sensorReadingTime
JOIN subject_state AS person ON person.subject_id = owner.subject_id
JOIN customers_curated_rows AS customer ON customer.subject_id = owner.subject_id
WHERE owner.status = 'owned'
  AND person.status = 'granted'
  AND reading.sensorReadingTime >= person.granted_from_ms
  AND reading.implausible = 0
GROUP BY owner.subject_id, reading.sensorReadingTime, reading.trainer_id, reading.distanceFromObject
