-- ==== what
-- name:   step_trainer_trusted
-- inputs: step_trainer (whole), trainer (whole), spelling (whole), customer_trusted (whole), customers_curated (whole)
-- grain:  One row a distinct step-trainer reading whose serial is written exactly as a curated customer's.
-- key:    customer_id, sensorReadingTime, distanceFromObject
--
-- As published: whoever carries the serial. customer_id is the first curated record with that serial.

-- ==== ddl
CREATE TABLE step_trainer_trusted_rows (
  trainer_id         INTEGER NOT NULL,
  sensorReadingTime  INTEGER NOT NULL,
  ingest_id          INTEGER NOT NULL,
  customer_id        INTEGER NOT NULL,  -- a curated record with the serial as this reading spells it
  distanceFromObject INTEGER NOT NULL,
  PRIMARY KEY (sensorReadingTime, trainer_id, ingest_id)
) WITHOUT ROWID;

CREATE VIEW step_trainer_trusted AS
SELECT reading.sensorReadingTime AS sensorReadingTime, person.serialNumber AS serialNumber,
       reading.distanceFromObject AS distanceFromObject
FROM step_trainer_trusted_rows AS reading
JOIN customer_trusted_rows AS person ON person.customer_id = reading.customer_id;

-- ==== select
SELECT
  reading.trainer_id AS trainer_id,
  reading.sensorReadingTime AS sensorReadingTime,
  MIN(reading.ingest_id) AS ingest_id,
  named.customer_id AS customer_id,
  reading.distanceFromObject AS distanceFromObject
FROM step_trainer AS reading
JOIN trainer AS device ON device.trainer_id = reading.trainer_id
LEFT JOIN spelling AS spelled ON spelled.spelling_id = reading.spelling_id
JOIN (
  SELECT
    customer.trainer_id AS trainer_id,
    customer.serialNumber AS serialNumber,
    MIN(customer.customer_id) AS customer_id
  FROM customers_curated_rows AS curated
  JOIN customer_trusted_rows AS customer ON customer.customer_id = curated.customer_id
  GROUP BY customer.trainer_id, customer.serialNumber
) AS named
  ON named.trainer_id = reading.trainer_id
  AND named.serialNumber = COALESCE(spelled.text, device.landed_as)
GROUP BY reading.sensorReadingTime, reading.trainer_id, named.customer_id, reading.distanceFromObject

-- ==== dirty
-- Recomputed in full: its join crosses people.

-- ==== check every_reading_has_a_customer
-- Every reading is as landed, and its customer a curated one that carries the serial.
SELECT COUNT(*)
FROM step_trainer_trusted_rows AS reading
LEFT JOIN step_trainer AS landed ON landed.ingest_id = reading.ingest_id
LEFT JOIN customers_curated_rows AS curated ON curated.customer_id = reading.customer_id
LEFT JOIN customer_trusted_rows AS named ON named.customer_id = curated.customer_id
WHERE named.trainer_id IS NOT reading.trainer_id
   OR landed.trainer_id IS NOT reading.trainer_id
   OR landed.sensorReadingTime IS NOT reading.sensorReadingTime
   OR landed.distanceFromObject IS NOT reading.distanceFromObject

-- ==== leaving
DELETE FROM main.step_trainer_trusted_rows
WHERE (sensorReadingTime, trainer_id, ingest_id) IN (
  SELECT sensorReadingTime, trainer_id, ingest_id FROM temp.leaving_step_trainer
)
