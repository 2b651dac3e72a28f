-- Where every landed {stream} reading went: the first reason that keeps it out, else trusted, once.
WITH event AS MATERIALIZED (
  SELECT trainer_id, COALESCE(subject_id, 0) AS subject_id,
         CASE WHEN timestamp BETWEEN 946684800000 AND received + 86400000 THEN timestamp ELSE received END AS at_ms
  FROM pairing
),
carrier AS MATERIALIZED (
  SELECT trainer_id, COUNT(DISTINCT subject_id) AS people, MIN(subject_id) AS subject_id
  FROM customer
  WHERE trainer_id IS NOT NULL
  GROUP BY trainer_id
),
mover AS MATERIALIZED (
  SELECT DISTINCT reading.subject_id AS subject_id
  FROM accelerometer AS reading
  JOIN person_by_rules AS person ON person.subject_id = reading.subject_id
  WHERE reading.implausible = 0 AND person.obstacle IS NULL AND reading.timestamp >= person.granted_from_ms
),
last_event AS MATERIALIZED (
  SELECT reading.ingest_id AS ingest_id, reading.trainer_id AS trainer_id, MAX(event.at_ms) AS at_ms
  FROM {stream} AS reading
  JOIN event ON event.trainer_id = reading.trainer_id AND event.at_ms <= reading.{time}
  GROUP BY reading.ingest_id, reading.trainer_id
),
paired_reading AS MATERIALIZED (
  -- Readings of serials with pairings at or before them: how many different answers the latest instant gives.
  SELECT last_event.ingest_id AS ingest_id, COUNT(DISTINCT event.subject_id) AS people,
         MIN(event.subject_id) AS subject_id
  FROM last_event
  JOIN event ON event.trainer_id = last_event.trainer_id AND event.at_ms = last_event.at_ms
  GROUP BY last_event.ingest_id
),
owned AS (
  SELECT reading.trainer_id AS trainer_id, reading.{time} AS {time},
         reading.{value} AS {value},
         reading.implausible AS implausible,
         CASE WHEN paired.ingest_id IS NULL THEN carrier.people ELSE paired.people END AS people,
         CASE WHEN paired.ingest_id IS NULL THEN carrier.subject_id ELSE paired.subject_id END AS subject_id
  FROM {stream} AS reading
  LEFT JOIN paired_reading AS paired ON paired.ingest_id = reading.ingest_id
  LEFT JOIN carrier ON carrier.trainer_id = reading.trainer_id
),
judged AS (
  SELECT reading.trainer_id AS trainer_id, reading.{time} AS {time},
         reading.{value} AS {value},
         CASE
           WHEN reading.implausible <> 0 THEN 'implausible_time'
           WHEN reading.people IS NULL THEN 'unknown_serial'
           WHEN reading.people > 1 THEN 'ambiguous_serial'
           WHEN reading.subject_id = 0 THEN 'unpaired'
           WHEN person.subject_id IS NULL THEN 'unknown_subject'
           WHEN person.obstacle IS NOT NULL THEN person.obstacle
           WHEN reading.{time} < person.granted_from_ms THEN 'before_consent'
           WHEN mover.subject_id IS NULL THEN 'no_accelerometer'
           ELSE 'counts'
         END AS reason
  FROM owned AS reading
  LEFT JOIN person_by_rules AS person ON person.subject_id = reading.subject_id
  LEFT JOIN mover ON mover.subject_id = reading.subject_id
),
seen AS (
  SELECT COUNT(*) AS copies
  FROM judged
  WHERE reason = 'counts'
  GROUP BY trainer_id, {time}, {values}
)
SELECT 'trusted' AS reason, COUNT(*) AS row_count FROM seen
UNION ALL
SELECT 'duplicate', COALESCE(SUM(copies - 1), 0) FROM seen
UNION ALL
SELECT reason, COUNT(*) FROM judged WHERE reason <> 'counts' GROUP BY reason
