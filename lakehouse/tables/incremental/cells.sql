-- The cells of the job at hand: people, serials, or spans [from_ms, to_ms) of people's time, which do not overlap.
CREATE TEMP TABLE IF NOT EXISTS dirty_subject (subject_id INTEGER PRIMARY KEY);
CREATE TEMP TABLE IF NOT EXISTS dirty_serial (trainer_id INTEGER PRIMARY KEY);
CREATE TEMP TABLE IF NOT EXISTS dirty_span (
  subject_id INTEGER NOT NULL,
  from_ms    INTEGER NOT NULL,
  to_ms      INTEGER NOT NULL,
  PRIMARY KEY (subject_id, from_ms)
) WITHOUT ROWID;
