-- name:   customer_trusted
-- inputs: customer (by subject), subject (by subject), trainer (whole), subject_state (by subject)
-- grain:  One row a person whose consent to research stands: their current customer record.
-- key:    email
-- checks: every_person_is_granted
--
-- Rules 1 to 3 of the policy (docs/policy.md): the record by email identity and trimmed serial.
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
