-- name:   accelerometer_trusted
-- inputs: accelerometer (by subject-day), subject_state (by subject)
-- span:   instant
-- grain:  One row an accelerometer reading taken after its person agreed to research; equal readings count once.
-- key:    subject_id, timestamp, x, y, z
-- checks: no_reading_before_consent, every_reading_is_as_landed
--
-- Rules 3 and 4 of the policy (docs/policy.md). A reading with an impossible time cannot be held against consent.
SELECT
  reading.subject_id AS subject_id,
  reading.timestamp AS timestamp,
  MIN(reading.ingest_id) AS ingest_id,
  reading.x AS x,
  reading.y AS y,
  reading.z AS z
FROM accelerometer AS reading
JOIN subject_state AS person ON person.subject_id = reading.subject_id
WHERE person.status = 'granted'
  AND reading.timestamp >= person.granted_from_ms
  AND reading.implausible = 0
GROUP BY reading.subject_id, reading.timestamp, reading.x, reading.y, reading.z
