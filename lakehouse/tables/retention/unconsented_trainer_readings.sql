-- Readings with an ingest_id in (?1, ?2] that no consent covers now: those `strict` leaves out as implausible_time,
-- unknown_serial, ambiguous_serial, unpaired, unknown_subject, ambiguous_consent, not_granted or before_consent.
SELECT reading.ingest_id
FROM {stream} AS reading
WHERE reading.ingest_id > ?1
  AND reading.ingest_id <= ?2
  AND (
    reading.implausible <> 0
    OR NOT EXISTS (
      SELECT 1
      FROM temp.owner AS owner
      JOIN temp.person AS person ON person.subject_id = owner.subject_id
      WHERE owner.trainer_id = reading.trainer_id
        AND owner.from_ms <= reading.{time}
        AND owner.to_ms > reading.{time}
        AND owner.status = 'owned'
        AND person.status = 'granted'
        AND person.granted_from_ms <= reading.{time}
    )
  )
