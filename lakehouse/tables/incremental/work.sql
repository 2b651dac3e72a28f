-- What one incremental step works with, in memory, emptied when it begins.
-- Rows that have landed since the last step, and what has left.
CREATE TEMP TABLE new_customer (subject_id INTEGER NOT NULL, trainer_id INTEGER);
CREATE TEMP TABLE new_consent (subject_id INTEGER NOT NULL);
CREATE TEMP TABLE new_pairing (trainer_id INTEGER NOT NULL);
CREATE TEMP TABLE removed (subject_id INTEGER, trainer_id INTEGER, from_ms INTEGER, to_ms INTEGER);
