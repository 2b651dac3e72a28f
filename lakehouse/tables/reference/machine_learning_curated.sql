-- ==== what
-- name:   machine_learning_curated
-- inputs: step_trainer_trusted (whole), accelerometer_trusted (whole)
-- grain:  One row a step-trainer reading and an accelerometer reading of the same millisecond, whosever they are.
-- key:    step_trainer_id, accelerometer_id
--
-- As published: joined on time alone, so that a row can pair two different people.

-- ==== ddl
CREATE TABLE machine_learning_curated_rows (
  sensorReadingTime         INTEGER NOT NULL,
  step_trainer_id           INTEGER NOT NULL,  -- ingest_id of the step-trainer reading
  accelerometer_id          INTEGER NOT NULL,  -- ingest_id of the accelerometer reading
  step_customer_id          INTEGER NOT NULL,
  distanceFromObject        INTEGER NOT NULL,
  accelerometer_customer_id INTEGER NOT NULL,
  x                         REAL NOT NULL,
  y                         REAL NOT NULL,
  z                         REAL NOT NULL,
  PRIMARY KEY (sensorReadingTime, step_trainer_id, accelerometer_id)
) WITHOUT ROWID;

CREATE VIEW machine_learning_curated AS
SELECT pair.sensorReadingTime AS sensorReadingTime, carrier.serialNumber AS serialNumber,
       pair.distanceFromObject AS distanceFromObject, person.email AS user,
       pair.x AS x, pair.y AS y, pair.z AS z
FROM machine_learning_curated_rows AS pair
JOIN customer_trusted_rows AS carrier ON carrier.customer_id = pair.step_customer_id
JOIN customer_trusted_rows AS person ON person.customer_id = pair.accelerometer_customer_id;

-- ==== select
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

-- ==== dirty
-- Recomputed in full: its join crosses people.

-- ==== check both_sides_are_of_one_instant
-- Both readings of a row landed, as the row shows them, at its instant.
SELECT COUNT(*)
FROM machine_learning_curated_rows AS pair
LEFT JOIN accelerometer AS movement ON movement.ingest_id = pair.accelerometer_id
LEFT JOIN step_trainer AS step ON step.ingest_id = pair.step_trainer_id
WHERE movement.timestamp IS NOT pair.sensorReadingTime
   OR step.sensorReadingTime IS NOT pair.sensorReadingTime
   OR movement.x IS NOT pair.x
   OR movement.y IS NOT pair.y
   OR movement.z IS NOT pair.z
   OR step.distanceFromObject IS NOT pair.distanceFromObject

-- ==== check every_pair_is_there
-- At each instant: step-trainer readings times accelerometer readings, no more and no fewer.
SELECT COUNT(*)
FROM (
  SELECT at_ms
  FROM (
    SELECT sensorReadingTime AS at_ms, COUNT(*) AS steps, 0 AS movements, 0 AS pairs
    FROM step_trainer_trusted_rows GROUP BY sensorReadingTime
    UNION ALL
    SELECT timestamp, 0, COUNT(*), 0
    FROM accelerometer_trusted_rows GROUP BY timestamp
    UNION ALL
    SELECT sensorReadingTime, 0, 0, COUNT(*)
    FROM machine_learning_curated_rows GROUP BY sensorReadingTime
  )
  GROUP BY at_ms
  HAVING SUM(steps) * SUM(movements) <> SUM(pairs)
)

-- ==== leaving
DELETE FROM main.machine_learning_curated_rows
WHERE (sensorReadingTime, step_trainer_id, accelerometer_id) IN (
  SELECT sensorReadingTime, step_trainer_id, accelerometer_id FROM temp.leaving_pair
)
