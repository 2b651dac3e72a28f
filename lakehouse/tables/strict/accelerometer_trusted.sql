-- ==== what
-- name:   accelerometer_trusted
-- inputs: accelerometer (by subject-day), subject_state (by subject)
-- span:   instant
-- grain:  One row an accelerometer reading taken after its person agreed to research; equal readings count once.
-- key:    subject_id, timestamp, x, y, z
--
-- Rules 3 and 4 of the policy (docs/policy.md). A reading with an impossible time cannot be held against consent.

-- ==== ddl
CREATE TABLE accelerometer_trusted_rows (
  subject_id INTEGER NOT NULL,
  timestamp  INTEGER NOT NULL,
  ingest_id  INTEGER NOT NULL,
  x          REAL NOT NULL,
  y          REAL NOT NULL,
  z          REAL NOT NULL,
  PRIMARY KEY (subject_id, timestamp, ingest_id)
) WITHOUT ROWID;

CREATE VIEW accelerometer_trusted AS
SELECT person.email AS user, reading.timestamp AS timestamp, reading.x AS x, reading.y AS y, reading.z AS z
FROM accelerometer_trusted_rows AS reading
JOIN customer_trusted_rows AS person ON person.subject_id = reading.subject_id;

-- What SQLite's planner should know of it before it has a row: a person has many readings, an instant one or two. Else it
-- prefers the bounds of a span to the very instant. Rows, and rows that a prefix of the key has.
ANALYZE main.accelerometer_trusted_rows;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('accelerometer_trusted_rows', 'accelerometer_trusted_rows', '1000000 1000 2 1');

-- ==== select
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

-- ==== dirty accelerometer
-- New readings: their own instants.
SELECT subject_id, from_ms, to_ms FROM temp.new_accelerometer

-- ==== dirty removed
-- Readings have left.
SELECT subject_id, from_ms, to_ms FROM temp.removed WHERE from_ms IS NOT NULL AND subject_id IS NOT NULL

-- ==== dirty subject_state
-- Consent has changed: all of the person's time. A row that differs in the current record alone changes no reading.
SELECT subject_id, -9007199254740992 AS from_ms, 9007199254740992 AS to_ms
FROM temp.changed_subject_state
GROUP BY subject_id, status, granted_from_ms
HAVING COUNT(*) = 1

-- ==== check
-- Those of every sensor stream alone: checks/.

-- ==== leaving
-- By dirty subject_state: no reading counts any more.
