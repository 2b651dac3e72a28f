-- ==== what
-- name:   machine_learning_curated
-- inputs: step_trainer_trusted (by subject-day), accelerometer_trusted (by subject-day)
-- span:   instant
-- grain:  One row a step-trainer reading and an accelerometer reading of the same person at the same millisecond.
-- key:    step_trainer_id, accelerometer_id
--
-- Rule 6 of the policy (docs/policy.md): every pair, and both sides of it belong to the same person.

-- ==== ddl
CREATE TABLE machine_learning_curated_rows (
  subject_id         INTEGER NOT NULL,
  sensorReadingTime  INTEGER NOT NULL,
  step_trainer_id    INTEGER NOT NULL,  -- ingest_id of the step-trainer reading
  accelerometer_id   INTEGER NOT NULL,  -- ingest_id of the accelerometer reading
  distanceFromObject INTEGER NOT NULL,
  x                  REAL NOT NULL,
  y                  REAL NOT NULL,
  z                  REAL NOT NULL,
  PRIMARY KEY (subject_id, sensorReadingTime, step_trainer_id, accelerometer_id)
) WITHOUT ROWID;

-- What the ML table calls a person; made with a key that is kept outside the store.
CREATE TABLE pseudonym (
  subject_id INTEGER PRIMARY KEY,
  subject    TEXT NOT NULL
);

CREATE VIEW machine_learning_curated AS
SELECT person.subject AS subject, pair.sensorReadingTime AS sensorReadingTime,
       pair.distanceFromObject AS distanceFromObject, pair.x AS x, pair.y AS y, pair.z AS z
FROM machine_learning_curated_rows AS pair
JOIN pseudonym AS person ON person.subject_id = pair.subject_id;

-- What SQLite's planner should know of it before it has a row: a person has many readings, an instant one or two. Else it
-- prefers the bounds of a span to the very instant. Rows, and rows that a prefix of the key has.
ANALYZE main.machine_learning_curated_rows;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('machine_learning_curated_rows', 'machine_learning_curated_rows', '1000000 1000 2 1 1');

-- ==== select
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

-- ==== dirty accelerometer_trusted
SELECT subject_id, timestamp AS from_ms, timestamp + 1 AS to_ms FROM temp.changed_accelerometer_trusted

-- ==== dirty step_trainer_trusted
SELECT subject_id, sensorReadingTime AS from_ms, sensorReadingTime + 1 AS to_ms
FROM temp.changed_step_trainer_trusted

-- ==== check both_sides_are_one_person
-- Both readings of a row, as landed, are of the row's person and instant.
SELECT COUNT(*)
FROM machine_learning_curated_rows AS pair
LEFT JOIN accelerometer AS movement ON movement.ingest_id = pair.accelerometer_id
LEFT JOIN step_trainer AS step ON step.ingest_id = pair.step_trainer_id
LEFT JOIN serial_owner AS owner
  ON owner.trainer_id = step.trainer_id
  AND owner.from_ms <= step.sensorReadingTime
  AND owner.to_ms > step.sensorReadingTime
WHERE movement.subject_id IS NOT pair.subject_id
   OR owner.subject_id IS NOT pair.subject_id
   OR movement.timestamp IS NOT pair.sensorReadingTime
   OR step.sensorReadingTime IS NOT pair.sensorReadingTime
   OR movement.x IS NOT pair.x
   OR movement.y IS NOT pair.y
   OR movement.z IS NOT pair.z
   OR step.distanceFromObject IS NOT pair.distanceFromObject

-- ==== check no_reading_before_consent
-- No row shows an instant before its person's consent.
SELECT COUNT(*)
FROM machine_learning_curated_rows AS pair
LEFT JOIN subject_state AS person ON person.subject_id = pair.subject_id
WHERE person.status IS NOT 'granted'
   OR person.granted_from_ms IS NULL
   OR pair.sensorReadingTime < person.granted_from_ms

-- ==== check every_pair_is_there
-- At each instant of a person: step-trainer readings times accelerometer readings, no more and no fewer.
SELECT COUNT(*)
FROM (
  SELECT subject_id, at_ms
  FROM (
    SELECT subject_id, sensorReadingTime AS at_ms, COUNT(*) AS steps, 0 AS movements, 0 AS pairs
    FROM step_trainer_trusted_rows GROUP BY subject_id, sensorReadingTime
    UNION ALL
    SELECT subject_id, timestamp, 0, COUNT(*), 0
    FROM accelerometer_trusted_rows GROUP BY subject_id, timestamp
    UNION ALL
    SELECT subject_id, sensorReadingTime, 0, 0, COUNT(*)
    FROM machine_learning_curated_rows GROUP BY subject_id, sensorReadingTime
  )
  GROUP BY subject_id, at_ms
  HAVING SUM(steps) * SUM(movements) <> SUM(pairs)
)

-- ==== check every_row_has_a_pseudonym
-- The view shows every row, each person by one pseudonym that nobody else has.
SELECT ABS((SELECT COUNT(*) FROM machine_learning_curated) - (SELECT COUNT(*) FROM machine_learning_curated_rows))
     + (SELECT COUNT(*) - COUNT(DISTINCT subject) FROM pseudonym)
     + (SELECT COUNT(*) FROM pseudonym WHERE length(subject) <> 32)

-- ==== leaving
-- By dirty accelerometer_trusted and step_trainer_trusted: either side goes.
