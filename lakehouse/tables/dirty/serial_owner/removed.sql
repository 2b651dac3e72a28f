-- Pairings of a serial, or customer records that carried it, have left.
SELECT trainer_id FROM temp.removed WHERE from_ms IS NULL AND trainer_id IS NOT NULL
