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
