-- ==== what
-- name:   step_trainer_trusted
-- inputs: step_trainer (by subject-day), serial_owner (whole), subject_state (by subject), customers_curated (by subject)
-- span:   instant
-- grain:  One row a step-trainer reading of a curated customer, taken while the trainer was theirs and after they
--         agreed to research; equal readings count once.
-- key:    trainer_id, sensorReadingTime, distanceFromObject
--
-- Rules 3, 5 and 6 of the policy (docs/policy.md).

-- ==== ddl
CREATE TABLE step_trainer_trusted_rows (
  subject_id         INTEGER NOT NULL,
  sensorReadingTime  INTEGER NOT NULL,
  ingest_id          INTEGER NOT NULL,
  trainer_id         INTEGER NOT NULL,
  distanceFromObject INTEGER NOT NULL,
  PRIMARY KEY (subject_id, sensorReadingTime, ingest_id)
) WITHOUT ROWID;

CREATE VIEW step_trainer_trusted AS
SELECT reading.sensorReadingTime AS sensorReadingTime, device.serialNumber AS serialNumber,
       reading.distanceFromObject AS distanceFromObject
FROM step_trainer_trusted_rows AS reading
JOIN serial_trusted AS device ON device.trainer_id = reading.trainer_id;

-- What SQLite's planner should know of it before it has a row: a person has many readings, an instant one or two. Else it
-- prefers the bounds of a span to the very instant. Rows, and rows that a prefix of the key has.
ANALYZE main.step_trainer_trusted_rows;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('step_trainer_trusted_rows', 'step_trainer_trusted_rows', '1000000 1000 2 1');

-- ==== select
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

-- ==== dirty customers_curated
-- A first trusted accelerometer reading lets all of the person's trainer readings in; the last one takes them along.
SELECT subject_id, -9007199254740992 AS from_ms, 9007199254740992 AS to_ms FROM temp.changed_customers_curated

-- ==== dirty removed
-- Readings have left: the same instants of whoever owned the trainer then.
SELECT owned.subject_id AS subject_id, MAX(gone.from_ms, owned.from_ms) AS from_ms,
       MIN(gone.to_ms, owned.to_ms) AS to_ms
FROM temp.removed AS gone
CROSS JOIN main.serial_owner AS owned
  ON owned.trainer_id = gone.trainer_id
  AND owned.from_ms < gone.to_ms
  AND owned.to_ms > gone.from_ms
WHERE owned.subject_id IS NOT NULL

-- ==== dirty serial_owner
-- A serial has changed hands, gained a carrier or lost its ambiguity: the span, of who owned it and of who does now.
SELECT subject_id, from_ms, to_ms FROM temp.changed_serial_owner WHERE subject_id IS NOT NULL

-- ==== dirty step_trainer
-- New readings: the same instants of whoever owned the trainer then.
SELECT owned.subject_id AS subject_id, MAX(landed.from_ms, owned.from_ms) AS from_ms,
       MIN(landed.to_ms, owned.to_ms) AS to_ms
FROM temp.new_step_trainer AS landed
CROSS JOIN main.serial_owner AS owned
  ON owned.trainer_id = landed.trainer_id
  AND owned.from_ms < landed.to_ms
  AND owned.to_ms > landed.from_ms
WHERE owned.subject_id IS NOT NULL

-- ==== dirty subject_state
-- Consent has changed: all of the person's time. A row that differs in the current record alone changes no reading.
SELECT subject_id, -9007199254740992 AS from_ms, 9007199254740992 AS to_ms
FROM temp.changed_subject_state
GROUP BY subject_id, status, granted_from_ms
HAVING COUNT(*) = 1

-- ==== check every_reading_is_its_owners
-- The trainer was this person's at that time, and theirs alone.
SELECT COUNT(*)
FROM step_trainer_trusted_rows AS reading
WHERE 1 <> (
  SELECT COUNT(*)
  FROM serial_owner AS owner
  WHERE owner.trainer_id = reading.trainer_id
    AND owner.from_ms <= reading.sensorReadingTime
    AND owner.to_ms > reading.sensorReadingTime
    AND owner.status = 'owned'
    AND owner.subject_id = reading.subject_id
)

-- ==== leaving
-- By dirty subject_state and customers_curated: no reading counts any more.
