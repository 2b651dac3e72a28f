-- {stream} readings as landed, in ingest order. Grain: one landed reading.
-- No index by {owner_table}: keeping one would multiply the bytes written per reading (see README.md here).
CREATE TABLE {stream} (
  ingest_id INTEGER PRIMARY KEY AUTOINCREMENT,  -- ingest order, never reused
  {owner_id} INTEGER NOT NULL REFERENCES {owner_table},
  {time} INTEGER NOT NULL,  -- epoch ms
  {value} {type} NOT NULL,  -- {unit}
  implausible INTEGER NOT NULL,  -- 1: timed before 2000 or over 24 h after its receipt
  spelling_id INTEGER REFERENCES spelling,  -- how {owner} was spelled, NULL: as in {owner_table}.landed_as
  extra TEXT  -- JSON object of the fields without a column
);

-- The spelling by a sub-select, not by COALESCE: a column of a view has a declared type only when it names one column.
CREATE VIEW {stream}_landing AS
SELECT {fields}
FROM (
  SELECT
    (
      SELECT spelled.text FROM spelling AS spelled WHERE spelled.spelling_id = reading.spelling_id
      UNION ALL
      SELECT known.landed_as WHERE reading.spelling_id IS NULL
    ) AS {owner},
    reading.{value} AS {value},
    reading.{time} AS {time}
  FROM {stream} AS reading
  JOIN {owner_table} AS known ON known.{owner_id} = reading.{owner_id}
);
