-- Where every landed customer record went: trusted, a copy of the record that is, or the first reason that keeps it out.
SELECT
  CASE
    WHEN record.ingest_id = person.customer_id THEN COALESCE(person.obstacle, 'trusted')
    WHEN record.canonical = person.canonical AND person.obstacle IS NULL THEN 'duplicate'
    ELSE 'superseded'
  END AS reason,
  COUNT(*) AS row_count
FROM customer AS record
JOIN person_by_rules AS person ON person.subject_id = record.subject_id
GROUP BY 1
