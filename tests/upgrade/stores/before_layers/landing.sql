PRAGMA page_size=4096;
PRAGMA auto_vacuum=2;
PRAGMA application_id=1398031684;
PRAGMA user_version=6;
BEGIN TRANSACTION;
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
INSERT INTO "accelerometer" VALUES(1,1,1655640001000,0.0,-1.25,0.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(2,1,1655640001020,0.5,-1.25,1.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(3,1,1655640001040,1.0,-1.25,2.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(4,1,1655640001060,1.5,-1.25,3.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(5,1,1655640001080,2.0,-1.25,4.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(6,1,1655640001100,2.5,-1.25,5.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(7,1,1655640001120,3.0,-1.25,6.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(8,1,1655640001140,3.5,-1.25,7.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(9,1,1655640001160,4.0,-1.25,8.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(10,1,1655640001180,4.5,-1.25,9.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(11,1,1655640001200,5.0,-1.25,10.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(12,1,1655640001220,5.5,-1.25,11.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(13,2,1655640001000,0.0,-1.25,0.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(14,2,1655640001020,0.5,-1.25,1.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(15,2,1655640001040,1.0,-1.25,2.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(16,2,1655640001060,1.5,-1.25,3.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(17,2,1655640001080,2.0,-1.25,4.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(18,2,1655640001100,2.5,-1.25,5.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(19,2,1655640001120,3.0,-1.25,6.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(20,2,1655640001140,3.5,-1.25,7.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(21,2,1655640001160,4.0,-1.25,8.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(22,2,1655640001180,4.5,-1.25,9.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(23,2,1655640001200,5.0,-1.25,10.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(24,2,1655640001220,5.5,-1.25,11.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(25,3,1655640001000,0.0,-1.25,0.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(26,3,1655640001020,0.5,-1.25,1.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(27,3,1655640001040,1.0,-1.25,2.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(28,3,1655640001060,1.5,-1.25,3.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(29,3,1655640001080,2.0,-1.25,4.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(30,3,1655640001100,2.5,-1.25,5.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(31,3,1655640001120,3.0,-1.25,6.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(32,3,1655640001140,3.5,-1.25,7.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(33,3,1655640001160,4.0,-1.25,8.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(34,3,1655640001180,4.5,-1.25,9.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(35,3,1655640001200,5.0,-1.25,10.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(36,3,1655640001220,5.5,-1.25,11.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(37,4,1655640001000,0.0,-1.25,0.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(38,4,1655640001020,0.5,-1.25,1.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(39,4,1655640001040,1.0,-1.25,2.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(40,4,1655640001060,1.5,-1.25,3.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(41,4,1655640001080,2.0,-1.25,4.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(42,4,1655640001100,2.5,-1.25,5.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(43,4,1655640001120,3.0,-1.25,6.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(44,4,1655640001140,3.5,-1.25,7.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(45,4,1655640001160,4.0,-1.25,8.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(46,4,1655640001180,4.5,-1.25,9.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(47,4,1655640001200,5.0,-1.25,10.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(48,4,1655640001220,5.5,-1.25,11.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(49,5,1655640001000,0.0,-1.25,0.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(50,5,1655640001020,0.5,-1.25,1.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(51,5,1655640001040,1.0,-1.25,2.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(52,5,1655640001060,1.5,-1.25,3.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(53,5,1655640001080,2.0,-1.25,4.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(54,5,1655640001100,2.5,-1.25,5.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(55,5,1655640001120,3.0,-1.25,6.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(56,5,1655640001140,3.5,-1.25,7.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(57,5,1655640001160,4.0,-1.25,8.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(58,5,1655640001180,4.5,-1.25,9.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(59,5,1655640001200,5.0,-1.25,10.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(60,5,1655640001220,5.5,-1.25,11.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(61,6,1655640001000,0.0,-1.25,0.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(62,6,1655640001020,0.5,-1.25,1.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(63,6,1655640001040,1.0,-1.25,2.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(64,6,1655640001060,1.5,-1.25,3.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(65,6,1655640001080,2.0,-1.25,4.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(66,6,1655640001100,2.5,-1.25,5.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(67,6,1655640001120,3.0,-1.25,6.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(68,6,1655640001140,3.5,-1.25,7.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(69,6,1655640001160,4.0,-1.25,8.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(70,6,1655640001180,4.5,-1.25,9.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(71,6,1655640001200,5.0,-1.25,10.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(72,6,1655640001220,5.5,-1.25,11.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(73,1,1655640001240,6.0,-1.25,12.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(74,1,1655640001260,6.5,-1.25,13.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(75,1,1655640001280,7.0,-1.25,14.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(76,1,1655640001300,7.5,-1.25,15.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(77,1,1655640001320,8.0,-1.25,16.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(78,1,1655640001340,8.5,-1.25,17.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(79,1,1655640001360,9.0,-1.25,18.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(80,1,1655640001380,9.5,-1.25,19.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(81,1,1655640001400,10.0,-1.25,20.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(82,1,1655640001420,10.5,-1.25,21.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(83,1,1655640001440,11.0,-1.25,22.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(84,1,1655640001460,11.5,-1.25,23.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(85,2,1655640001240,6.0,-1.25,12.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(86,2,1655640001260,6.5,-1.25,13.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(87,2,1655640001280,7.0,-1.25,14.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(88,2,1655640001300,7.5,-1.25,15.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(89,2,1655640001320,8.0,-1.25,16.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(90,2,1655640001340,8.5,-1.25,17.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(91,2,1655640001360,9.0,-1.25,18.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(92,2,1655640001380,9.5,-1.25,19.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(93,2,1655640001400,10.0,-1.25,20.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(94,2,1655640001420,10.5,-1.25,21.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(95,2,1655640001440,11.0,-1.25,22.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(96,2,1655640001460,11.5,-1.25,23.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(97,3,1655640001240,6.0,-1.25,12.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(98,3,1655640001260,6.5,-1.25,13.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(99,3,1655640001280,7.0,-1.25,14.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(100,3,1655640001300,7.5,-1.25,15.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(101,3,1655640001320,8.0,-1.25,16.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(102,3,1655640001340,8.5,-1.25,17.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(103,3,1655640001360,9.0,-1.25,18.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(104,3,1655640001380,9.5,-1.25,19.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(105,3,1655640001400,10.0,-1.25,20.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(106,3,1655640001420,10.5,-1.25,21.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(107,3,1655640001440,11.0,-1.25,22.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(108,3,1655640001460,11.5,-1.25,23.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(109,4,1655640001240,6.0,-1.25,12.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(110,4,1655640001260,6.5,-1.25,13.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(111,4,1655640001280,7.0,-1.25,14.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(112,4,1655640001300,7.5,-1.25,15.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(113,4,1655640001320,8.0,-1.25,16.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(114,4,1655640001340,8.5,-1.25,17.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(115,4,1655640001360,9.0,-1.25,18.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(116,4,1655640001380,9.5,-1.25,19.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(117,4,1655640001400,10.0,-1.25,20.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(118,4,1655640001420,10.5,-1.25,21.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(119,4,1655640001440,11.0,-1.25,22.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(120,4,1655640001460,11.5,-1.25,23.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(121,5,1655640001240,6.0,-1.25,12.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(122,5,1655640001260,6.5,-1.25,13.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(123,5,1655640001280,7.0,-1.25,14.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(124,5,1655640001300,7.5,-1.25,15.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(125,5,1655640001320,8.0,-1.25,16.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(126,5,1655640001340,8.5,-1.25,17.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(127,5,1655640001360,9.0,-1.25,18.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(128,5,1655640001380,9.5,-1.25,19.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(129,5,1655640001400,10.0,-1.25,20.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(130,5,1655640001420,10.5,-1.25,21.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(131,5,1655640001440,11.0,-1.25,22.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(132,5,1655640001460,11.5,-1.25,23.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(133,6,1655640001240,6.0,-1.25,12.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(134,6,1655640001260,6.5,-1.25,13.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(135,6,1655640001280,7.0,-1.25,14.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(136,6,1655640001300,7.5,-1.25,15.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(137,6,1655640001320,8.0,-1.25,16.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(138,6,1655640001340,8.5,-1.25,17.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(139,6,1655640001360,9.0,-1.25,18.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(140,6,1655640001380,9.5,-1.25,19.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(141,6,1655640001400,10.0,-1.25,20.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(142,6,1655640001420,10.5,-1.25,21.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(143,6,1655640001440,11.0,-1.25,22.0,0,NULL,NULL);
INSERT INTO "accelerometer" VALUES(144,6,1655640001460,11.5,-1.25,23.0,0,NULL,NULL);
CREATE TABLE batch (
  batch_id     INTEGER PRIMARY KEY AUTOINCREMENT,
  source_id    INTEGER NOT NULL REFERENCES source,
  seq          INTEGER,  -- NULL unless a device's
  payload_hash INTEGER,  -- first 64 bits of the payload's SHA-256
  received     INTEGER NOT NULL,  -- epoch ms
  first_id     INTEGER,  -- ingest_id range in the stream's table, NULL when nothing landed
  landed       INTEGER NOT NULL,  -- records landed: first_id … first_id + landed - 1
  quarantined  INTEGER NOT NULL   -- records quarantined
);
INSERT INTO "batch" VALUES(1,1,NULL,614091881471562205,1795886202061,1,72,0);
INSERT INTO "batch" VALUES(2,2,NULL,-5116066198763400426,1795886202062,1,1,0);
INSERT INTO "batch" VALUES(3,3,NULL,2313553134966661856,1795886202062,1,6,0);
INSERT INTO "batch" VALUES(4,4,NULL,9217597201432685963,1795886202062,1,1,0);
INSERT INTO "batch" VALUES(5,5,NULL,6920222028877475161,1795886202069,1,72,1);
INSERT INTO "batch" VALUES(6,6,NULL,NULL,1795886202154,2,1,0);
INSERT INTO "batch" VALUES(7,1,NULL,-6003371348485096351,1795886202233,73,72,0);
INSERT INTO "batch" VALUES(8,2,NULL,-603889987115503709,1795886202233,3,2,0);
INSERT INTO "batch" VALUES(9,5,NULL,-6879516317907560704,1795886202233,73,72,0);
CREATE TABLE consent (
  ingest_id  INTEGER PRIMARY KEY AUTOINCREMENT,
  batch_id   INTEGER NOT NULL,
  received   INTEGER NOT NULL,  -- receipt, epoch ms
  subject_id INTEGER NOT NULL REFERENCES subject,
  email      TEXT NOT NULL,  -- as landed
  purpose    TEXT NOT NULL,
  action     TEXT NOT NULL,  -- grant | withdraw
  timestamp  INTEGER NOT NULL,  -- epoch ms
  extra      TEXT,
  line       INTEGER  -- of the imported file, from 1; NULL: not imported
);
INSERT INTO "consent" VALUES(1,2,1795886202062,3,'cem@example.com','research','withdraw',1655640000900,NULL,1);
INSERT INTO "consent" VALUES(2,6,1795886202154,4,'dia@example.com','research','withdraw',1795886202153,NULL,NULL);
INSERT INTO "consent" VALUES(3,8,1795886202233,3,'cem@example.com','research','grant',1655640001100,NULL,1);
INSERT INTO "consent" VALUES(4,8,1795886202233,1,'ann@example.com','research','withdraw',1655640002000,NULL,2);
CREATE TABLE customer (
  ingest_id                 INTEGER PRIMARY KEY AUTOINCREMENT,  -- ingest order, never reused
  batch_id                  INTEGER NOT NULL,
  received                  INTEGER NOT NULL,  -- receipt, epoch ms
  subject_id                INTEGER NOT NULL REFERENCES subject,
  trainer_id                INTEGER REFERENCES trainer,  -- NULL: the record carries no serial
  email                     TEXT NOT NULL,  -- this and the rest of the seed fields: as landed
  customerName              TEXT,
  phone                     TEXT,
  birthDay                  TEXT,
  serialNumber              TEXT,
  registrationDate          INTEGER,
  lastUpdateDate            INTEGER,
  shareWithResearchAsOfDate INTEGER,
  shareWithPublicAsOfDate   INTEGER,
  shareWithFriendsAsOfDate  INTEGER,
  last_update_invalid       INTEGER NOT NULL,  -- 1: lastUpdateDate was there but no integer, receipt counts instead
  research_is_number        INTEGER NOT NULL,  -- 1: the research date is a JSON number other than 0, whole or not
  canonical                 TEXT NOT NULL,  -- seed fields as compact JSON, by identity; decides ties
  extra                     TEXT,  -- JSON object of the fields without a column
  line                      INTEGER  -- of the imported file, from 1; NULL: not imported
);
INSERT INTO "customer" VALUES(1,3,1795886202062,1,1,'ann@example.com','Ann','555','1960-01-01','serial-ann',1655640000000,1655640000000,1655640000000,NULL,NULL,0,1,'{"email":"ann@example.com","customerName":"Ann","phone":"555","birthDay":"1960-01-01","serialNumber":"serial-ann","registrationDate":1655640000000,"lastUpdateDate":1655640000000,"shareWithResearchAsOfDate":1655640000000}',NULL,1);
INSERT INTO "customer" VALUES(2,3,1795886202062,2,2,'bob@example.com','Bob','555','1960-01-01','serial-bob',1655640000000,1655640000000,NULL,NULL,NULL,0,0,'{"email":"bob@example.com","customerName":"Bob","phone":"555","birthDay":"1960-01-01","serialNumber":"serial-bob","registrationDate":1655640000000,"lastUpdateDate":1655640000000}',NULL,2);
INSERT INTO "customer" VALUES(3,3,1795886202062,3,3,'cem@example.com','Cem','555','1960-01-01','serial-cem',1655640000000,1655640000000,1655640000000,NULL,NULL,0,1,'{"email":"cem@example.com","customerName":"Cem","phone":"555","birthDay":"1960-01-01","serialNumber":"serial-cem","registrationDate":1655640000000,"lastUpdateDate":1655640000000,"shareWithResearchAsOfDate":1655640000000}',NULL,3);
INSERT INTO "customer" VALUES(4,3,1795886202062,4,4,'dia@example.com','Dia','555','1960-01-01','serial-dia',1655640000000,1655640000000,1655640000000,NULL,NULL,0,1,'{"email":"dia@example.com","customerName":"Dia","phone":"555","birthDay":"1960-01-01","serialNumber":"serial-dia","registrationDate":1655640000000,"lastUpdateDate":1655640000000,"shareWithResearchAsOfDate":1655640000000}',NULL,4);
INSERT INTO "customer" VALUES(5,3,1795886202062,5,5,'eve@example.com','Eve','555','1960-01-01','shared',1655640000000,1655640000000,1655640000000,NULL,NULL,0,1,'{"email":"eve@example.com","customerName":"Eve","phone":"555","birthDay":"1960-01-01","serialNumber":"shared","registrationDate":1655640000000,"lastUpdateDate":1655640000000,"shareWithResearchAsOfDate":1655640000000}',NULL,5);
INSERT INTO "customer" VALUES(6,3,1795886202062,6,5,'fay@example.com','Fay','555','1960-01-01','shared',1655640000000,1655640000000,1655640000000,NULL,NULL,0,1,'{"email":"fay@example.com","customerName":"Fay","phone":"555","birthDay":"1960-01-01","serialNumber":"shared","registrationDate":1655640000000,"lastUpdateDate":1655640000000,"shareWithResearchAsOfDate":1655640000000}',NULL,6);
CREATE TABLE device_subject (
  device     TEXT PRIMARY KEY,
  subject_id INTEGER NOT NULL REFERENCES subject
) WITHOUT ROWID;
CREATE TABLE expired (
  stream  TEXT PRIMARY KEY,
  records INTEGER NOT NULL
) WITHOUT ROWID;
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
CREATE TABLE import_file (
  file_id      INTEGER PRIMARY KEY AUTOINCREMENT,
  stream       TEXT NOT NULL,
  content_hash TEXT NOT NULL,  -- SHA-256, hexadecimal
  bytes_done   INTEGER NOT NULL,  -- landed up to this byte, at a line's start
  lines_done   INTEGER NOT NULL,
  landed       INTEGER NOT NULL,
  quarantined  INTEGER NOT NULL,
  complete     INTEGER NOT NULL,  -- 1: the whole file has landed
  UNIQUE (stream, content_hash)
);
INSERT INTO "import_file" VALUES(1,'accelerometer','0885b150069051dd3f87cbbcc5710fe25ba9427113b2cdce735d0378e4f66b23',6348,72,72,0,1);
INSERT INTO "import_file" VALUES(2,'consent','b90014e5f75313166cd54a5ca38a0fab30f86deedfc15d994486cfd88ce30222',102,1,1,0,1);
INSERT INTO "import_file" VALUES(3,'customer','201b64518aade2e0e3f208c9cc08a09ff716b6baf791e6bcb4a9bffe40f5fffc',1364,6,6,0,1);
INSERT INTO "import_file" VALUES(4,'pairing','7feb7bd15a07ad8b6cc7e160b9aaee36d8cbbcc7ba2cb9f80a8e19c2be3ff1db',83,1,1,0,1);
INSERT INTO "import_file" VALUES(5,'step_trainer','6009914536132d5910977eba22aae43f23b017d5b8c71089d0a8fa4d9a771c88',6757,73,72,1,1);
INSERT INTO "import_file" VALUES(6,'accelerometer','acafbd90d6c9bc61327438bb7630ddd71c97279decfe6532f6a6475d5e2666ff',6432,72,72,0,1);
INSERT INTO "import_file" VALUES(7,'consent','f79e8d419a90afa39cca1392e17e7bc841da65c1513d51fb77ecdb4a4fa0e08c',201,2,2,0,1);
INSERT INTO "import_file" VALUES(8,'step_trainer','a0870c5bac9dd7008360af0db3e1e08ad3b43a3ea55559709a24086894cf4289',6672,72,72,0,1);
CREATE TABLE known_key (
  name        TEXT PRIMARY KEY,  -- pseudonym | ledger
  fingerprint TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO "known_key" VALUES('ledger','ad4ab00c98a2148e9609e0e25ddf5cfb');
INSERT INTO "known_key" VALUES('pseudonym','b4eeea6991ea2b806d822162b2917d17');
CREATE TABLE pairing (
  ingest_id    INTEGER PRIMARY KEY AUTOINCREMENT,
  batch_id     INTEGER NOT NULL,
  received     INTEGER NOT NULL,  -- receipt, epoch ms
  trainer_id   INTEGER NOT NULL REFERENCES trainer,
  subject_id   INTEGER REFERENCES subject,  -- NULL: from then on nobody's
  serialNumber TEXT NOT NULL,  -- as landed
  email        TEXT,  -- as landed
  timestamp    INTEGER NOT NULL,  -- epoch ms
  extra        TEXT
);
INSERT INTO "pairing" VALUES(1,4,1795886202062,5,5,'shared','eve@example.com',1655640000500,NULL);
CREATE TABLE quarantined_record (
  quarantine_id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch_id      INTEGER NOT NULL,
  stream        TEXT NOT NULL,
  reason        TEXT NOT NULL,
  received      INTEGER NOT NULL,  -- epoch ms
  is_message    INTEGER NOT NULL DEFAULT 0,   -- 1: a whole message, 0: one record of one
  is_faithful   INTEGER NOT NULL DEFAULT 1,   -- 0: the payload was cut, or holds bytes that are no text
  device        TEXT NOT NULL DEFAULT '',     -- of an envelope without a usable name, else by batch_id
  landed_batch  INTEGER,                      -- the batch that landed it after all; then it is refused no more
  payload       TEXT NOT NULL                 -- empty: expired, or landed after all
);
INSERT INTO "quarantined_record" VALUES(1,5,'step_trainer','wrong_type',1795886202069,0,1,'',NULL,'{"sensorReadingTime": "soon", "serialNumber": "serial-ann", "distanceFromObject": 1}');
CREATE TABLE refused_message (
  refused_id   INTEGER PRIMARY KEY,  -- in order; the oldest are forgotten
  content_hash INTEGER NOT NULL UNIQUE
);
CREATE TABLE removed_cell (
  removal_id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused
  subject_id INTEGER,  -- whose customer or consent records, or accelerometer readings, have left
  trainer_id INTEGER,  -- whose pairings, customer records that carried it, or step-trainer readings have left
  from_ms    INTEGER,  -- readings of [from_ms, to_ms) have left; NULL: records
  to_ms      INTEGER
);
CREATE TABLE retention_judged (
  stream TEXT PRIMARY KEY,
  up_to  INTEGER NOT NULL,  -- readings with an ingest_id up to this one are covered by consent, or have expired
  said   TEXT NOT NULL      -- what had been said, and by which rules it was judged
) WITHOUT ROWID;
CREATE TABLE source (
  source_id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind      TEXT NOT NULL,  -- device | bare | import | operator | replay
  stream    TEXT NOT NULL,
  device    TEXT NOT NULL,  -- empty unless a device; an id of another form than ours by its digest
  boot      TEXT NOT NULL,  -- likewise
  UNIQUE (kind, stream, device, boot)
);
INSERT INTO "source" VALUES(1,'import','accelerometer','','');
INSERT INTO "source" VALUES(2,'import','consent','','');
INSERT INTO "source" VALUES(3,'import','customer','','');
INSERT INTO "source" VALUES(4,'import','pairing','','');
INSERT INTO "source" VALUES(5,'import','step_trainer','','');
INSERT INTO "source" VALUES(6,'operator','consent','','');
CREATE TABLE spelling (
  spelling_id INTEGER PRIMARY KEY AUTOINCREMENT,
  text        TEXT NOT NULL UNIQUE
);
CREATE TABLE step_trainer (
  ingest_id          INTEGER PRIMARY KEY AUTOINCREMENT,  -- ingest order, never reused
  trainer_id         INTEGER NOT NULL REFERENCES trainer,
  sensorReadingTime  INTEGER NOT NULL,  -- epoch ms
  distanceFromObject INTEGER NOT NULL,  -- in the sensor's unit
  implausible        INTEGER NOT NULL,  -- 1: timed before 2000 or over 24 h after its receipt
  spelling_id        INTEGER REFERENCES spelling,  -- how the serial was spelled, NULL: as in trainer.landed_as
  extra              TEXT  -- JSON object of the fields without a column
);
INSERT INTO "step_trainer" VALUES(1,1,1655640001000,200,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(2,1,1655640001020,201,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(3,1,1655640001040,202,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(4,1,1655640001060,203,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(5,1,1655640001080,204,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(6,1,1655640001100,205,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(7,1,1655640001120,206,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(8,1,1655640001140,207,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(9,1,1655640001160,208,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(10,1,1655640001180,209,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(11,1,1655640001200,210,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(12,1,1655640001220,211,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(13,2,1655640001000,200,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(14,2,1655640001020,201,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(15,2,1655640001040,202,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(16,2,1655640001060,203,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(17,2,1655640001080,204,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(18,2,1655640001100,205,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(19,2,1655640001120,206,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(20,2,1655640001140,207,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(21,2,1655640001160,208,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(22,2,1655640001180,209,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(23,2,1655640001200,210,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(24,2,1655640001220,211,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(25,3,1655640001000,200,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(26,3,1655640001020,201,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(27,3,1655640001040,202,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(28,3,1655640001060,203,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(29,3,1655640001080,204,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(30,3,1655640001100,205,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(31,3,1655640001120,206,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(32,3,1655640001140,207,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(33,3,1655640001160,208,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(34,3,1655640001180,209,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(35,3,1655640001200,210,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(36,3,1655640001220,211,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(37,4,1655640001000,200,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(38,4,1655640001020,201,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(39,4,1655640001040,202,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(40,4,1655640001060,203,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(41,4,1655640001080,204,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(42,4,1655640001100,205,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(43,4,1655640001120,206,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(44,4,1655640001140,207,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(45,4,1655640001160,208,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(46,4,1655640001180,209,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(47,4,1655640001200,210,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(48,4,1655640001220,211,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(49,5,1655640001000,200,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(50,5,1655640001000,200,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(51,5,1655640001020,201,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(52,5,1655640001020,201,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(53,5,1655640001040,202,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(54,5,1655640001040,202,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(55,5,1655640001060,203,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(56,5,1655640001060,203,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(57,5,1655640001080,204,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(58,5,1655640001080,204,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(59,5,1655640001100,205,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(60,5,1655640001100,205,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(61,5,1655640001120,206,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(62,5,1655640001120,206,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(63,5,1655640001140,207,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(64,5,1655640001140,207,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(65,5,1655640001160,208,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(66,5,1655640001160,208,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(67,5,1655640001180,209,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(68,5,1655640001180,209,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(69,5,1655640001200,210,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(70,5,1655640001200,210,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(71,5,1655640001220,211,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(72,5,1655640001220,211,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(73,1,1655640001240,212,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(74,1,1655640001260,213,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(75,1,1655640001280,214,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(76,1,1655640001300,215,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(77,1,1655640001320,216,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(78,1,1655640001340,217,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(79,1,1655640001360,218,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(80,1,1655640001380,219,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(81,1,1655640001400,220,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(82,1,1655640001420,221,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(83,1,1655640001440,222,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(84,1,1655640001460,223,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(85,2,1655640001240,212,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(86,2,1655640001260,213,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(87,2,1655640001280,214,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(88,2,1655640001300,215,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(89,2,1655640001320,216,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(90,2,1655640001340,217,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(91,2,1655640001360,218,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(92,2,1655640001380,219,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(93,2,1655640001400,220,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(94,2,1655640001420,221,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(95,2,1655640001440,222,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(96,2,1655640001460,223,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(97,3,1655640001240,212,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(98,3,1655640001260,213,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(99,3,1655640001280,214,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(100,3,1655640001300,215,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(101,3,1655640001320,216,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(102,3,1655640001340,217,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(103,3,1655640001360,218,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(104,3,1655640001380,219,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(105,3,1655640001400,220,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(106,3,1655640001420,221,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(107,3,1655640001440,222,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(108,3,1655640001460,223,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(109,4,1655640001240,212,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(110,4,1655640001260,213,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(111,4,1655640001280,214,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(112,4,1655640001300,215,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(113,4,1655640001320,216,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(114,4,1655640001340,217,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(115,4,1655640001360,218,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(116,4,1655640001380,219,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(117,4,1655640001400,220,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(118,4,1655640001420,221,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(119,4,1655640001440,222,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(120,4,1655640001460,223,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(121,5,1655640001240,212,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(122,5,1655640001240,212,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(123,5,1655640001260,213,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(124,5,1655640001260,213,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(125,5,1655640001280,214,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(126,5,1655640001280,214,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(127,5,1655640001300,215,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(128,5,1655640001300,215,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(129,5,1655640001320,216,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(130,5,1655640001320,216,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(131,5,1655640001340,217,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(132,5,1655640001340,217,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(133,5,1655640001360,218,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(134,5,1655640001360,218,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(135,5,1655640001380,219,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(136,5,1655640001380,219,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(137,5,1655640001400,220,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(138,5,1655640001400,220,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(139,5,1655640001420,221,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(140,5,1655640001420,221,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(141,5,1655640001440,222,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(142,5,1655640001440,222,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(143,5,1655640001460,223,0,NULL,NULL);
INSERT INTO "step_trainer" VALUES(144,5,1655640001460,223,0,NULL,NULL);
CREATE TABLE store (
  store_uuid TEXT NOT NULL,
  epoch      INTEGER NOT NULL,  -- moves when names go away: writers then drop their caches. What left with them is in removed_cell
  created    INTEGER NOT NULL   -- epoch ms
);
INSERT INTO "store" VALUES('d9f234b12ebea828b06eb2a08709e2dd',1,1795886202052);
CREATE TABLE subject (
  subject_id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused
  email      TEXT NOT NULL UNIQUE,
  landed_as  TEXT NOT NULL  -- the spelling that was landed first
);
INSERT INTO "subject" VALUES(1,'ann@example.com','ann@example.com');
INSERT INTO "subject" VALUES(2,'bob@example.com','bob@example.com');
INSERT INTO "subject" VALUES(3,'cem@example.com','cem@example.com');
INSERT INTO "subject" VALUES(4,'dia@example.com','dia@example.com');
INSERT INTO "subject" VALUES(5,'eve@example.com','eve@example.com');
INSERT INTO "subject" VALUES(6,'fay@example.com','fay@example.com');
CREATE TABLE trainer (
  trainer_id   INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused
  serialNumber TEXT NOT NULL UNIQUE,
  landed_as    TEXT NOT NULL  -- the spelling that was landed first
);
INSERT INTO "trainer" VALUES(1,'serial-ann','serial-ann');
INSERT INTO "trainer" VALUES(2,'serial-bob','serial-bob');
INSERT INTO "trainer" VALUES(3,'serial-cem','serial-cem');
INSERT INTO "trainer" VALUES(4,'serial-dia','serial-dia');
INSERT INTO "trainer" VALUES(5,'shared','shared');
CREATE TABLE watermark (
  source_id INTEGER PRIMARY KEY REFERENCES source,
  prefix    INTEGER NOT NULL,  -- every seq up to this one has landed
  ranges    TEXT NOT NULL,     -- landed above it: "7-9 12-12"
  lost      TEXT NOT NULL DEFAULT ''  -- given up by their device: "3-6"
);
CREATE TABLE watermark_checkpoint (batch_id INTEGER NOT NULL);
INSERT INTO "watermark_checkpoint" VALUES(0);
CREATE INDEX consent_by_subject ON consent (subject_id);
CREATE VIEW consent_landing AS
SELECT email, purpose, action, timestamp FROM consent;
CREATE VIEW pairing_landing AS
SELECT serialNumber, email, timestamp FROM pairing;
CREATE INDEX kept_payload ON quarantined_record (received) WHERE payload <> '';
CREATE VIEW quarantine AS
SELECT stream, reason, received, payload FROM quarantined_record WHERE landed_batch IS NULL;
CREATE INDEX customer_by_subject ON customer (subject_id);
CREATE VIEW customer_landing AS
SELECT customerName, email, phone, birthDay, serialNumber, registrationDate, lastUpdateDate,
       shareWithResearchAsOfDate, shareWithPublicAsOfDate, shareWithFriendsAsOfDate
FROM customer;
CREATE VIEW accelerometer_landing AS
SELECT (
         SELECT spelled.text FROM spelling AS spelled WHERE spelled.spelling_id = reading.spelling_id
         UNION ALL
         SELECT person.landed_as WHERE reading.spelling_id IS NULL
       ) AS user,
       reading.timestamp AS timestamp, reading.x AS x, reading.y AS y, reading.z AS z
FROM accelerometer AS reading
JOIN subject AS person ON person.subject_id = reading.subject_id;
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
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('source',6);
INSERT INTO "sqlite_sequence" VALUES('subject',6);
INSERT INTO "sqlite_sequence" VALUES('accelerometer',144);
INSERT INTO "sqlite_sequence" VALUES('batch',9);
INSERT INTO "sqlite_sequence" VALUES('import_file',8);
INSERT INTO "sqlite_sequence" VALUES('consent',4);
INSERT INTO "sqlite_sequence" VALUES('trainer',5);
INSERT INTO "sqlite_sequence" VALUES('customer',6);
INSERT INTO "sqlite_sequence" VALUES('pairing',1);
INSERT INTO "sqlite_sequence" VALUES('quarantined_record',1);
INSERT INTO "sqlite_sequence" VALUES('step_trainer',144);
COMMIT;
