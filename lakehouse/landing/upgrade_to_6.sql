-- What version 6 adds to version 5: retention does not judge again what it has judged.
CREATE TABLE retention_judged (
  stream TEXT PRIMARY KEY,
  up_to  INTEGER NOT NULL,  -- readings with an ingest_id up to this one are covered by consent, or have expired
  said   TEXT NOT NULL      -- what had been said, and by which rules it was judged
) WITHOUT ROWID;
