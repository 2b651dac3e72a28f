-- ==== what
-- name:   customer_trusted
-- inputs: customer (whole), consent (whole), subject_state (whole)
-- grain:  One row a distinct customer record, as landed, that says it shares with research.
-- key:    customerName, email, phone, birthDay, serialNumber, registrationDate, lastUpdateDate,
--         shareWithResearchAsOfDate, shareWithPublicAsOfDate, shareWithFriendsAsOfDate
--
-- The filter everybody publishes: the field is there and not 0. People who withdrew, and have no consent since, leave.

-- ==== ddl
CREATE TABLE customer_trusted_rows (
  customer_id               INTEGER PRIMARY KEY,  -- ingest_id of the record, the first of equal ones
  subject_id                INTEGER NOT NULL,
  trainer_id                INTEGER,
  customerName              TEXT,
  email                     TEXT NOT NULL,
  phone                     TEXT,
  birthDay                  TEXT,
  serialNumber              TEXT,
  registrationDate          INTEGER,
  lastUpdateDate            INTEGER,
  shareWithResearchAsOfDate INTEGER,
  shareWithPublicAsOfDate   INTEGER,
  shareWithFriendsAsOfDate  INTEGER
);

-- A person can have many records: without it, finding those of one email would read the table once for each.
CREATE INDEX customer_trusted_by_subject ON customer_trusted_rows (subject_id);

CREATE VIEW customer_trusted AS
SELECT customerName, email, phone, birthDay, serialNumber, registrationDate, lastUpdateDate,
       shareWithResearchAsOfDate, shareWithPublicAsOfDate, shareWithFriendsAsOfDate
FROM customer_trusted_rows;

-- ==== select
SELECT
  MIN(record.ingest_id) AS customer_id,
  record.subject_id AS subject_id,
  record.trainer_id AS trainer_id,
  record.customerName AS customerName,
  record.email AS email,
  record.phone AS phone,
  record.birthDay AS birthDay,
  record.serialNumber AS serialNumber,
  record.registrationDate AS registrationDate,
  record.lastUpdateDate AS lastUpdateDate,
  record.shareWithResearchAsOfDate AS shareWithResearchAsOfDate,
  record.shareWithPublicAsOfDate AS shareWithPublicAsOfDate,
  record.shareWithFriendsAsOfDate AS shareWithFriendsAsOfDate
FROM customer AS record
JOIN subject_state AS person ON person.subject_id = record.subject_id
LEFT JOIN (
  SELECT said.subject_id AS subject_id
  FROM consent AS said
  WHERE said.purpose = 'research'
    AND said.action = 'withdraw'
  GROUP BY said.subject_id
) AS withdrawn ON withdrawn.subject_id = record.subject_id
WHERE record.research_is_number = 1
  AND (withdrawn.subject_id IS NULL OR person.status = 'granted')
GROUP BY
  record.subject_id,
  record.trainer_id,
  record.customerName,
  record.email,
  record.phone,
  record.birthDay,
  record.serialNumber,
  record.registrationDate,
  record.lastUpdateDate,
  record.shareWithResearchAsOfDate,
  record.shareWithPublicAsOfDate,
  record.shareWithFriendsAsOfDate

-- ==== dirty
-- Recomputed in full: its join crosses people.

-- ==== check every_record_shares_with_research
-- Every record landed as it stands here, and says that it shares with research.
SELECT COUNT(*)
FROM customer_trusted_rows AS shown
LEFT JOIN customer AS record ON record.ingest_id = shown.customer_id
WHERE record.research_is_number IS NOT 1
   OR shown.email IS NOT record.email
   OR shown.serialNumber IS NOT record.serialNumber
   OR shown.customerName IS NOT record.customerName

-- ==== leaving
DELETE FROM main.customer_trusted_rows WHERE customer_id IN (SELECT customer_id FROM temp.leaving_record)
