-- Readings with an ingest_id in (?1, ?2] that no consent covers now: those `strict` leaves out as implausible_time,
-- unknown_subject, ambiguous_consent, not_granted or before_consent.
SELECT reading.ingest_id
FROM {stream} AS reading
WHERE reading.ingest_id > ?1
  AND reading.ingest_id <= ?2
  AND (
    reading.implausible <> 0
    OR NOT EXISTS (
      SELECT 1
      FROM temp.person AS person
      WHERE person.subject_id = reading.subject_id
        AND person.status = 'granted'
        AND person.granted_from_ms <= reading.{time}
    )
  )
