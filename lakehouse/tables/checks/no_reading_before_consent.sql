-- Every reading was taken while its person's consent ran.
SELECT COUNT(*)
FROM {stream}_trusted_rows AS reading
LEFT JOIN subject_state AS person ON person.subject_id = reading.subject_id
WHERE person.status IS NOT 'granted'
   OR person.granted_from_ms IS NULL
   OR reading.{time} < person.granted_from_ms
