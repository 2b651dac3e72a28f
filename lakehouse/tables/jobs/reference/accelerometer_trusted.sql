-- name:   accelerometer_trusted
-- inputs: accelerometer (whole), subject (whole), spelling (whole), customer_trusted (whole)
-- grain:  One row a distinct accelerometer reading whose user is written exactly as a trusted customer's email.
-- key:    customer_id, timestamp, x, y, z
-- checks: every_reading_has_a_customer
--
-- As published: no look at when the person agreed. customer_id is the first trusted record with that email.
SELECT
  reading.subject_id AS subject_id,
  reading.timestamp AS timestamp,
  MIN(reading.ingest_id) AS ingest_id,
  named.customer_id AS customer_id,
  reading.x AS x,
  reading.y AS y,
  reading.z AS z
FROM accelerometer AS reading
JOIN subject AS person ON person.subject_id = reading.subject_id
LEFT JOIN spelling AS spelled ON spelled.spelling_id = reading.spelling_id
JOIN (
  SELECT
    customer.subject_id AS subject_id,
    customer.email AS email,
    MIN(customer.customer_id) AS customer_id
  FROM customer_trusted_rows AS customer
  GROUP BY customer.subject_id, customer.email
) AS named
  ON named.subject_id = reading.subject_id
  AND named.email = COALESCE(spelled.text, person.landed_as)
GROUP BY reading.timestamp, reading.subject_id, named.customer_id, reading.x, reading.y, reading.z
