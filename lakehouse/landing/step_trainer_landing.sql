-- Step-trainer readings as landed, in ingest order. Grain: one landed reading.
CREATE TABLE step_trainer (
  ingest_id          INTEGER PRIMARY KEY AUTOINCREMENT,  -- ingest order, never reused
  trainer_id         INTEGER NOT NULL REFERENCES trainer,
  sensorReadingTime  INTEGER NOT NULL,  -- epoch ms
  distanceFromObject INTEGER NOT NULL,  -- in the sensor's unit
  implausible        INTEGER NOT NULL,  -- 1: timed before 2000 or over 24 h after its receipt
  spelling_id        INTEGER REFERENCES spelling,  -- how the serial was spelled, NULL: as in trainer.landed_as
  extra              TEXT  -- JSON object of the fields without a column
);

-- The spelling by a sub-select, not by COALESCE: a column of a view has a declared type only when it names one column.
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
