-- Where every landed {stream} reading went, by its {owner} exactly as written.
WITH agreed AS MATERIALIZED (
  SELECT record.email AS email, record.serialNumber AS serialNumber
  FROM customer AS record
  JOIN person_by_rules AS person ON person.subject_id = record.subject_id
  WHERE record.research_is_number = 1 AND (person.obstacle IS NULL OR NOT person.has_withdrawn)
),
moving AS MATERIALIZED (
  SELECT DISTINCT COALESCE(spelled.text, dictionary.landed_as) AS email
  FROM (SELECT DISTINCT subject_id, spelling_id FROM accelerometer) AS reading
  JOIN subject AS dictionary ON dictionary.subject_id = reading.subject_id
  LEFT JOIN spelling AS spelled ON spelled.spelling_id = reading.spelling_id
),
judged AS (
  SELECT COALESCE(spelled.text, dictionary.landed_as) AS {owner}, reading.{time} AS {time},
         reading.{value} AS {value},
         CASE
           WHEN COALESCE(spelled.text, dictionary.landed_as) IN (
             SELECT serialNumber FROM agreed WHERE email IN (SELECT email FROM moving)
           ) THEN 'counts'
           WHEN COALESCE(spelled.text, dictionary.landed_as) IN (SELECT serialNumber FROM agreed) THEN 'no_accelerometer'
           WHEN reading.trainer_id IN (SELECT trainer_id FROM customer WHERE trainer_id IS NOT NULL) THEN 'not_granted'
           ELSE 'unknown_serial'
         END AS reason
  FROM {stream} AS reading
  JOIN trainer AS dictionary ON dictionary.trainer_id = reading.trainer_id
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
