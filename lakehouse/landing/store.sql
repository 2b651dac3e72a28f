-- What the landing scripts share: the store's identity, the dictionaries, the batch log, the quarantine.
CREATE TABLE store (
  store_uuid TEXT NOT NULL,
  epoch      INTEGER NOT NULL,  -- moves when names go away: writers then drop their caches. What left with them is in removed_cell
  created    INTEGER NOT NULL   -- epoch ms
);

-- A person: one row an email identity (trimmed, ASCII lower case).
CREATE TABLE subject (
  subject_id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused
  email      TEXT NOT NULL UNIQUE,
  landed_as  TEXT NOT NULL  -- the spelling that was landed first
);

-- A step trainer: one row a trimmed serial number.
CREATE TABLE trainer (
  trainer_id   INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused
  serialNumber TEXT NOT NULL UNIQUE,
  landed_as    TEXT NOT NULL  -- the spelling that was landed first
);

-- Further spellings of emails and serials, as landed.
CREATE TABLE spelling (
  spelling_id INTEGER PRIMARY KEY AUTOINCREMENT,
  text        TEXT NOT NULL UNIQUE
);

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
CREATE INDEX consent_by_subject ON consent (subject_id);

CREATE VIEW consent_landing AS
SELECT email, purpose, action, timestamp FROM consent;

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

CREATE VIEW pairing_landing AS
SELECT serialNumber, email, timestamp FROM pairing;

-- Readings that a device accepted and lost: a loss is never silent.
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

-- Where batches come from: a device's stream in one boot, bare messages, an imported file, an operator's command.
CREATE TABLE source (
  source_id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind      TEXT NOT NULL,  -- device | bare | import | operator | replay
  stream    TEXT NOT NULL,
  device    TEXT NOT NULL,  -- empty unless a device; an id of another form than ours by its digest
  boot      TEXT NOT NULL,  -- likewise
  UNIQUE (kind, stream, device, boot)
);

-- The batch log: append-only, one row a landed batch, no index beside its rowid.
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

-- De-duplication, checkpointed: up to which batch of the batch log these watermarks hold. The tail is read at start.
CREATE TABLE watermark (
  source_id INTEGER PRIMARY KEY REFERENCES source,
  prefix    INTEGER NOT NULL,  -- every seq up to this one has landed
  ranges    TEXT NOT NULL,     -- landed above it: "7-9 12-12"
  lost      TEXT NOT NULL DEFAULT ''  -- given up by their device: "3-6"
);
CREATE TABLE watermark_checkpoint (batch_id INTEGER NOT NULL);
INSERT INTO watermark_checkpoint VALUES (0);

-- The subject an app device speaks for: that of its first customer record.
CREATE TABLE device_subject (
  device     TEXT PRIMARY KEY,
  subject_id INTEGER NOT NULL REFERENCES subject
) WITHOUT ROWID;

-- Unnamed envelopes and messages that were refused once: a repetition is not quarantined again.
CREATE TABLE refused_message (
  refused_id   INTEGER PRIMARY KEY,  -- in order; the oldest are forgotten
  content_hash INTEGER NOT NULL UNIQUE
);

-- Grain: one refused record, or one message that was refused as a whole.
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
  payload       TEXT NOT NULL,                -- empty: expired, or landed after all
  file          TEXT,                         -- as it was named to the import; NULL: not imported
  line          INTEGER                       -- of the file, from 1: where the record begins
);

-- Payloads that have expired are many in the end: those that may are found without them.
CREATE INDEX kept_payload ON quarantined_record (received) WHERE payload <> '';

CREATE VIEW quarantine AS
SELECT stream, reason, received, payload FROM quarantined_record WHERE landed_batch IS NULL;

-- Imported files by stream and content, so that a file lands once and a cut import goes on where it stopped.
CREATE TABLE import_file (
  file_id      INTEGER PRIMARY KEY AUTOINCREMENT,
  stream       TEXT NOT NULL,
  content_hash TEXT NOT NULL,  -- SHA-256, hexadecimal
  bytes        INTEGER,  -- of the content; NULL: an import of a version before 7 has not come to its end
  bytes_done   INTEGER NOT NULL,  -- landed up to this byte, where a value begins
  lines_done   INTEGER NOT NULL,
  landed       INTEGER NOT NULL,
  quarantined  INTEGER NOT NULL,
  complete     INTEGER NOT NULL,  -- 1: the whole file has landed
  UNIQUE (stream, content_hash)
);

-- Which keys this store is used with: another key is refused, and a lost one is never replaced silently.
CREATE TABLE known_key (
  name        TEXT PRIMARY KEY,  -- pseudonym | ledger
  fingerprint TEXT NOT NULL
) WITHOUT ROWID;

-- Readings that retention has taken out of the landing tables: counted, and gone.
CREATE TABLE expired (
  stream  TEXT PRIMARY KEY,
  records INTEGER NOT NULL
) WITHOUT ROWID;

-- How far retention has judged readings for want of consent: it begins anew when something has been said since.
CREATE TABLE retention_judged (
  stream TEXT PRIMARY KEY,
  up_to  INTEGER NOT NULL,  -- readings with an ingest_id up to this one are covered by consent, or have expired
  said   TEXT NOT NULL      -- what had been said, and by which rules it was judged
) WITHOUT ROWID;
