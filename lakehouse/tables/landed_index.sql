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

-- Grain: one run of readings of one person and UTC day that landed close together: all of them, and no other of that
-- person and those instants, are in first_id … last_id, with readings of other people between them at most.
CREATE TABLE accelerometer_run (
  subject_id INTEGER NOT NULL,
  last_ms    INTEGER NOT NULL,
  first_id   INTEGER NOT NULL,
  last_id    INTEGER NOT NULL,
  first_ms   INTEGER NOT NULL,
  PRIMARY KEY (subject_id, last_ms, first_id)
) WITHOUT ROWID;

-- The same of one serial and UTC day.
CREATE TABLE step_trainer_run (
  trainer_id INTEGER NOT NULL,
  last_ms    INTEGER NOT NULL,
  first_id   INTEGER NOT NULL,
  last_id    INTEGER NOT NULL,
  first_ms   INTEGER NOT NULL,
  PRIMARY KEY (trainer_id, last_ms, first_id)
) WITHOUT ROWID;
