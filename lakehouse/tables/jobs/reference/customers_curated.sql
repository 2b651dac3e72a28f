-- name:   customers_curated
-- inputs: customer_trusted (whole), accelerometer_trusted (whole)
-- grain:  One row a trusted customer record whose email has accelerometer readings.
-- key:    customer_id
-- checks: every_customer_has_readings
SELECT customer.customer_id AS customer_id
FROM (
  SELECT reading.customer_id AS customer_id
  FROM accelerometer_trusted_rows AS reading
  GROUP BY reading.customer_id
) AS seen
JOIN customer_trusted_rows AS named ON named.customer_id = seen.customer_id
JOIN customer_trusted_rows AS customer
  ON customer.subject_id = named.subject_id
  AND customer.email = named.email
