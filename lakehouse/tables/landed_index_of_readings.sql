-- Of {stream}. Grain: one row span: readings of one {owner_table} and UTC day that landed close together: all of them, and no
-- other of that {owner_table} and those instants, are in first_id … last_id, with others' readings between them at most.
CREATE TABLE {stream}_run (
  {owner_id} INTEGER NOT NULL,
  last_ms    INTEGER NOT NULL,
  first_id   INTEGER NOT NULL,
  last_id    INTEGER NOT NULL,
  first_ms   INTEGER NOT NULL,
  PRIMARY KEY ({owner_id}, last_ms, first_id)
) WITHOUT ROWID;
