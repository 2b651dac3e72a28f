-- Of one serial, a span ends where the next one begins.
SELECT COUNT(*)
FROM (
  SELECT from_ms, to_ms, LEAD(from_ms) OVER (PARTITION BY trainer_id ORDER BY from_ms) AS next_ms
  FROM serial_owner
)
WHERE from_ms >= to_ms
   OR to_ms <> COALESCE(next_ms, 9007199254740992)
