-- Where every landed {stream} reading went, by its {owner} exactly as written.
WITH agreed AS MATERIALIZED (
  SELECT DISTINCT record.email AS email
  FROM customer AS record
  JOIN person_by_rules AS person ON person.subject_id = record.subject_id
  WHERE record.research_is_number = 1 AND (person.obstacle IS NULL OR NOT person.has_withdrawn)
),
judged AS (
  SELECT COALESCE(spelled.text, dictionary.landed_as) AS {owner}, reading.{time} AS {time},
         reading.{value} AS {value},
         CASE
           WHEN COALESCE(spelled.text, dictionary.landed_as) IN (SELECT email FROM agreed) THEN 'counts'
           WHEN reading.subject_id IN (SELECT subject_id FROM person_by_rules) THEN 'not_granted'
           ELSE 'unknown_subject'
         END AS reason
  FROM {stream} AS reading
  JOIN subject AS dictionary ON dictionary.subject_id = reading.subject_id
  LEFT JOIN spelling AS spelled ON spelled.spelling_id = reading.spelling_id
),
seen AS (
  SELECT COUNT(*) AS copies
  FROM judged
  WHERE reason = 'counts'
  GROUP BY {owner}, {time}, {values}
)
SELECT 'trusted' AS reason, COUNT(*) AS row_count FROM seen
UNION ALL
SELECT 'duplicate', COALESCE(SUM(copies - 1), 0) FROM seen
UNION ALL
SELECT reason, COUNT(*) FROM judged WHERE reason <> 'counts' GROUP BY reason
