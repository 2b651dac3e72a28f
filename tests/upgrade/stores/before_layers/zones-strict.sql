PRAGMA page_size=8192;
PRAGMA auto_vacuum=2;
PRAGMA application_id=1398031684;
PRAGMA user_version=3;
BEGIN TRANSACTION;
CREATE TABLE accelerometer_run (
  subject_id INTEGER NOT NULL,
  last_ms    INTEGER NOT NULL,
  first_id   INTEGER NOT NULL,
  last_id    INTEGER NOT NULL,
  first_ms   INTEGER NOT NULL,
  PRIMARY KEY (subject_id, last_ms, first_id)
) WITHOUT ROWID;
INSERT INTO "accelerometer_run" VALUES(1,1655640001220,1,12,1655640001000);
INSERT INTO "accelerometer_run" VALUES(2,1655640001220,13,24,1655640001000);
INSERT INTO "accelerometer_run" VALUES(3,1655640001220,25,36,1655640001000);
INSERT INTO "accelerometer_run" VALUES(4,1655640001220,37,48,1655640001000);
INSERT INTO "accelerometer_run" VALUES(5,1655640001220,49,60,1655640001000);
INSERT INTO "accelerometer_run" VALUES(6,1655640001220,61,72,1655640001000);
CREATE TABLE accelerometer_trusted_rows (
  subject_id INTEGER NOT NULL,
  timestamp  INTEGER NOT NULL,
  ingest_id  INTEGER NOT NULL,
  x          REAL NOT NULL,
  y          REAL NOT NULL,
  z          REAL NOT NULL,
  PRIMARY KEY (subject_id, timestamp, ingest_id)
) WITHOUT ROWID;
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001000,1,0.0,-1.25,0.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001020,2,0.5,-1.25,1.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001040,3,1.0,-1.25,2.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001060,4,1.5,-1.25,3.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001080,5,2.0,-1.25,4.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001100,6,2.5,-1.25,5.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001120,7,3.0,-1.25,6.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001140,8,3.5,-1.25,7.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001160,9,4.0,-1.25,8.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001180,10,4.5,-1.25,9.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001200,11,5.0,-1.25,10.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001220,12,5.5,-1.25,11.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001000,49,0.0,-1.25,0.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001020,50,0.5,-1.25,1.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001040,51,1.0,-1.25,2.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001060,52,1.5,-1.25,3.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001080,53,2.0,-1.25,4.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001100,54,2.5,-1.25,5.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001120,55,3.0,-1.25,6.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001140,56,3.5,-1.25,7.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001160,57,4.0,-1.25,8.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001180,58,4.5,-1.25,9.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001200,59,5.0,-1.25,10.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001220,60,5.5,-1.25,11.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001000,61,0.0,-1.25,0.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001020,62,0.5,-1.25,1.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001040,63,1.0,-1.25,2.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001060,64,1.5,-1.25,3.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001080,65,2.0,-1.25,4.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001100,66,2.5,-1.25,5.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001120,67,3.0,-1.25,6.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001140,68,3.5,-1.25,7.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001160,69,4.0,-1.25,8.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001180,70,4.5,-1.25,9.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001200,71,5.0,-1.25,10.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001220,72,5.5,-1.25,11.0);
CREATE TABLE catalog_run (
  run_id      INTEGER NOT NULL,
  table_name  TEXT NOT NULL,
  job_hash    TEXT NOT NULL,
  row_count   INTEGER NOT NULL,
  started_ms  INTEGER NOT NULL,  -- epoch ms
  finished_ms INTEGER NOT NULL,
  PRIMARY KEY (run_id, table_name)
) WITHOUT ROWID;
INSERT INTO "catalog_run" VALUES(1,'accelerometer_trusted','6007c135c30ca699adb6bc0211082d6968895d1c12026f2195cb834ba3480e1d',48,1795886202107,1795886202107);
INSERT INTO "catalog_run" VALUES(1,'customer_trusted','daa99b1aace738e88d764033a377563b365c922ad439f3b75ab8629b5c2a31f2',4,1795886202107,1795886202107);
INSERT INTO "catalog_run" VALUES(1,'customers_curated','11bdd4893246a537d6dd03f6db82aa6b4412076de7b5b2b812e21bcaf4323cf6',4,1795886202107,1795886202107);
INSERT INTO "catalog_run" VALUES(1,'machine_learning_curated','6d41f42e78461c7f69f03e76fe84941afc030bec65b3fafacd6cf2d0f021f219',36,1795886202108,1795886202108);
INSERT INTO "catalog_run" VALUES(1,'serial_owner','31d21b7e9bd48c8e723d9f587ed527eac2edff2b7084b597a4a3cdb73c8185ba',6,1795886202107,1795886202107);
INSERT INTO "catalog_run" VALUES(1,'serial_trusted','213d8a10a91ce94bcadc6204be6384bc236161582c736f9c583b583441971dea',3,1795886202108,1795886202108);
INSERT INTO "catalog_run" VALUES(1,'step_trainer_trusted','48c6b6610fba7e44678cbc22a8f46c280cbc7dd2edfb4c7cc4979b545bffa373',36,1795886202107,1795886202108);
INSERT INTO "catalog_run" VALUES(1,'subject_state','51e48a4a90a75fc10ae74c6119dc80114c1a1e8d07c153b5940482ece2add4df',6,1795886202105,1795886202107);
INSERT INTO "catalog_run" VALUES(2,'accelerometer_trusted','6007c135c30ca699adb6bc0211082d6968895d1c12026f2195cb834ba3480e1d',36,1795886202181,1795886202182);
INSERT INTO "catalog_run" VALUES(2,'customer_trusted','daa99b1aace738e88d764033a377563b365c922ad439f3b75ab8629b5c2a31f2',3,1795886202177,1795886202181);
INSERT INTO "catalog_run" VALUES(2,'customers_curated','11bdd4893246a537d6dd03f6db82aa6b4412076de7b5b2b812e21bcaf4323cf6',3,1795886202182,1795886202182);
INSERT INTO "catalog_run" VALUES(2,'machine_learning_curated','6d41f42e78461c7f69f03e76fe84941afc030bec65b3fafacd6cf2d0f021f219',24,1795886202184,1795886202184);
INSERT INTO "catalog_run" VALUES(2,'serial_owner','31d21b7e9bd48c8e723d9f587ed527eac2edff2b7084b597a4a3cdb73c8185ba',6,1795886202176,1795886202177);
INSERT INTO "catalog_run" VALUES(2,'serial_trusted','213d8a10a91ce94bcadc6204be6384bc236161582c736f9c583b583441971dea',2,1795886202183,1795886202184);
INSERT INTO "catalog_run" VALUES(2,'step_trainer_trusted','48c6b6610fba7e44678cbc22a8f46c280cbc7dd2edfb4c7cc4979b545bffa373',24,1795886202182,1795886202183);
INSERT INTO "catalog_run" VALUES(2,'subject_state','51e48a4a90a75fc10ae74c6119dc80114c1a1e8d07c153b5940482ece2add4df',6,1795886202175,1795886202176);
CREATE TABLE catalog_table (
  place       INTEGER PRIMARY KEY,  -- order in which the tables are made
  table_name  TEXT NOT NULL UNIQUE,
  grain       TEXT NOT NULL,
  key_columns TEXT NOT NULL,
  inputs      TEXT NOT NULL,  -- with their scope
  job_hash    TEXT NOT NULL,  -- SHA-256 of the job's text
  row_count   INTEGER NOT NULL,
  run_id      INTEGER NOT NULL  -- the run that wrote it last
);
INSERT INTO "catalog_table" VALUES(1,'subject_state','One row a person with a customer record: whether research may use their data, and from which instant on.','subject_id','customer (by subject), consent (by subject)','51e48a4a90a75fc10ae74c6119dc80114c1a1e8d07c153b5940482ece2add4df',6,2);
INSERT INTO "catalog_table" VALUES(2,'serial_owner','One row a serial number and span of time: whose readings those are, if that can be said.','trainer_id, from_ms','customer (by serial), pairing (by serial)','31d21b7e9bd48c8e723d9f587ed527eac2edff2b7084b597a4a3cdb73c8185ba',6,2);
INSERT INTO "catalog_table" VALUES(3,'customer_trusted','One row a person whose consent to research stands: their current customer record.','email','customer (by subject), subject (by subject), trainer (whole), subject_state (by subject)','daa99b1aace738e88d764033a377563b365c922ad439f3b75ab8629b5c2a31f2',3,2);
INSERT INTO "catalog_table" VALUES(4,'accelerometer_trusted','One row an accelerometer reading taken after its person agreed to research; equal readings count once.','subject_id, timestamp, x, y, z','accelerometer (by subject-day), subject_state (by subject)','6007c135c30ca699adb6bc0211082d6968895d1c12026f2195cb834ba3480e1d',36,2);
INSERT INTO "catalog_table" VALUES(5,'customers_curated','One row a trusted customer who has at least one trusted accelerometer reading.','subject_id','customer_trusted (by subject), accelerometer_trusted (by subject)','11bdd4893246a537d6dd03f6db82aa6b4412076de7b5b2b812e21bcaf4323cf6',3,2);
INSERT INTO "catalog_table" VALUES(6,'step_trainer_trusted','One row a step-trainer reading of a curated customer, taken while the trainer was theirs and after they agreed to research; equal readings count once.','trainer_id, sensorReadingTime, distanceFromObject','step_trainer (by subject-day), serial_owner (whole), subject_state (by subject), customers_curated (by subject)','48c6b6610fba7e44678cbc22a8f46c280cbc7dd2edfb4c7cc4979b545bffa373',24,2);
INSERT INTO "catalog_table" VALUES(7,'serial_trusted','One row a step trainer that has trusted readings: the serial number they show.','trainer_id','trainer (by serial), serial_owner (by serial), step_trainer_trusted (whole)','213d8a10a91ce94bcadc6204be6384bc236161582c736f9c583b583441971dea',2,2);
INSERT INTO "catalog_table" VALUES(8,'machine_learning_curated','One row a step-trainer reading and an accelerometer reading of the same person at the same millisecond.','step_trainer_id, accelerometer_id','step_trainer_trusted (by subject-day), accelerometer_trusted (by subject-day)','6d41f42e78461c7f69f03e76fe84941afc030bec65b3fafacd6cf2d0f021f219',24,2);
CREATE TABLE cursor (
  landing_table TEXT PRIMARY KEY,
  ingest_id     INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO "cursor" VALUES('accelerometer',72);
INSERT INTO "cursor" VALUES('consent',2);
INSERT INTO "cursor" VALUES('customer',6);
INSERT INTO "cursor" VALUES('pairing',1);
INSERT INTO "cursor" VALUES('step_trainer',72);
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
INSERT INTO "customer_trusted_rows" VALUES(1,'Ann','ann@example.com','555','1960-01-01','serial-ann',1655640000000,1655640000000,1655640000000,NULL,NULL);
INSERT INTO "customer_trusted_rows" VALUES(5,'Eve','eve@example.com','555','1960-01-01','shared',1655640000000,1655640000000,1655640000000,NULL,NULL);
INSERT INTO "customer_trusted_rows" VALUES(6,'Fay','fay@example.com','555','1960-01-01','shared',1655640000000,1655640000000,1655640000000,NULL,NULL);
CREATE TABLE customers_curated_rows (
  subject_id INTEGER PRIMARY KEY
);
INSERT INTO "customers_curated_rows" VALUES(1);
INSERT INTO "customers_curated_rows" VALUES(5);
INSERT INTO "customers_curated_rows" VALUES(6);
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
INSERT INTO "machine_learning_curated_rows" VALUES(1,1655640001000,1,1,200,0.0,-1.25,0.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1,1655640001020,2,2,201,0.5,-1.25,1.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1,1655640001040,3,3,202,1.0,-1.25,2.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1,1655640001060,4,4,203,1.5,-1.25,3.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1,1655640001080,5,5,204,2.0,-1.25,4.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1,1655640001100,6,6,205,2.5,-1.25,5.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1,1655640001120,7,7,206,3.0,-1.25,6.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1,1655640001140,8,8,207,3.5,-1.25,7.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1,1655640001160,9,9,208,4.0,-1.25,8.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1,1655640001180,10,10,209,4.5,-1.25,9.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1,1655640001200,11,11,210,5.0,-1.25,10.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1,1655640001220,12,12,211,5.5,-1.25,11.0);
INSERT INTO "machine_learning_curated_rows" VALUES(5,1655640001000,49,49,200,0.0,-1.25,0.0);
INSERT INTO "machine_learning_curated_rows" VALUES(5,1655640001020,51,50,201,0.5,-1.25,1.0);
INSERT INTO "machine_learning_curated_rows" VALUES(5,1655640001040,53,51,202,1.0,-1.25,2.0);
INSERT INTO "machine_learning_curated_rows" VALUES(5,1655640001060,55,52,203,1.5,-1.25,3.0);
INSERT INTO "machine_learning_curated_rows" VALUES(5,1655640001080,57,53,204,2.0,-1.25,4.0);
INSERT INTO "machine_learning_curated_rows" VALUES(5,1655640001100,59,54,205,2.5,-1.25,5.0);
INSERT INTO "machine_learning_curated_rows" VALUES(5,1655640001120,61,55,206,3.0,-1.25,6.0);
INSERT INTO "machine_learning_curated_rows" VALUES(5,1655640001140,63,56,207,3.5,-1.25,7.0);
INSERT INTO "machine_learning_curated_rows" VALUES(5,1655640001160,65,57,208,4.0,-1.25,8.0);
INSERT INTO "machine_learning_curated_rows" VALUES(5,1655640001180,67,58,209,4.5,-1.25,9.0);
INSERT INTO "machine_learning_curated_rows" VALUES(5,1655640001200,69,59,210,5.0,-1.25,10.0);
INSERT INTO "machine_learning_curated_rows" VALUES(5,1655640001220,71,60,211,5.5,-1.25,11.0);
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,  -- store_uuid | landing_removal | pseudonym_key
  value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO "meta" VALUES('landing_removal','0');
INSERT INTO "meta" VALUES('pseudonym_key','b4eeea6991ea2b806d822162b2917d17');
INSERT INTO "meta" VALUES('store_uuid','d9f234b12ebea828b06eb2a08709e2dd');
CREATE TABLE pseudonym (
  subject_id INTEGER PRIMARY KEY,
  subject    TEXT NOT NULL
);
INSERT INTO "pseudonym" VALUES(1,'cc9d58bbc70120d70fad7ea64d1a1857');
INSERT INTO "pseudonym" VALUES(5,'fdded3928e49adee48c93f2993a5be1e');
INSERT INTO "pseudonym" VALUES(6,'529ec33175e2158fbf80b2d34e6373a4');
CREATE TABLE serial_owner (
  trainer_id INTEGER NOT NULL,
  from_ms    INTEGER NOT NULL,
  to_ms      INTEGER NOT NULL,  -- exclusive
  subject_id INTEGER,           -- NULL unless owned
  status     TEXT NOT NULL,     -- owned | ambiguous | unpaired
  PRIMARY KEY (trainer_id, from_ms)
) WITHOUT ROWID;
INSERT INTO "serial_owner" VALUES(1,-9007199254740992,9007199254740992,1,'owned');
INSERT INTO "serial_owner" VALUES(2,-9007199254740992,9007199254740992,2,'owned');
INSERT INTO "serial_owner" VALUES(3,-9007199254740992,9007199254740992,3,'owned');
INSERT INTO "serial_owner" VALUES(4,-9007199254740992,9007199254740992,4,'owned');
INSERT INTO "serial_owner" VALUES(5,-9007199254740992,1655640000500,NULL,'ambiguous');
INSERT INTO "serial_owner" VALUES(5,1655640000500,9007199254740992,5,'owned');
CREATE TABLE serial_pairing (
  trainer_id INTEGER NOT NULL,
  ingest_id  INTEGER NOT NULL,  -- a pairing event of the serial
  PRIMARY KEY (trainer_id, ingest_id)
) WITHOUT ROWID;
INSERT INTO "serial_pairing" VALUES(5,1);
CREATE TABLE serial_record (
  trainer_id INTEGER NOT NULL,
  ingest_id  INTEGER NOT NULL,  -- a customer record that carries the serial
  PRIMARY KEY (trainer_id, ingest_id)
) WITHOUT ROWID;
INSERT INTO "serial_record" VALUES(1,1);
INSERT INTO "serial_record" VALUES(2,2);
INSERT INTO "serial_record" VALUES(3,3);
INSERT INTO "serial_record" VALUES(4,4);
INSERT INTO "serial_record" VALUES(5,5);
INSERT INTO "serial_record" VALUES(5,6);
CREATE TABLE serial_trusted (
  trainer_id   INTEGER PRIMARY KEY,
  serialNumber TEXT NOT NULL
);
INSERT INTO "serial_trusted" VALUES(1,'serial-ann');
INSERT INTO "serial_trusted" VALUES(5,'shared');
ANALYZE "sqlite_master";
INSERT INTO "sqlite_stat1" VALUES('accelerometer_trusted_rows','accelerometer_trusted_rows','1000000 1000 2 1');
INSERT INTO "sqlite_stat1" VALUES('step_trainer_trusted_rows','step_trainer_trusted_rows','1000000 1000 2 1');
INSERT INTO "sqlite_stat1" VALUES('machine_learning_curated_rows','machine_learning_curated_rows','1000000 1000 2 1 1');
CREATE TABLE step_trainer_run (
  trainer_id INTEGER NOT NULL,
  last_ms    INTEGER NOT NULL,
  first_id   INTEGER NOT NULL,
  last_id    INTEGER NOT NULL,
  first_ms   INTEGER NOT NULL,
  PRIMARY KEY (trainer_id, last_ms, first_id)
) WITHOUT ROWID;
INSERT INTO "step_trainer_run" VALUES(1,1655640001220,1,12,1655640001000);
INSERT INTO "step_trainer_run" VALUES(2,1655640001220,13,24,1655640001000);
INSERT INTO "step_trainer_run" VALUES(3,1655640001220,25,36,1655640001000);
INSERT INTO "step_trainer_run" VALUES(4,1655640001220,37,48,1655640001000);
INSERT INTO "step_trainer_run" VALUES(5,1655640001220,49,72,1655640001000);
CREATE TABLE step_trainer_trusted_rows (
  subject_id         INTEGER NOT NULL,
  sensorReadingTime  INTEGER NOT NULL,
  ingest_id          INTEGER NOT NULL,
  trainer_id         INTEGER NOT NULL,
  distanceFromObject INTEGER NOT NULL,
  PRIMARY KEY (subject_id, sensorReadingTime, ingest_id)
) WITHOUT ROWID;
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001000,1,1,200);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001020,2,1,201);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001040,3,1,202);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001060,4,1,203);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001080,5,1,204);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001100,6,1,205);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001120,7,1,206);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001140,8,1,207);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001160,9,1,208);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001180,10,1,209);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001200,11,1,210);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001220,12,1,211);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001000,49,5,200);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001020,51,5,201);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001040,53,5,202);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001060,55,5,203);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001080,57,5,204);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001100,59,5,205);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001120,61,5,206);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001140,63,5,207);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001160,65,5,208);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001180,67,5,209);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001200,69,5,210);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001220,71,5,211);
CREATE TABLE subject_state (
  subject_id      INTEGER PRIMARY KEY,
  status          TEXT NOT NULL,  -- granted | not_granted | ambiguous
  granted_from_ms INTEGER,        -- NULL unless granted
  customer_id     INTEGER NOT NULL  -- ingest_id of the current customer record
);
INSERT INTO "subject_state" VALUES(1,'granted',1655640000000,1);
INSERT INTO "subject_state" VALUES(2,'not_granted',NULL,2);
INSERT INTO "subject_state" VALUES(3,'not_granted',NULL,3);
INSERT INTO "subject_state" VALUES(4,'not_granted',NULL,4);
INSERT INTO "subject_state" VALUES(5,'granted',1655640000000,5);
INSERT INTO "subject_state" VALUES(6,'granted',1655640000000,6);
CREATE INDEX serial_owner_by_subject ON serial_owner (subject_id) WHERE subject_id IS NOT NULL;
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
COMMIT;
