-- What rules 1 and 2 of the policy (docs/policy.md) say of each person with a customer record, worked out apart from
-- the jobs, so that a mistake in either shows as a difference. obstacle: NULL when consent stands.
WITH record AS (
  SELECT subject_id, ingest_id, received, canonical,
         COALESCE(trainer_id, 0) AS serial,
         CASE
           WHEN last_update_invalid = 1 THEN received
           WHEN COALESCE(lastUpdateDate, 0) < 946684800000 THEN 0
           ELSE CASE WHEN lastUpdateDate - received <= 86400000 THEN lastUpdateDate ELSE received END
         END AS updated_ms,
         CASE
           WHEN last_update_invalid = 0 AND lastUpdateDate BETWEEN 946684800000 AND received + 86400000
             THEN lastUpdateDate
         END AS plausible_ms,
         CASE
           WHEN shareWithResearchAsOfDate BETWEEN 946684800000 AND received + 86400000 THEN shareWithResearchAsOfDate
         END AS agreed_ms
  FROM customer
),
latest AS (
  SELECT subject_id, MAX(updated_ms) AS updated_ms
  FROM record
  GROUP BY subject_id
),
tie AS (
  SELECT record.subject_id AS subject_id,
         COUNT(DISTINCT record.serial) + COUNT(DISTINCT COALESCE(record.agreed_ms, 0)) AS answers,
         MAX(record.canonical) AS canonical,
         latest.updated_ms AS updated_ms
  FROM record
  JOIN latest ON latest.subject_id = record.subject_id AND latest.updated_ms = record.updated_ms
  GROUP BY record.subject_id, latest.updated_ms
),
holder AS (
  SELECT tie.subject_id AS subject_id, tie.canonical AS canonical, tie.answers AS answers,
         MIN(record.ingest_id) AS ingest_id
  FROM tie
  JOIN record
    ON record.subject_id = tie.subject_id
    AND record.updated_ms = tie.updated_ms
    AND record.canonical = tie.canonical
  GROUP BY tie.subject_id, tie.canonical, tie.answers
),
spoken AS (
  SELECT subject_id, action, received,
         CASE WHEN timestamp BETWEEN 946684800000 AND received + 86400000 THEN timestamp ELSE received END AS at_ms
  FROM consent
  WHERE purpose = 'research'
),
refusal AS (
  SELECT subject_id, at_ms FROM spoken WHERE action = 'withdraw'
  UNION ALL
  -- Equal copies that say when they were written say it as one; those that do not were said when the first came.
  SELECT subject_id, COALESCE(MAX(plausible_ms), MIN(received))
  FROM record
  WHERE agreed_ms IS NULL
  GROUP BY subject_id, canonical, plausible_ms
),
last_refusal AS (
  SELECT subject_id, MAX(at_ms) AS at_ms
  FROM refusal
  GROUP BY subject_id
),
first_said AS (
  -- The earliest receipt of what is said several times over: a copy sent again says nothing new.
  SELECT subject_id, at_ms, MIN(received) AS received FROM spoken WHERE action = 'grant' GROUP BY subject_id, at_ms
),
first_sent AS (
  SELECT subject_id, canonical, MIN(received) AS received
  FROM record
  WHERE agreed_ms IS NOT NULL
  GROUP BY subject_id, canonical
),
promise AS (
  SELECT subject_id, at_ms AS from_ms, MIN(at_ms, received) AS said_ms FROM first_said
  UNION ALL
  SELECT record.subject_id, record.agreed_ms, MIN(record.agreed_ms, first_sent.received)
  FROM holder
  JOIN record ON record.ingest_id = holder.ingest_id
  JOIN first_sent ON first_sent.subject_id = holder.subject_id AND first_sent.canonical = holder.canonical
  WHERE record.agreed_ms IS NOT NULL
),
kept AS (
  SELECT promise.subject_id AS subject_id, MIN(promise.from_ms) AS from_ms
  FROM promise
  LEFT JOIN last_refusal ON last_refusal.subject_id = promise.subject_id
  WHERE promise.said_ms > COALESCE(last_refusal.at_ms, -9007199254740992)
  GROUP BY promise.subject_id
)
SELECT holder.subject_id AS subject_id,
       holder.ingest_id AS customer_id,
       holder.canonical AS canonical,
       CASE WHEN holder.answers > 2 THEN 'ambiguous_consent' WHEN kept.from_ms IS NULL THEN 'not_granted' END AS obstacle,
       kept.from_ms AS granted_from_ms,
       EXISTS (
         SELECT 1 FROM spoken WHERE spoken.subject_id = holder.subject_id AND spoken.action = 'withdraw'
       ) AS has_withdrawn
FROM holder
LEFT JOIN kept ON kept.subject_id = holder.subject_id
