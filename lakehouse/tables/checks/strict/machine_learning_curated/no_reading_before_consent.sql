-- No row shows an instant before its person's consent.
SELECT COUNT(*)
FROM machine_learning_curated_rows AS pair
LEFT JOIN subject_state AS person ON person.subject_id = pair.subject_id
WHERE person.status IS NOT 'granted'
   OR person.granted_from_ms IS NULL
   OR pair.sensorReadingTime < person.granted_from_ms
