-- ==== what
-- name:   serial_trusted
-- inputs: trainer (by serial), serial_owner (by serial), step_trainer_trusted (whole)
-- grain:  One row a step trainer that has trusted readings: the serial number they show.
-- key:    trainer_id
--
-- The serials of everybody else stay in the landing zone.

-- ==== ddl
CREATE TABLE serial_trusted (
  trainer_id   INTEGER PRIMARY KEY,
  serialNumber TEXT NOT NULL
);

-- ==== select
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

-- ==== dirty step_trainer_trusted
-- It may be the trainer's first trusted reading, or its last one may have gone. Further readings of what the table holds
-- already change nothing, and most are.
SELECT changed.trainer_id
FROM temp.changed_step_trainer_trusted AS changed
WHERE changed.is_new = 0
  OR NOT EXISTS (
    SELECT 1
    FROM main.serial_trusted AS known
    WHERE known.trainer_id = changed.trainer_id
  )

-- ==== check every_serial_has_readings
-- Serials stand here for trusted readings alone, and for all of them.
SELECT COUNT(*)
FROM (
  SELECT trainer_id FROM serial_trusted
  EXCEPT
  SELECT trainer_id FROM step_trainer_trusted_rows
  UNION ALL
  SELECT trainer_id FROM (
    SELECT trainer_id FROM step_trainer_trusted_rows
    EXCEPT
    SELECT trainer_id FROM serial_trusted
  )
)

-- ==== leaving
-- By dirty step_trainer_trusted: the last trusted reading goes.
