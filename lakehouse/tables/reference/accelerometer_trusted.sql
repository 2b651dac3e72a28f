-- ==== what
-- name:   accelerometer_trusted
-- inputs: accelerometer (whole), subject (whole), spelling (whole), customer_trusted (whole)
-- grain:  One row a distinct accelerometer reading whose user is written exactly as a trusted customer's email.
-- key:    customer_id, timestamp, x, y, z
--
-- As published: no look at when the person agreed. customer_id is the first trusted record with that email.

-- ==== ddl
CREATE TABLE accelerometer_trusted_rows (
  subject_id  INTEGER NOT NULL,
  timestamp   INTEGER NOT NULL,
  ingest_id   INTEGER NOT NULL,
  customer_id INTEGER NOT NULL,  -- a trusted record with the email as this reading spells it
  x           REAL NOT NULL,
  y           REAL NOT NULL,
  z           REAL NOT NULL,
  PRIMARY KEY (timestamp, subject_id, ingest_id)
) WITHOUT ROWID;

CREATE VIEW accelerometer_trusted AS
SELECT person.email AS user, reading.timestamp AS timestamp, reading.x AS x, reading.y AS y, reading.z AS z
FROM accelerometer_trusted_rows AS reading
JOIN customer_trusted_rows AS person ON person.customer_id = reading.customer_id;

-- ==== select
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

-- ==== dirty
-- Recomputed in full: its join crosses people.

-- ==== check every_reading_has_a_customer
-- Every reading is as landed, and its customer a trusted one of the same person.
SELECT COUNT(*)
FROM accelerometer_trusted_rows AS reading
LEFT JOIN accelerometer AS landed ON landed.ingest_id = reading.ingest_id
LEFT JOIN customer_trusted_rows AS named ON named.customer_id = reading.customer_id
WHERE named.subject_id IS NOT reading.subject_id
   OR landed.subject_id IS NOT reading.subject_id
   OR landed.timestamp IS NOT reading.timestamp
   OR landed.x IS NOT reading.x
   OR landed.y IS NOT reading.y
   OR landed.z IS NOT reading.z

-- ==== leaving
DELETE FROM main.accelerometer_trusted_rows
WHERE (timestamp, subject_id, ingest_id) IN (SELECT timestamp, subject_id, ingest_id FROM temp.leaving_accelerometer)
