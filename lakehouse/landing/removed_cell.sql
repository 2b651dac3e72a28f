-- What has left the landing tables (retention, erasure): whoever deletes rows says here, in the same transaction, which
-- cells of the zones must be made anew. Forgotten from the oldest on when every profile has done so, or
-- when they are more than a million. Grain: one person or serial, and one span of time or its records.
CREATE TABLE removed_cell (
  removal_id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused
  subject_id INTEGER,  -- whose customer or consent records, or accelerometer readings, have left
  trainer_id INTEGER,  -- whose pairings, customer records that carried it, or step-trainer readings have left
  from_ms    INTEGER,  -- readings of [from_ms, to_ms) have left; NULL: records
  to_ms      INTEGER
);
