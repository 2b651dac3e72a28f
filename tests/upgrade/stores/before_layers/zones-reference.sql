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
  subject_id  INTEGER NOT NULL,
  timestamp   INTEGER NOT NULL,
  ingest_id   INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,  -- a trusted record with the email as this reading spells it
  x           REAL NOT NULL,
  y           REAL NOT NULL,
  z           REAL NOT NULL,
  PRIMARY KEY (timestamp, subject_id, ingest_id)
) WITHOUT ROWID;
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001000,1,1,0.0,-1.25,0.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001000,49,5,0.0,-1.25,0.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001000,61,6,0.0,-1.25,0.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001020,2,1,0.5,-1.25,1.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001020,50,5,0.5,-1.25,1.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001020,62,6,0.5,-1.25,1.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001040,3,1,1.0,-1.25,2.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001040,51,5,1.0,-1.25,2.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001040,63,6,1.0,-1.25,2.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001060,4,1,1.5,-1.25,3.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001060,52,5,1.5,-1.25,3.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001060,64,6,1.5,-1.25,3.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001080,5,1,2.0,-1.25,4.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001080,53,5,2.0,-1.25,4.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001080,65,6,2.0,-1.25,4.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001100,6,1,2.5,-1.25,5.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001100,54,5,2.5,-1.25,5.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001100,66,6,2.5,-1.25,5.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001120,7,1,3.0,-1.25,6.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001120,55,5,3.0,-1.25,6.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001120,67,6,3.0,-1.25,6.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001140,8,1,3.5,-1.25,7.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001140,56,5,3.5,-1.25,7.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001140,68,6,3.5,-1.25,7.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001160,9,1,4.0,-1.25,8.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001160,57,5,4.0,-1.25,8.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001160,69,6,4.0,-1.25,8.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001180,10,1,4.5,-1.25,9.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001180,58,5,4.5,-1.25,9.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001180,70,6,4.5,-1.25,9.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001200,11,1,5.0,-1.25,10.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001200,59,5,5.0,-1.25,10.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001200,71,6,5.0,-1.25,10.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(1,1655640001220,12,1,5.5,-1.25,11.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(5,1655640001220,60,5,5.5,-1.25,11.0);
INSERT INTO "accelerometer_trusted_rows" VALUES(6,1655640001220,72,6,5.5,-1.25,11.0);
CREATE TABLE catalog_run (
  run_id      INTEGER NOT NULL,
  table_name  TEXT NOT NULL,
  job_hash    TEXT NOT NULL,
  row_count   INTEGER NOT NULL,
  started_ms  INTEGER NOT NULL,  -- epoch ms
  finished_ms INTEGER NOT NULL,
  PRIMARY KEY (run_id, table_name)
) WITHOUT ROWID;
INSERT INTO "catalog_run" VALUES(1,'accelerometer_trusted','6290921032fea54cb958544ab8435353b7ccd8faabcc7c4c3b187dbbce6660a6',48,1795886202136,1795886202136);
INSERT INTO "catalog_run" VALUES(1,'customer_trusted','06beecca8c78fac40e975b06d8a6c01125e0464b6578d827e45fbe5f600bb884',4,1795886202135,1795886202136);
INSERT INTO "catalog_run" VALUES(1,'customers_curated','6f04f1a11bbc22eaa705a7326829df0ef5a67cf5bf45b88187a3f3918414ec2e',4,1795886202136,1795886202136);
INSERT INTO "catalog_run" VALUES(1,'machine_learning_curated','9ab6a40f626121c342d677aa7d886cad01f9d197849e2e45de11e367eb3a1e27',144,1795886202136,1795886202137);
INSERT INTO "catalog_run" VALUES(1,'step_trainer_trusted','00fb1fb8dca281b5f6063bab6ce69751778d844901a5c7b0014497499ef67f4c',36,1795886202136,1795886202136);
INSERT INTO "catalog_run" VALUES(1,'subject_state','51e48a4a90a75fc10ae74c6119dc80114c1a1e8d07c153b5940482ece2add4df',6,1795886202134,1795886202135);
INSERT INTO "catalog_run" VALUES(2,'accelerometer_trusted','6290921032fea54cb958544ab8435353b7ccd8faabcc7c4c3b187dbbce6660a6',36,1795886202200,1795886202200);
INSERT INTO "catalog_run" VALUES(2,'customer_trusted','06beecca8c78fac40e975b06d8a6c01125e0464b6578d827e45fbe5f600bb884',3,1795886202200,1795886202200);
INSERT INTO "catalog_run" VALUES(2,'customers_curated','6f04f1a11bbc22eaa705a7326829df0ef5a67cf5bf45b88187a3f3918414ec2e',3,1795886202200,1795886202200);
INSERT INTO "catalog_run" VALUES(2,'machine_learning_curated','9ab6a40f626121c342d677aa7d886cad01f9d197849e2e45de11e367eb3a1e27',72,1795886202200,1795886202200);
INSERT INTO "catalog_run" VALUES(2,'step_trainer_trusted','00fb1fb8dca281b5f6063bab6ce69751778d844901a5c7b0014497499ef67f4c',24,1795886202200,1795886202200);
INSERT INTO "catalog_run" VALUES(2,'subject_state','51e48a4a90a75fc10ae74c6119dc80114c1a1e8d07c153b5940482ece2add4df',6,1795886202198,1795886202200);
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
INSERT INTO "catalog_table" VALUES(2,'customer_trusted','One row a distinct customer record, as landed, that says it shares with research.','customerName, email, phone, birthDay, serialNumber, registrationDate, lastUpdateDate, shareWithResearchAsOfDate, shareWithPublicAsOfDate, shareWithFriendsAsOfDate','customer (whole), consent (whole), subject_state (whole)','06beecca8c78fac40e975b06d8a6c01125e0464b6578d827e45fbe5f600bb884',3,2);
INSERT INTO "catalog_table" VALUES(3,'accelerometer_trusted','One row a distinct accelerometer reading whose user is written exactly as a trusted customer''s email.','customer_id, timestamp, x, y, z','accelerometer (whole), subject (whole), spelling (whole), customer_trusted (whole)','6290921032fea54cb958544ab8435353b7ccd8faabcc7c4c3b187dbbce6660a6',36,2);
INSERT INTO "catalog_table" VALUES(4,'customers_curated','One row a trusted customer record whose email has accelerometer readings.','customer_id','customer_trusted (whole), accelerometer_trusted (whole)','6f04f1a11bbc22eaa705a7326829df0ef5a67cf5bf45b88187a3f3918414ec2e',3,2);
INSERT INTO "catalog_table" VALUES(5,'step_trainer_trusted','One row a distinct step-trainer reading whose serial is written exactly as a curated customer''s.','customer_id, sensorReadingTime, distanceFromObject','step_trainer (whole), trainer (whole), spelling (whole), customer_trusted (whole), customers_curated (whole)','00fb1fb8dca281b5f6063bab6ce69751778d844901a5c7b0014497499ef67f4c',24,2);
INSERT INTO "catalog_table" VALUES(6,'machine_learning_curated','One row a step-trainer reading and an accelerometer reading of the same millisecond, whosever they are.','step_trainer_id, accelerometer_id','step_trainer_trusted (whole), accelerometer_trusted (whole)','9ab6a40f626121c342d677aa7d886cad01f9d197849e2e45de11e367eb3a1e27',72,2);
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
INSERT INTO "customer_trusted_rows" VALUES(1,1,1,'Ann','ann@example.com','555','1960-01-01','serial-ann',1655640000000,1655640000000,1655640000000,NULL,NULL);
INSERT INTO "customer_trusted_rows" VALUES(5,5,5,'Eve','eve@example.com','555','1960-01-01','shared',1655640000000,1655640000000,1655640000000,NULL,NULL);
INSERT INTO "customer_trusted_rows" VALUES(6,6,5,'Fay','fay@example.com','555','1960-01-01','shared',1655640000000,1655640000000,1655640000000,NULL,NULL);
CREATE TABLE customers_curated_rows (
  customer_id INTEGER PRIMARY KEY
);
INSERT INTO "customers_curated_rows" VALUES(1);
INSERT INTO "customers_curated_rows" VALUES(5);
INSERT INTO "customers_curated_rows" VALUES(6);
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
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001000,1,1,1,200,1,0.0,-1.25,0.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001000,1,49,1,200,5,0.0,-1.25,0.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001000,1,61,1,200,6,0.0,-1.25,0.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001000,49,1,5,200,1,0.0,-1.25,0.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001000,49,49,5,200,5,0.0,-1.25,0.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001000,49,61,5,200,6,0.0,-1.25,0.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001020,2,2,1,201,1,0.5,-1.25,1.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001020,2,50,1,201,5,0.5,-1.25,1.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001020,2,62,1,201,6,0.5,-1.25,1.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001020,51,2,5,201,1,0.5,-1.25,1.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001020,51,50,5,201,5,0.5,-1.25,1.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001020,51,62,5,201,6,0.5,-1.25,1.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001040,3,3,1,202,1,1.0,-1.25,2.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001040,3,51,1,202,5,1.0,-1.25,2.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001040,3,63,1,202,6,1.0,-1.25,2.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001040,53,3,5,202,1,1.0,-1.25,2.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001040,53,51,5,202,5,1.0,-1.25,2.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001040,53,63,5,202,6,1.0,-1.25,2.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001060,4,4,1,203,1,1.5,-1.25,3.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001060,4,52,1,203,5,1.5,-1.25,3.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001060,4,64,1,203,6,1.5,-1.25,3.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001060,55,4,5,203,1,1.5,-1.25,3.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001060,55,52,5,203,5,1.5,-1.25,3.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001060,55,64,5,203,6,1.5,-1.25,3.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001080,5,5,1,204,1,2.0,-1.25,4.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001080,5,53,1,204,5,2.0,-1.25,4.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001080,5,65,1,204,6,2.0,-1.25,4.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001080,57,5,5,204,1,2.0,-1.25,4.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001080,57,53,5,204,5,2.0,-1.25,4.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001080,57,65,5,204,6,2.0,-1.25,4.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001100,6,6,1,205,1,2.5,-1.25,5.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001100,6,54,1,205,5,2.5,-1.25,5.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001100,6,66,1,205,6,2.5,-1.25,5.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001100,59,6,5,205,1,2.5,-1.25,5.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001100,59,54,5,205,5,2.5,-1.25,5.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001100,59,66,5,205,6,2.5,-1.25,5.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001120,7,7,1,206,1,3.0,-1.25,6.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001120,7,55,1,206,5,3.0,-1.25,6.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001120,7,67,1,206,6,3.0,-1.25,6.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001120,61,7,5,206,1,3.0,-1.25,6.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001120,61,55,5,206,5,3.0,-1.25,6.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001120,61,67,5,206,6,3.0,-1.25,6.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001140,8,8,1,207,1,3.5,-1.25,7.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001140,8,56,1,207,5,3.5,-1.25,7.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001140,8,68,1,207,6,3.5,-1.25,7.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001140,63,8,5,207,1,3.5,-1.25,7.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001140,63,56,5,207,5,3.5,-1.25,7.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001140,63,68,5,207,6,3.5,-1.25,7.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001160,9,9,1,208,1,4.0,-1.25,8.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001160,9,57,1,208,5,4.0,-1.25,8.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001160,9,69,1,208,6,4.0,-1.25,8.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001160,65,9,5,208,1,4.0,-1.25,8.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001160,65,57,5,208,5,4.0,-1.25,8.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001160,65,69,5,208,6,4.0,-1.25,8.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001180,10,10,1,209,1,4.5,-1.25,9.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001180,10,58,1,209,5,4.5,-1.25,9.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001180,10,70,1,209,6,4.5,-1.25,9.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001180,67,10,5,209,1,4.5,-1.25,9.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001180,67,58,5,209,5,4.5,-1.25,9.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001180,67,70,5,209,6,4.5,-1.25,9.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001200,11,11,1,210,1,5.0,-1.25,10.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001200,11,59,1,210,5,5.0,-1.25,10.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001200,11,71,1,210,6,5.0,-1.25,10.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001200,69,11,5,210,1,5.0,-1.25,10.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001200,69,59,5,210,5,5.0,-1.25,10.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001200,69,71,5,210,6,5.0,-1.25,10.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001220,12,12,1,211,1,5.5,-1.25,11.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001220,12,60,1,211,5,5.5,-1.25,11.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001220,12,72,1,211,6,5.5,-1.25,11.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001220,71,12,5,211,1,5.5,-1.25,11.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001220,71,60,5,211,5,5.5,-1.25,11.0);
INSERT INTO "machine_learning_curated_rows" VALUES(1655640001220,71,72,5,211,6,5.5,-1.25,11.0);
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,  -- store_uuid | landing_removal | pseudonym_key
  value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO "meta" VALUES('landing_removal','0');
INSERT INTO "meta" VALUES('store_uuid','d9f234b12ebea828b06eb2a08709e2dd');
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
  trainer_id         INTEGER NOT NULL,
  sensorReadingTime  INTEGER NOT NULL,
  ingest_id          INTEGER NOT NULL,
  customer_id        INTEGER NOT NULL,  -- a curated record with the serial as this reading spells it
  distanceFromObject INTEGER NOT NULL,
  PRIMARY KEY (sensorReadingTime, trainer_id, ingest_id)
) WITHOUT ROWID;
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001000,1,1,200);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001000,49,5,200);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001020,2,1,201);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001020,51,5,201);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001040,3,1,202);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001040,53,5,202);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001060,4,1,203);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001060,55,5,203);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001080,5,1,204);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001080,57,5,204);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001100,6,1,205);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001100,59,5,205);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001120,7,1,206);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001120,61,5,206);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001140,8,1,207);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001140,63,5,207);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001160,9,1,208);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001160,65,5,208);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001180,10,1,209);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001180,67,5,209);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001200,11,1,210);
INSERT INTO "step_trainer_trusted_rows" VALUES(5,1655640001200,69,5,210);
INSERT INTO "step_trainer_trusted_rows" VALUES(1,1655640001220,12,1,211);
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
CREATE INDEX customer_trusted_by_subject ON customer_trusted_rows (subject_id);
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
COMMIT;
