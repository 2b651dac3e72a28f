-- Person ?1's consent events as landed, of every purpose.
SELECT received, purpose, action, timestamp
FROM landing.consent
WHERE subject_id = ?1
ORDER BY ingest_id
