-- Trainer readings of the person's serials that rule 5 gives to somebody else, to nobody, or that came before anybody
-- had the trainer.
SELECT CASE
         WHEN owner.status IS NULL THEN 'unknown_serial'
         WHEN owner.status = 'unpaired' THEN 'unpaired'
         ELSE 'another_person'
       END AS reason,
       COUNT(*) AS row_count
FROM landing.{stream} AS reading
LEFT JOIN owner
  ON owner.trainer_id = reading.trainer_id
  AND owner.from_ms <= reading.{time}
  AND owner.to_ms > reading.{time}
WHERE reading.trainer_id IN (SELECT trainer_id FROM concerned)
  AND (
    owner.status IS NULL
    OR owner.status = 'unpaired'
    OR (owner.status = 'owned' AND owner.subject_id <> ?1)
  )
GROUP BY 1
