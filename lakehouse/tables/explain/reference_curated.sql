-- Person ?1's trusted records as curated customers.
SELECT CASE
         WHEN EXISTS (
           SELECT 1 FROM customers_curated_rows AS curated WHERE curated.customer_id = record.customer_id
         ) THEN 'included'
         ELSE 'no_accelerometer'
       END AS reason,
       COUNT(*) AS row_count
FROM customer_trusted_rows AS record
WHERE record.subject_id = ?1
GROUP BY 1
