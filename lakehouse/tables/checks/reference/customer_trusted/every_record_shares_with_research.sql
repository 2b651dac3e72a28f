-- Every record landed as it stands here, and says that it shares with research.
SELECT COUNT(*)
FROM customer_trusted_rows AS shown
LEFT JOIN customer AS record ON record.ingest_id = shown.customer_id
WHERE record.research_is_number IS NOT 1
   OR shown.email IS NOT record.email
   OR shown.serialNumber IS NOT record.serialNumber
   OR shown.customerName IS NOT record.customerName
