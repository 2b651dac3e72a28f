-- What is held about person ?1, by stream, serial and UTC day: of receipt for records, of the reading for readings.
-- Trainer readings are those of every serial that the person ever carried or was paired with.
WITH concerned AS (
  SELECT trainer_id FROM landing.customer WHERE subject_id = ?1 AND trainer_id IS NOT NULL
  UNION
  SELECT trainer_id FROM landing.pairing WHERE subject_id = ?1
),
item AS (
  SELECT 'customer' AS stream, NULL AS serialNumber, received AS at_ms
  FROM landing.customer
  WHERE subject_id = ?1
  UNION ALL
  SELECT 'consent', NULL, received
  FROM landing.consent
  WHERE subject_id = ?1
  UNION ALL
  SELECT 'pairing', device.serialNumber, event.received
  FROM landing.pairing AS event
  JOIN landing.trainer AS device ON device.trainer_id = event.trainer_id
  WHERE event.subject_id = ?1
  UNION ALL
  SELECT 'accelerometer', NULL, timestamp
  FROM landing.accelerometer
  WHERE subject_id = ?1
  UNION ALL
  SELECT 'step_trainer', device.serialNumber, reading.sensorReadingTime
  FROM landing.step_trainer AS reading
  JOIN landing.trainer AS device ON device.trainer_id = reading.trainer_id
  WHERE reading.trainer_id IN (SELECT trainer_id FROM concerned)
)
SELECT stream, serialNumber, COALESCE(date(at_ms / 1000, 'unixepoch'), 'impossible') AS day, COUNT(*) AS records
FROM item
GROUP BY stream, serialNumber, day
ORDER BY stream, serialNumber, day
