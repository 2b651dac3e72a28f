-- Person ?1 as a curated customer.
SELECT CASE
         WHEN person.obstacle IS NOT NULL THEN person.obstacle
         WHEN EXISTS (SELECT 1 FROM customers_curated_rows AS curated WHERE curated.subject_id = ?1) THEN 'included'
         ELSE 'no_accelerometer'
       END AS reason,
       COUNT(*) AS row_count
FROM person_by_rules AS person
WHERE person.subject_id = ?1
GROUP BY 1
