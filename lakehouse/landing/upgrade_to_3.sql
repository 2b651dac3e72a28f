-- What version 3 adds to version 2: records about consent say which line of an imported file they are, and are found by person; the store
-- knows its keys and what has expired; the landing views declare their types.
ALTER TABLE customer ADD COLUMN line INTEGER;
ALTER TABLE consent ADD COLUMN line INTEGER;
CREATE INDEX customer_by_subject ON customer (subject_id);
CREATE INDEX consent_by_subject ON consent (subject_id);

CREATE TABLE known_key (
  name        TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE expired (
  stream  TEXT PRIMARY KEY,
  records INTEGER NOT NULL
) WITHOUT ROWID;

DROP VIEW accelerometer_landing;
CREATE VIEW accelerometer_landing AS
SELECT (
         SELECT spelled.text FROM spelling AS spelled WHERE spelled.spelling_id = reading.spelling_id
         UNION ALL
         SELECT person.landed_as WHERE reading.spelling_id IS NULL
       ) AS user,
       reading.timestamp AS timestamp, reading.x AS x, reading.y AS y, reading.z AS z
FROM accelerometer AS reading
JOIN subject AS person ON person.subject_id = reading.subject_id;

DROP VIEW step_trainer_landing;
CREATE VIEW step_trainer_landing AS
SELECT reading.sensorReadingTime AS sensorReadingTime,
       (
         SELECT spelled.text FROM spelling AS spelled WHERE spelled.spelling_id = reading.spelling_id
         UNION ALL
         SELECT device.landed_as WHERE reading.spelling_id IS NULL
       ) AS serialNumber,
       reading.distanceFromObject AS distanceFromObject
FROM step_trainer AS reading
JOIN trainer AS device ON device.trainer_id = reading.trainer_id;
