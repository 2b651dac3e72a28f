-- Where every landed {stream} reading went: the first reason that keeps it out, else trusted, once.
WITH judged AS (
  SELECT reading.subject_id AS subject_id, reading.{time} AS {time},
         reading.{value} AS {value},
         CASE
           WHEN reading.implausible <> 0 THEN 'implausible_time'
           WHEN person.subject_id IS NULL THEN 'unknown_subject'
           WHEN person.obstacle IS NOT NULL THEN person.obstacle
           WHEN reading.{time} < person.granted_from_ms THEN 'before_consent'
           ELSE 'counts'
         END AS reason
  FROM {stream} AS reading
  LEFT JOIN person_by_rules AS person ON person.subject_id = reading.subject_id
),
seen AS (
  SELECT COUNT(*) AS copies
  FROM judged
  WHERE reason = 'counts'
  GROUP BY subject_id, {time}, {values}
)
SELECT 'trusted' AS reason, COUNT(*) AS row_count FROM seen
UNION ALL
SELECT 'duplicate', COALESCE(SUM(copies - 1), 0) FROM seen
UNION ALL
SELECT reason, COUNT(*) FROM judged WHERE reason <> 'counts' GROUP BY reason
