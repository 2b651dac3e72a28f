-- landing.db as version 6 made it.
CREATE TABLE store (
  store_uuid TEXT NOT NULL,
  epoch      INTEGER NOT NULL,
  created    INTEGER NOT NULL
);
CREATE TABLE subject (
  subject_id INTEGER PRIMARY KEY AUTOINCREMENT,
  email      TEXT NOT NULL UNIQUE,
  landed_as  TEXT NOT NULL
);
CREATE TABLE trainer (
  trainer_id   INTEGER PRIMARY KEY AUTOINCREMENT,
  serialNumber TEXT NOT NULL UNIQUE,
  landed_as    TEXT NOT NULL
);
CREATE TABLE spelling (
  spelling_id INTEGER PRIMARY KEY AUTOINCREMENT,
  text        TEXT NOT NULL UNIQUE
);
CREATE TABLE consent (
  ingest_id  INTEGER PRIMARY KEY AUTOINCREMENT,
  batch_id   INTEGER NOT NULL,
  received   INTEGER NOT NULL,
  subject_id INTEGER NOT NULL REFERENCES subject,
  email      TEXT NOT NULL,
  purpose    TEXT NOT NULL,
  action     TEXT NOT NULL,
  timestamp  INTEGER NOT NULL,
  extra      TEXT,
  line       INTEGER
);
CREATE INDEX consent_by_subject ON consent (subject_id);
CREATE VIEW consent_landing AS
SELECT email, purpose, action, timestamp FROM consent;
CREATE TABLE pairing (
  ingest_id    INTEGER PRIMARY KEY AUTOINCREMENT,
  batch_id     INTEGER NOT NULL,
  received     INTEGER NOT NULL,
  trainer_id   INTEGER NOT NULL REFERENCES trainer,
  subject_id   INTEGER REFERENCES subject,
  serialNumber TEXT NOT NULL,
  email        TEXT,
  timestamp    INTEGER NOT NULL,
  extra        TEXT
);
CREATE VIEW pairing_landing AS
SELECT serialNumber, email, timestamp FROM pairing;
CREATE TABLE gap (
  ingest_id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch_id  INTEGER NOT NULL,
  received  INTEGER NOT NULL,
  device    TEXT NOT NULL,
  boot      TEXT NOT NULL,
  stream    TEXT NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq  INTEGER NOT NULL,
  records   INTEGER NOT NULL,
  reason    TEXT NOT NULL,
  first_ms  INTEGER,
  last_ms   INTEGER,
  extra     TEXT
);
CREATE TABLE source (
  source_id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind      TEXT NOT NULL,
  stream    TEXT NOT NULL,
  device    TEXT NOT NULL,
  boot      TEXT NOT NULL,
  UNIQUE (kind, stream, device, boot)
);
CREATE TABLE batch (
  batch_id     INTEGER PRIMARY KEY AUTOINCREMENT,
  source_id    INTEGER NOT NULL REFERENCES source,
  seq          INTEGER,
  payload_hash INTEGER,
  received     INTEGER NOT NULL,
  first_id     INTEGER,
  landed       INTEGER NOT NULL,
  quarantined  INTEGER NOT NULL
);
CREATE TABLE watermark (
  source_id INTEGER PRIMARY KEY REFERENCES source,
  prefix    INTEGER NOT NULL,
  ranges    TEXT NOT NULL,
  lost      TEXT NOT NULL DEFAULT ''
);
CREATE TABLE watermark_checkpoint (batch_id INTEGER NOT NULL);
INSERT INTO watermark_checkpoint VALUES (0);
CREATE TABLE device_subject (
  device     TEXT PRIMARY KEY,
  subject_id INTEGER NOT NULL REFERENCES subject
) WITHOUT ROWID;
CREATE TABLE refused_message (
  refused_id   INTEGER PRIMARY KEY,
  content_hash INTEGER NOT NULL UNIQUE
);
CREATE TABLE quarantined_record (
  quarantine_id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch_id      INTEGER NOT NULL,
  stream        TEXT NOT NULL,
  reason        TEXT NOT NULL,
  received      INTEGER NOT NULL,
  is_message    INTEGER NOT NULL DEFAULT 0,
  is_faithful   INTEGER NOT NULL DEFAULT 1,
  device        TEXT NOT NULL DEFAULT '',
  landed_batch  INTEGER,
  payload       TEXT NOT NULL
);
CREATE INDEX kept_payload ON quarantined_record (received) WHERE payload <> '';
CREATE VIEW quarantine AS
SELECT stream, reason, received, payload FROM quarantined_record WHERE landed_batch IS NULL;
CREATE TABLE import_file (
  file_id      INTEGER PRIMARY KEY AUTOINCREMENT,
  stream       TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  bytes_done   INTEGER NOT NULL,
  lines_done   INTEGER NOT NULL,
  landed       INTEGER NOT NULL,
  quarantined  INTEGER NOT NULL,
  complete     INTEGER NOT NULL,
  UNIQUE (stream, content_hash)
);
CREATE TABLE known_key (
  name        TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE expired (
  stream  TEXT PRIMARY KEY,
  records INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE customer (
  ingest_id                 INTEGER PRIMARY KEY AUTOINCREMENT,
  batch_id                  INTEGER NOT NULL,
  received                  INTEGER NOT NULL,
  subject_id                INTEGER NOT NULL REFERENCES subject,
  trainer_id                INTEGER REFERENCES trainer,
  email                     TEXT NOT NULL,
  customerName              TEXT,
  phone                     TEXT,
  birthDay                  TEXT,
  serialNumber              TEXT,
  registrationDate          INTEGER,
  lastUpdateDate            INTEGER,
  shareWithResearchAsOfDate INTEGER,
  shareWithPublicAsOfDate   INTEGER,
  shareWithFriendsAsOfDate  INTEGER,
  last_update_invalid       INTEGER NOT NULL,
  research_is_number        INTEGER NOT NULL,
  canonical                 TEXT NOT NULL,
  extra                     TEXT,
  line                      INTEGER
);
CREATE INDEX customer_by_subject ON customer (subject_id);
CREATE VIEW customer_landing AS
SELECT customerName, email, phone, birthDay, serialNumber, registrationDate, lastUpdateDate,
       shareWithResearchAsOfDate, shareWithPublicAsOfDate, shareWithFriendsAsOfDate
FROM customer;
CREATE TABLE accelerometer (
  ingest_id   INTEGER PRIMARY KEY AUTOINCREMENT,
  subject_id  INTEGER NOT NULL REFERENCES subject,
  timestamp   INTEGER NOT NULL,
  x           REAL NOT NULL,
  y           REAL NOT NULL,
  z           REAL NOT NULL,
  implausible INTEGER NOT NULL,
  spelling_id INTEGER REFERENCES spelling,
  extra       TEXT
);
CREATE VIEW accelerometer_landing AS
SELECT (
         SELECT spelled.text FROM spelling AS spelled WHERE spelled.spelling_id = reading.spelling_id
         UNION ALL
         SELECT person.landed_as WHERE reading.spelling_id IS NULL
       ) AS user,
       reading.timestamp AS timestamp, reading.x AS x, reading.y AS y, reading.z AS z
FROM accelerometer AS reading
JOIN subject AS person ON person.subject_id = reading.subject_id;
CREATE TABLE step_trainer (
  ingest_id          INTEGER PRIMARY KEY AUTOINCREMENT,
  trainer_id         INTEGER NOT NULL REFERENCES trainer,
  sensorReadingTime  INTEGER NOT NULL,
  distanceFromObject INTEGER NOT NULL,
  implausible        INTEGER NOT NULL,
  spelling_id        INTEGER REFERENCES spelling,
  extra              TEXT
);
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
CREATE TABLE removed_cell (
  removal_id INTEGER PRIMARY KEY AUTOINCREMENT,
  subject_id INTEGER,
  trainer_id INTEGER,
  from_ms    INTEGER,
  to_ms      INTEGER
);
INSERT INTO store (store_uuid, epoch, created) VALUES ('0123456789abcdef0123456789abcdef', 1, 1700000000000);
PRAGMA application_id = 1398031684;
CREATE TABLE retention_judged (
  stream TEXT PRIMARY KEY,
  up_to  INTEGER NOT NULL,
  said   TEXT NOT NULL
) WITHOUT ROWID;
PRAGMA user_version = 6;
