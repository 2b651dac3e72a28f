-- Tables and views of zones-strict.db. People and trainers stand here by the ids of landing.db; text is kept of those
-- alone whose consent stands, so that the views work on this file without landing.db.
CREATE TABLE subject_state (
  subject_id      INTEGER PRIMARY KEY,
  status          TEXT NOT NULL,  -- granted | not_granted | ambiguous
  granted_from_ms INTEGER,        -- NULL unless granted
  customer_id     INTEGER NOT NULL  -- ingest_id of the current customer record
);

CREATE TABLE serial_owner (
  trainer_id INTEGER NOT NULL,
  from_ms    INTEGER NOT NULL,
  to_ms      INTEGER NOT NULL,  -- exclusive
  subject_id INTEGER,           -- NULL unless owned
  status     TEXT NOT NULL,     -- owned | ambiguous | unpaired
  PRIMARY KEY (trainer_id, from_ms)
) WITHOUT ROWID;

CREATE INDEX serial_owner_by_subject ON serial_owner (subject_id) WHERE subject_id IS NOT NULL;

CREATE TABLE customer_trusted_rows (
  subject_id                INTEGER PRIMARY KEY,
  customerName              TEXT,
  email                     TEXT NOT NULL,
  phone                     TEXT,
  birthDay                  TEXT,
  serialNumber              TEXT,
  registrationDate          INTEGER,
  lastUpdateDate            INTEGER,
  shareWithResearchAsOfDate INTEGER,
  shareWithPublicAsOfDate   INTEGER,
  shareWithFriendsAsOfDate  INTEGER
);

CREATE TABLE accelerometer_trusted_rows (
  subject_id INTEGER NOT NULL,
  timestamp  INTEGER NOT NULL,
  ingest_id  INTEGER NOT NULL,
  x          REAL NOT NULL,
  y          REAL NOT NULL,
  z          REAL NOT NULL,
  PRIMARY KEY (subject_id, timestamp, ingest_id)
) WITHOUT ROWID;

CREATE TABLE customers_curated_rows (
  subject_id INTEGER PRIMARY KEY
);

CREATE TABLE step_trainer_trusted_rows (
  subject_id         INTEGER NOT NULL,
  sensorReadingTime  INTEGER NOT NULL,
  ingest_id          INTEGER NOT NULL,
  trainer_id         INTEGER NOT NULL,
  distanceFromObject INTEGER NOT NULL,
  PRIMARY KEY (subject_id, sensorReadingTime, ingest_id)
) WITHOUT ROWID;

CREATE TABLE serial_trusted (
  trainer_id   INTEGER PRIMARY KEY,
  serialNumber TEXT NOT NULL
);

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

CREATE VIEW customer_trusted AS
SELECT customerName, email, phone, birthDay, serialNumber, registrationDate, lastUpdateDate,
       shareWithResearchAsOfDate, shareWithPublicAsOfDate, shareWithFriendsAsOfDate
FROM customer_trusted_rows;

CREATE VIEW accelerometer_trusted AS
SELECT person.email AS user, reading.timestamp AS timestamp, reading.x AS x, reading.y AS y, reading.z AS z
FROM accelerometer_trusted_rows AS reading
JOIN customer_trusted_rows AS person ON person.subject_id = reading.subject_id;

CREATE VIEW customers_curated AS
SELECT person.customerName AS customerName, person.email AS email, person.phone AS phone,
       person.birthDay AS birthDay, person.serialNumber AS serialNumber,
       person.registrationDate AS registrationDate, person.lastUpdateDate AS lastUpdateDate,
       person.shareWithResearchAsOfDate AS shareWithResearchAsOfDate,
       person.shareWithPublicAsOfDate AS shareWithPublicAsOfDate,
       person.shareWithFriendsAsOfDate AS shareWithFriendsAsOfDate
FROM customers_curated_rows AS curated
JOIN customer_trusted_rows AS person ON person.subject_id = curated.subject_id;

CREATE VIEW step_trainer_trusted AS
SELECT reading.sensorReadingTime AS sensorReadingTime, device.serialNumber AS serialNumber,
       reading.distanceFromObject AS distanceFromObject
FROM step_trainer_trusted_rows AS reading
JOIN serial_trusted AS device ON device.trainer_id = reading.trainer_id;

CREATE VIEW machine_learning_curated AS
SELECT person.subject AS subject, pair.sensorReadingTime AS sensorReadingTime,
       pair.distanceFromObject AS distanceFromObject, pair.x AS x, pair.y AS y, pair.z AS z
FROM machine_learning_curated_rows AS pair
JOIN pseudonym AS person ON person.subject_id = pair.subject_id;

-- What SQLite's planner should know of these tables before they have a row: a person has many readings, an instant one
-- or two. Else it prefers the bounds of a span to the very instant. Per table: rows, rows a prefix of the key has.
ANALYZE main.customers_curated_rows;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('accelerometer_trusted_rows', 'accelerometer_trusted_rows', '1000000 1000 2 1'),
  ('step_trainer_trusted_rows', 'step_trainer_trusted_rows', '1000000 1000 2 1'),
  ('machine_learning_curated_rows', 'machine_learning_curated_rows', '1000000 1000 2 1 1');
