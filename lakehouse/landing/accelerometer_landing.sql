-- Accelerometer readings as landed, in ingest order. Grain: one landed reading.
-- No index by subject: keeping one would multiply the bytes written per reading (see README.md here).
CREATE TABLE accelerometer (
  ingest_id   INTEGER PRIMARY KEY AUTOINCREMENT,  -- ingest order, never reused
  subject_id  INTEGER NOT NULL REFERENCES subject,
  timestamp   INTEGER NOT NULL,  -- epoch ms
  x           REAL NOT NULL,
  y           REAL NOT NULL,
  z           REAL NOT NULL,
  implausible INTEGER NOT NULL,  -- 1: timed before 2000 or over 24 h after its receipt
  spelling_id INTEGER REFERENCES spelling,  -- how user was spelled, NULL: as in subject.landed_as
  extra       TEXT  -- JSON object of the fields without a column
);

-- The spelling by a sub-select, not by COALESCE: a column of a view has a declared type only when it names one column.
CREATE VIEW accelerometer_landing AS
SELECT (
         SELECT spelled.text FROM spelling AS spelled WHERE spelled.spelling_id = reading.spelling_id
         UNION ALL
         SELECT person.landed_as WHERE reading.spelling_id IS NULL
       ) AS user,
       reading.timestamp AS timestamp, reading.x AS x, reading.y AS y, reading.z AS z
FROM accelerometer AS reading
JOIN subject AS person ON person.subject_id = reading.subject_id;
