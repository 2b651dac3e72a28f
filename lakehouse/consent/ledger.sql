-- STORE/ledger.db: what changed whose consent, since when, and why. For audits alone: no job reads it.
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,  -- store_uuid | anchored (once there was an anchor)
  value TEXT NOT NULL
) WITHOUT ROWID;

-- Every statement about consent that landed with an ingest_id up to this one has its entry.
CREATE TABLE read_up_to (
  landing_table TEXT PRIMARY KEY,  -- customer | consent
  ingest_id     INTEGER NOT NULL
) WITHOUT ROWID;

-- Grain: one statement about consent that landed, in order of landing. Only ever appended to. People stand here under a
-- pseudonym that takes the ledger's key to make.
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
