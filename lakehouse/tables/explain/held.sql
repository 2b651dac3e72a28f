-- What is held about person ?1, by stream, serial and UTC day: of receipt for records, of the reading for readings.
-- Of the readings of serials that the person ever carried or was paired with, by day those that rule 5 gives to the
-- person; others may be other people's days, and are counted alone, by the reason why they are not the person's.
SELECT stream, serialNumber,
       CASE WHEN reason IS NULL THEN COALESCE(date(at_ms / 1000, 'unixepoch'), 'impossible') END AS day,
       COUNT(*) AS records, reason
FROM (
  SELECT 'customer' AS stream, NULL AS serialNumber, received AS at_ms, NULL AS reason
  FROM landing.customer
  WHERE subject_id = ?1
  UNION ALL
  SELECT 'consent', NULL, received, NULL
  FROM landing.consent
  WHERE subject_id = ?1
  UNION ALL
  SELECT 'pairing', device.serialNumber, event.received, NULL
  FROM landing.pairing AS event
  JOIN landing.trainer AS device ON device.trainer_id = event.trainer_id
  WHERE event.subject_id = ?1
  {readings}
)
GROUP BY stream, serialNumber, day, reason
ORDER BY stream, reason, serialNumber, day
