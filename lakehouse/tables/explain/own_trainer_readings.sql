-- Trainer readings that are, or may be, the person's: theirs by rule 5, or of one of their serials and ambiguous.
SELECT reading.*
FROM landing.{stream} AS reading
JOIN owner
  ON owner.trainer_id = reading.trainer_id
  AND owner.from_ms <= reading.{time}
  AND owner.to_ms > reading.{time}
WHERE owner.status = 'ambiguous'
   OR owner.subject_id = ?1
