-- Curated customers are trusted and have a trusted reading; no other trusted customer has one.
SELECT COUNT(*)
FROM (
  SELECT subject_id FROM customers_curated_rows
  EXCEPT
  SELECT subject_id FROM (
    SELECT subject_id FROM customer_trusted_rows
    INTERSECT
    SELECT subject_id FROM accelerometer_trusted_rows
  )
  UNION ALL
  SELECT subject_id FROM (
    SELECT subject_id FROM customer_trusted_rows
    INTERSECT
    SELECT subject_id FROM accelerometer_trusted_rows
    EXCEPT
    SELECT subject_id FROM customers_curated_rows
  )
)
