-- ==== what
-- name:   customers_curated
-- inputs: customer_trusted (by subject), accelerometer_trusted (by subject)
-- grain:  One row a trusted customer who has at least one trusted accelerometer reading.
-- key:    subject_id
--
-- Rule 6 of the policy (docs/policy.md). What the record says stands in customer_trusted.

-- ==== ddl
CREATE TABLE customers_curated_rows (
  subject_id INTEGER PRIMARY KEY
);

CREATE VIEW customers_curated AS
SELECT person.customerName AS customerName, person.email AS email, person.phone AS phone,
       person.birthDay AS birthDay, person.serialNumber AS serialNumber,
       person.registrationDate AS registrationDate, person.lastUpdateDate AS lastUpdateDate,
       person.shareWithResearchAsOfDate AS shareWithResearchAsOfDate,
       person.shareWithPublicAsOfDate AS shareWithPublicAsOfDate,
       person.shareWithFriendsAsOfDate AS shareWithFriendsAsOfDate
FROM customers_curated_rows AS curated
JOIN customer_trusted_rows AS person ON person.subject_id = curated.subject_id;

-- ==== select
SELECT person.subject_id AS subject_id
FROM customer_trusted_rows AS person
WHERE EXISTS (
  SELECT 1
  FROM accelerometer_trusted_rows AS reading
  WHERE reading.subject_id = person.subject_id
)

-- ==== dirty accelerometer_trusted
-- It may be the person's first trusted reading, or their last one may have gone. A person's record comes and goes with
-- their consent, and so do their readings: customer_trusted dirties nothing else here. Further readings of whom the
-- table holds already change nothing, and most are.
SELECT changed.subject_id
FROM temp.changed_accelerometer_trusted AS changed
WHERE changed.is_new = 0
  OR NOT EXISTS (
    SELECT 1
    FROM main.customers_curated_rows AS curated
    WHERE curated.subject_id = changed.subject_id
  )

-- ==== check every_customer_has_readings
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

-- ==== leaving
-- By dirty accelerometer_trusted: the last trusted reading goes.
