-- name:   customers_curated
-- inputs: customer_trusted (by subject), accelerometer_trusted (by subject)
-- grain:  One row a trusted customer who has at least one trusted accelerometer reading.
-- key:    subject_id
-- checks: every_customer_has_readings
--
-- Rule 6 of the policy (docs/policy.md). What the record says stands in customer_trusted.
SELECT person.subject_id AS subject_id
FROM customer_trusted_rows AS person
WHERE EXISTS (
  SELECT 1
  FROM accelerometer_trusted_rows AS reading
  WHERE reading.subject_id = person.subject_id
)
