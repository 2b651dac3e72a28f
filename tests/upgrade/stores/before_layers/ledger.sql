PRAGMA page_size=4096;
PRAGMA auto_vacuum=0;
PRAGMA application_id=1398031684;
PRAGMA user_version=1;
BEGIN TRANSACTION;
CREATE TABLE consent_ledger (
  entry        INTEGER PRIMARY KEY,  -- 1, 2, 3, … without a gap
  recorded     INTEGER NOT NULL,  -- when the entry was written, epoch ms
  received     INTEGER NOT NULL,  -- when the statement was received, epoch ms
  subject      TEXT NOT NULL,     -- keyed pseudonym of the person
  statement    TEXT NOT NULL,     -- customer (a record) | grant | withdraw
  statement_id INTEGER NOT NULL,  -- its ingest_id in landing.db
  cause        TEXT NOT NULL,     -- import | mqtt | operator | replay (of the quarantine)
  origin       TEXT NOT NULL,     -- import: SHA-256 of the file, first 16 digits, and line; else: batch of landing.db
  counts_at    INTEGER NOT NULL,  -- the instant at which it counts as said, epoch ms
  effect       TEXT NOT NULL,     -- where the person stands after it: granted | not_granted | ambiguous | no_record
  granted_from INTEGER,           -- epoch ms; NULL unless granted
  changed      INTEGER NOT NULL,  -- 1: they stood otherwise before it
  seal         TEXT NOT NULL      -- HMAC-SHA256 over the seal before it and all of the above
);
INSERT INTO "consent_ledger" VALUES(1,1795886202102,1795886202062,'ce9411609a78746de4e180f39b6ffd3b','withdraw',1,'import','b90014e5f7531316:1',1655640000900,'no_record',NULL,0,'7317c873e2af73986e61278d1c6a9acc105b5113657ca38e1dd8a8e000828c26');
INSERT INTO "consent_ledger" VALUES(2,1795886202102,1795886202062,'5951a2419798d15b158884db22b7aeca','customer',1,'import','201b64518aade2e0:1',1655640000000,'granted',1655640000000,1,'a875357204ac03bcbda0bc6b0356e2e79e728e22f3cda983fdf66ea8c8c028e5');
INSERT INTO "consent_ledger" VALUES(3,1795886202102,1795886202062,'a06065c9f67c7094124c3f781f695e75','customer',2,'import','201b64518aade2e0:2',1655640000000,'not_granted',NULL,1,'849a3b612020ebe78ee51f3c564bf43037e89e84123a7f8eab993d8b902d2221');
INSERT INTO "consent_ledger" VALUES(4,1795886202102,1795886202062,'ce9411609a78746de4e180f39b6ffd3b','customer',3,'import','201b64518aade2e0:3',1655640000000,'not_granted',NULL,1,'69fdc5e375e381be4535d4a7f36b0a99746cebde6330898af38b24dd1b7e5bd8');
INSERT INTO "consent_ledger" VALUES(5,1795886202102,1795886202062,'20f6a6949123337d75d50dd1e0f7055b','customer',4,'import','201b64518aade2e0:4',1655640000000,'granted',1655640000000,1,'1976a80e2319abc923d011ba7fdd62f6ccedb3b9d29bf19695f79284c155ec2e');
INSERT INTO "consent_ledger" VALUES(6,1795886202102,1795886202062,'0fe266a3493d1df697359f70169bc715','customer',5,'import','201b64518aade2e0:5',1655640000000,'granted',1655640000000,1,'d840831106e8b9eba8b2c21908f253c036873a24fe974ff2d595b26135bd4452');
INSERT INTO "consent_ledger" VALUES(7,1795886202102,1795886202062,'da1ececf89af8ad1fab8538aa39c438b','customer',6,'import','201b64518aade2e0:6',1655640000000,'granted',1655640000000,1,'b197bfc00218762db7ebca4193d73d45a82fc1aeb879c237d4e514b4ec6f7968');
INSERT INTO "consent_ledger" VALUES(8,1795886202169,1795886202154,'20f6a6949123337d75d50dd1e0f7055b','withdraw',2,'operator','batch 6',1795886202153,'not_granted',NULL,1,'32cbddf202d4c76c2cf69d573d8b0efd21101fd1b07a0420c6cf2c61bac1a8f9');
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,  -- store_uuid | anchored (once there was an anchor)
  value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO "meta" VALUES('anchored','1');
INSERT INTO "meta" VALUES('store_uuid','d9f234b12ebea828b06eb2a08709e2dd');
CREATE TABLE read_up_to (
  landing_table TEXT PRIMARY KEY,  -- customer | consent
  ingest_id     INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO "read_up_to" VALUES('consent',2);
INSERT INTO "read_up_to" VALUES('customer',6);
COMMIT;
