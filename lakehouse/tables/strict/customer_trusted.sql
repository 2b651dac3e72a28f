-- ==== what
-- name:   customer_trusted
-- inputs: customer (by subject), subject (by subject), trainer (whole), subject_state (by subject)
-- grain:  One row a person whose consent to research stands: their current customer record.
-- key:    email
--
-- Rules 1 to 3 of the policy (docs/policy.md): the record by email identity and trimmed serial.

-- ==== ddl
CREATE TABLE customer_trusted_rows (
  subject_id                INTEGER PRIMARY KEY,
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

CREATE VIEW customer_trusted AS
SELECT customerName, email, phone, birthDay, serialNumber, registrationDate, lastUpdateDate,
       shareWithResearchAsOfDate, shareWithPublicAsOfDate, shareWithFriendsAsOfDate
FROM customer_trusted_rows;

-- ==== select
SELECT
  consented.subject_id AS subject_id,
  record.customerName AS customerName,
  person.email AS email,
  record.phone AS phone,
  record.birthDay AS birthDay,
  device.serialNumber AS serialNumber,
  record.registrationDate AS registrationDate,
  record.lastUpdateDate AS lastUpdateDate,
  record.shareWithResearchAsOfDate AS shareWithResearchAsOfDate,
  record.shareWithPublicAsOfDate AS shareWithPublicAsOfDate,
  record.shareWithFriendsAsOfDate AS shareWithFriendsAsOfDate
FROM subject_state AS consented
JOIN customer AS record ON record.ingest_id = consented.customer_id
JOIN subject AS person ON person.subject_id = consented.subject_id
LEFT JOIN trainer AS device ON device.trainer_id = record.trainer_id
WHERE consented.status = 'granted'

-- ==== dirty subject_state
-- Consent or the current record has changed: a person's row of subject_state names both.
SELECT subject_id FROM temp.changed_subject_state

-- ==== check every_person_is_granted
-- Nobody without standing consent has a row, and what the row says is what landed.
SELECT COUNT(*)
FROM customer_trusted_rows AS shown
LEFT JOIN subject_state AS person ON person.subject_id = shown.subject_id AND person.status = 'granted'
LEFT JOIN customer AS record ON record.ingest_id = person.customer_id AND record.subject_id = shown.subject_id
LEFT JOIN subject AS dictionary ON dictionary.subject_id = shown.subject_id
WHERE record.ingest_id IS NULL
   OR shown.email IS NOT dictionary.email
   OR shown.customerName IS NOT record.customerName
   OR shown.phone IS NOT record.phone
   OR shown.birthDay IS NOT record.birthDay
   OR shown.registrationDate IS NOT record.registrationDate
   OR shown.lastUpdateDate IS NOT record.lastUpdateDate
   OR shown.shareWithResearchAsOfDate IS NOT record.shareWithResearchAsOfDate

-- ==== leaving
-- By dirty subject_state: the SELECT no longer gives the row.
