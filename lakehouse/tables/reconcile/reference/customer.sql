-- Where every landed customer record went: distinct records that share with research are trusted.
WITH judged AS (
  SELECT customerName, email, phone, birthDay, serialNumber, registrationDate, lastUpdateDate,
         shareWithResearchAsOfDate, shareWithPublicAsOfDate, shareWithFriendsAsOfDate,
         research_is_number = 1 AND NOT (person.has_withdrawn AND person.obstacle IS NOT NULL) AS shares
  FROM customer AS record
  JOIN person_by_rules AS person ON person.subject_id = record.subject_id
),
seen AS (
  SELECT COUNT(*) AS copies
  FROM judged
  WHERE shares
  GROUP BY customerName, email, phone, birthDay, serialNumber, registrationDate, lastUpdateDate,
           shareWithResearchAsOfDate, shareWithPublicAsOfDate, shareWithFriendsAsOfDate
)
SELECT 'trusted' AS reason, COUNT(*) AS row_count FROM seen
UNION ALL
SELECT 'duplicate', COALESCE(SUM(copies - 1), 0) FROM seen
UNION ALL
SELECT 'not_granted', COUNT(*) FROM judged WHERE NOT shares
