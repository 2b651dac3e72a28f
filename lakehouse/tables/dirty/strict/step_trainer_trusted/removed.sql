-- Readings have left: the same instants of whoever owned the trainer then.
SELECT owned.subject_id AS subject_id, MAX(gone.from_ms, owned.from_ms) AS from_ms,
       MIN(gone.to_ms, owned.to_ms) AS to_ms
FROM temp.removed AS gone
CROSS JOIN main.serial_owner AS owned
  ON owned.trainer_id = gone.trainer_id
  AND owned.from_ms < gone.to_ms
  AND owned.to_ms > gone.from_ms
WHERE owned.subject_id IS NOT NULL
