-- Customers as landed: one row a customer record, superseded ones included. Grain: one landed record.
CREATE TABLE customer (
  ingest_id                 INTEGER PRIMARY KEY AUTOINCREMENT,  -- ingest order, never reused
  batch_id                  INTEGER NOT NULL,
  received                  INTEGER NOT NULL,  -- receipt, epoch ms
  subject_id                INTEGER NOT NULL REFERENCES subject,
  trainer_id                INTEGER REFERENCES trainer,  -- NULL: the record carries no serial
  email                     TEXT NOT NULL,  -- this and the rest of the seed fields: as landed
  customerName              TEXT,
  phone                     TEXT,
  birthDay                  TEXT,
  serialNumber              TEXT,
  registrationDate          INTEGER,
  lastUpdateDate            INTEGER,
  shareWithResearchAsOfDate INTEGER,
  shareWithPublicAsOfDate   INTEGER,
  shareWithFriendsAsOfDate  INTEGER,
  last_update_invalid       INTEGER NOT NULL,  -- 1: lastUpdateDate was there but no integer, receipt counts instead
  research_is_number        INTEGER NOT NULL,  -- 1: the research date is a JSON number other than 0, whole or not
  canonical                 TEXT NOT NULL,  -- seed fields as compact JSON, by identity; decides ties
  extra                     TEXT,  -- JSON object of the fields without a column
  line                      INTEGER  -- of the imported file, from 1; NULL: not imported
);

-- Records about people are few beside readings: this index costs ingest nothing that counts.
CREATE INDEX customer_by_subject ON customer (subject_id);

CREATE VIEW customer_landing AS
SELECT customerName, email, phone, birthDay, serialNumber, registrationDate, lastUpdateDate,
       shareWithResearchAsOfDate, shareWithPublicAsOfDate, shareWithFriendsAsOfDate
FROM customer;
