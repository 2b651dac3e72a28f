-- ==== what
-- name:   customers_curated
-- inputs: customer_trusted (whole), accelerometer_trusted (whole)
-- grain:  One row a trusted customer record whose email has accelerometer readings.
-- key:    customer_id

-- ==== ddl
CREATE TABLE customers_curated_rows (
  customer_id INTEGER PRIMARY KEY
);

CREATE VIEW customers_curated AS
SELECT person.customerName AS customerName, person.email AS email, person.phone AS phone,
       person.birthDay AS birthDay, person.serialNumber AS serialNumber,
       person.registrationDate AS registrationDate, person.lastUpdateDate AS lastUpdateDate,
       person.shareWithResearchAsOfDate AS shareWithResearchAsOfDate,
       person.shareWithPublicAsOfDate AS shareWithPublicAsOfDate,
       person.shareWithFriendsAsOfDate AS shareWithFriendsAsOfDate
FROM customers_curated_rows AS curated
JOIN customer_trusted_rows AS person ON person.customer_id = curated.customer_id;

-- ==== select
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

-- ==== dirty
-- Recomputed in full: its join crosses people.

-- ==== check every_customer_has_readings
-- Every curated customer is a trusted one whose person has trusted readings.
SELECT COUNT(*)
FROM customers_curated_rows AS curated
LEFT JOIN customer_trusted_rows AS person ON person.customer_id = curated.customer_id
LEFT JOIN (
  SELECT DISTINCT subject_id FROM accelerometer_trusted_rows
) AS moving ON moving.subject_id = person.subject_id
WHERE moving.subject_id IS NULL

-- ==== leaving
DELETE FROM main.customers_curated_rows WHERE customer_id IN (SELECT customer_id FROM temp.leaving_record)
