-- name:   step_trainer_trusted
-- inputs: step_trainer (whole), trainer (whole), spelling (whole), customer_trusted (whole), customers_curated (whole)
-- grain:  One row a distinct step-trainer reading whose serial is written exactly as a curated customer's.
-- key:    customer_id, sensorReadingTime, distanceFromObject
-- checks: every_reading_has_a_customer
--
-- As published: whoever carries the serial. customer_id is the first curated record with that serial.
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
