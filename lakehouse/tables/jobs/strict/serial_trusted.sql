-- name:   serial_trusted
-- inputs: trainer (by serial), serial_owner (by serial), step_trainer_trusted (whole)
-- grain:  One row a step trainer that has trusted readings: the serial number they show.
-- key:    trainer_id
-- checks: every_serial_has_readings
--
-- The serials of everybody else stay in the landing zone.
SELECT
  device.trainer_id AS trainer_id,
  device.serialNumber AS serialNumber
FROM trainer AS device
WHERE EXISTS (
  SELECT 1
  FROM serial_owner AS owner
  JOIN step_trainer_trusted_rows AS reading
    ON reading.subject_id = owner.subject_id
    AND reading.trainer_id = owner.trainer_id
  WHERE owner.trainer_id = device.trainer_id
)
