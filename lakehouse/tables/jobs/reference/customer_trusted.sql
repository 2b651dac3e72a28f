-- name:   customer_trusted
-- inputs: customer (whole), consent (whole), subject_state (whole)
-- grain:  One row a distinct customer record, as landed, that says it shares with research.
-- key:    customerName, email, phone, birthDay, serialNumber, registrationDate, lastUpdateDate,
--         shareWithResearchAsOfDate, shareWithPublicAsOfDate, shareWithFriendsAsOfDate
-- checks: every_record_shares_with_research
--
-- The filter everybody publishes: the field is there and not 0. People who withdrew, and have no consent since, leave.
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
