-- Tables and views of zones-reference.db: the numbers everybody publishes, text as landed.
-- Readings are clustered by time first: the published join is on time alone.
CREATE TABLE subject_state (
  subject_id      INTEGER PRIMARY KEY,
  status          TEXT NOT NULL,  -- granted | not_granted | ambiguous
  granted_from_ms INTEGER,        -- NULL unless granted
  customer_id     INTEGER NOT NULL  -- ingest_id of the current customer record
);

CREATE TABLE customer_trusted_rows (
  customer_id               INTEGER PRIMARY KEY,  -- ingest_id of the record, the first of equal ones
  subject_id                INTEGER NOT NULL,
  trainer_id                INTEGER,
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

-- A person can have many records: without it, finding those of one email would read the table once for each.
CREATE INDEX customer_trusted_by_subject ON customer_trusted_rows (subject_id);

CREATE TABLE accelerometer_trusted_rows (
  subject_id  INTEGER NOT NULL,
  timestamp   INTEGER NOT NULL,
  ingest_id   INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,  -- a trusted record with the email as this reading spells it
  x           REAL NOT NULL,
  y           REAL NOT NULL,
  z           REAL NOT NULL,
  PRIMARY KEY (timestamp, subject_id, ingest_id)
) WITHOUT ROWID;

CREATE TABLE customers_curated_rows (
  customer_id INTEGER PRIMARY KEY
);

CREATE TABLE step_trainer_trusted_rows (
  trainer_id         INTEGER NOT NULL,
  sensorReadingTime  INTEGER NOT NULL,
  ingest_id          INTEGER NOT NULL,
  customer_id        INTEGER NOT NULL,  -- a curated record with the serial as this reading spells it
  distanceFromObject INTEGER NOT NULL,
  PRIMARY KEY (sensorReadingTime, trainer_id, ingest_id)
) WITHOUT ROWID;

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

CREATE VIEW customer_trusted AS
SELECT customerName, email, phone, birthDay, serialNumber, registrationDate, lastUpdateDate,
       shareWithResearchAsOfDate, shareWithPublicAsOfDate, shareWithFriendsAsOfDate
FROM customer_trusted_rows;

CREATE VIEW accelerometer_trusted AS
SELECT person.email AS user, reading.timestamp AS timestamp, reading.x AS x, reading.y AS y, reading.z AS z
FROM accelerometer_trusted_rows AS reading
JOIN customer_trusted_rows AS person ON person.customer_id = reading.customer_id;

CREATE VIEW customers_curated AS
SELECT person.customerName AS customerName, person.email AS email, person.phone AS phone,
       person.birthDay AS birthDay, person.serialNumber AS serialNumber,
       person.registrationDate AS registrationDate, person.lastUpdateDate AS lastUpdateDate,
       person.shareWithResearchAsOfDate AS shareWithResearchAsOfDate,
       person.shareWithPublicAsOfDate AS shareWithPublicAsOfDate,
       person.shareWithFriendsAsOfDate AS shareWithFriendsAsOfDate
FROM customers_curated_rows AS curated
JOIN customer_trusted_rows AS person ON person.customer_id = curated.customer_id;

CREATE VIEW step_trainer_trusted AS
SELECT reading.sensorReadingTime AS sensorReadingTime, person.serialNumber AS serialNumber,
       reading.distanceFromObject AS distanceFromObject
FROM step_trainer_trusted_rows AS reading
JOIN customer_trusted_rows AS person ON person.customer_id = reading.customer_id;

CREATE VIEW machine_learning_curated AS
SELECT pair.sensorReadingTime AS sensorReadingTime, carrier.serialNumber AS serialNumber,
       pair.distanceFromObject AS distanceFromObject, person.email AS user,
       pair.x AS x, pair.y AS y, pair.z AS z
FROM machine_learning_curated_rows AS pair
JOIN customer_trusted_rows AS carrier ON carrier.customer_id = pair.step_customer_id
JOIN customer_trusted_rows AS person ON person.customer_id = pair.accelerometer_customer_id;
