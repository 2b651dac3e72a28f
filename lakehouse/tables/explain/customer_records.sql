-- Person ?1's customer records as landed, the first to arrive first.
SELECT received, customerName, email, phone, birthDay, serialNumber, registrationDate, lastUpdateDate,
       shareWithResearchAsOfDate, shareWithPublicAsOfDate, shareWithFriendsAsOfDate
FROM landing.customer
WHERE subject_id = ?1
ORDER BY ingest_id
