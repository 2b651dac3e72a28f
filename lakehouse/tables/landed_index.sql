-- Where landing.db keeps whose readings and which serials' records: it has no index of them, because keeping one would
-- multiply what ingest writes. Kept up with the cursor, and with removed_cell, so that no time is left of readings that have left.
-- Ids of records that have left may still be named: they find nothing.
CREATE TABLE serial_record (
  trainer_id INTEGER NOT NULL,
  ingest_id  INTEGER NOT NULL,  -- a customer record that carries the serial
  PRIMARY KEY (trainer_id, ingest_id)
) WITHOUT ROWID;

CREATE TABLE serial_pairing (
  trainer_id INTEGER NOT NULL,
  ingest_id  INTEGER NOT NULL,  -- a pairing event of the serial
  PRIMARY KEY (trainer_id, ingest_id)
) WITHOUT ROWID;
