-- Every curated customer is a trusted one whose person has trusted readings.
SELECT COUNT(*)
FROM customers_curated_rows AS curated
LEFT JOIN customer_trusted_rows AS person ON person.customer_id = curated.customer_id
LEFT JOIN (
  SELECT DISTINCT subject_id FROM accelerometer_trusted_rows
) AS moving ON moving.subject_id = person.subject_id
WHERE moving.subject_id IS NULL
