-- What every zones file says about itself: its tables, how they were made, and how far in the landing zone it has read.
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,  -- store_uuid | schema | landing_removal | pseudonym_key
  value TEXT NOT NULL
) WITHOUT ROWID;

-- Everything that landed with an ingest_id up to this one has been read.
CREATE TABLE cursor (
  landing_table TEXT PRIMARY KEY,
  ingest_id     INTEGER NOT NULL
) WITHOUT ROWID;

-- Grain: one table of this file.
CREATE TABLE catalog_table (
  place       INTEGER PRIMARY KEY,  -- order in which the tables are made
  table_name  TEXT NOT NULL UNIQUE,
  grain       TEXT NOT NULL,
  key_columns TEXT NOT NULL,
  inputs      TEXT NOT NULL,  -- with their scope
  job_hash    TEXT NOT NULL,  -- SHA-256 of its fields, DDL, SELECT and dirty rules
  row_count   INTEGER NOT NULL,
  run_id      INTEGER NOT NULL  -- the run that wrote it last
);

-- Grain: one table written by one run. The latest runs are kept.
CREATE TABLE catalog_run (
  run_id      INTEGER NOT NULL,
  table_name  TEXT NOT NULL,
  job_hash    TEXT NOT NULL,
  row_count   INTEGER NOT NULL,
  started_ms  INTEGER NOT NULL,  -- epoch ms
  finished_ms INTEGER NOT NULL,
  PRIMARY KEY (run_id, table_name)
) WITHOUT ROWID;
