-- Readings have left.
SELECT subject_id, from_ms, to_ms FROM temp.removed WHERE from_ms IS NOT NULL AND subject_id IS NOT NULL
