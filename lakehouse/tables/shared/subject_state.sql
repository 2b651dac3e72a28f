-- ==== what
-- name:   subject_state
-- inputs: customer (by subject), consent (by subject)
-- grain:  One row a person with a customer record: whether research may use their data, and from which instant on.
-- key:    subject_id
--
-- Rules 1 and 2 of the policy (docs/policy.md). An instant before 2000 or over 24 h after its receipt cannot be
-- right: a record's research date is then none, and a withdrawal or an event counts as of its receipt. Ids are those of the landing tables.

-- ==== ddl
CREATE TABLE subject_state (
  subject_id      INTEGER PRIMARY KEY,
  status          TEXT NOT NULL,  -- granted | not_granted | ambiguous
  granted_from_ms INTEGER,        -- NULL unless granted
  customer_id     INTEGER NOT NULL  -- ingest_id of the current customer record
);

-- ==== select
WITH judged AS (
  -- Each copy of a record is judged by its own receipt.
  SELECT
    record.subject_id AS subject_id,
    record.ingest_id AS ingest_id,
    record.received AS received,
    record.canonical AS canonical,
    COALESCE(record.trainer_id, 0) AS serial,
    CASE
      WHEN record.last_update_invalid = 1 THEN record.received
      WHEN record.lastUpdateDate IS NULL OR record.lastUpdateDate < 946684800000 THEN 0
      WHEN record.lastUpdateDate > record.received + 86400000 THEN record.received
      ELSE record.lastUpdateDate
    END AS updated_ms,
    CASE
      WHEN record.last_update_invalid = 1 OR record.lastUpdateDate IS NULL THEN 0
      WHEN record.lastUpdateDate < 946684800000 OR record.lastUpdateDate > record.received + 86400000 THEN 0
      ELSE 1
    END AS is_dated,
    CASE
      WHEN record.shareWithResearchAsOfDate >= 946684800000
        AND record.shareWithResearchAsOfDate <= record.received + 86400000 THEN record.shareWithResearchAsOfDate
      ELSE 0
    END AS agreed_ms
  FROM customer AS record
),
ranked AS (
  -- Rule 1: the latest record is the current one. Records of one instant that agree on the research date and the
  -- serial are ranked by their canonical bytes; when they disagree nobody can say which one holds. Equal copies were
  -- said when the first of them was: sent again after a withdrawal they say nothing new.
  SELECT
    record.subject_id AS subject_id,
    record.ingest_id AS ingest_id,
    record.agreed_ms AS agreed_ms,
    MIN(
      CASE
        WHEN record.agreed_ms = 0 THEN NULL
        WHEN record.agreed_ms > record.received THEN record.received
        ELSE record.agreed_ms
      END
    ) OVER (PARTITION BY record.subject_id, record.canonical) AS said_ms,
    ROW_NUMBER() OVER (
      PARTITION BY record.subject_id
      ORDER BY record.updated_ms DESC, record.canonical DESC, record.ingest_id
    ) AS place,
    CASE
      WHEN MIN(record.agreed_ms) OVER (PARTITION BY record.subject_id, record.updated_ms)
        < MAX(record.agreed_ms) OVER (PARTITION BY record.subject_id, record.updated_ms) THEN 1
      WHEN MIN(record.serial) OVER (PARTITION BY record.subject_id, record.updated_ms)
        < MAX(record.serial) OVER (PARTITION BY record.subject_id, record.updated_ms) THEN 1
      ELSE 0
    END AS disagrees
  FROM judged AS record
),
event AS (
  SELECT
    said.subject_id AS subject_id,
    said.action AS action,
    said.received AS received,
    CASE
      WHEN said.timestamp < 946684800000 OR said.timestamp > said.received + 86400000 THEN said.received
      ELSE said.timestamp
    END AS at_ms
  FROM consent AS said
  WHERE said.purpose = 'research'
),
withdrawal AS (
  -- Rule 2, w: withdraw events, and every record that carries no valid research date, superseded ones included. One
  -- whose own date cannot be right withdraws as of its receipt, of equal copies the first: sent again it is no new
  -- withdrawal.
  SELECT latest.subject_id AS subject_id, MAX(latest.at_ms) AS at_ms
  FROM (
    SELECT said.subject_id AS subject_id, said.at_ms AS at_ms
    FROM event AS said
    WHERE said.action = 'withdraw'
    UNION ALL
    SELECT record.subject_id AS subject_id, record.updated_ms AS at_ms
    FROM judged AS record
    WHERE record.agreed_ms = 0
      AND record.is_dated = 1
    UNION ALL
    SELECT record.subject_id AS subject_id, MIN(record.received) AS at_ms
    FROM judged AS record
    WHERE record.agreed_ms = 0
      AND record.is_dated = 0
    GROUP BY record.subject_id, record.canonical
  ) AS latest
  GROUP BY latest.subject_id
),
given AS (
  -- Rule 2: grants are the current record's research date and the grant events. Against w a grant dated after its
  -- receipt counts as of its receipt, of equal copies the first; its consent still starts at its date.
  SELECT
    record.subject_id AS subject_id,
    record.agreed_ms AS from_ms,
    record.said_ms AS said_ms
  FROM ranked AS record
  WHERE record.place = 1
    AND record.agreed_ms > 0
  UNION ALL
  SELECT
    said.subject_id AS subject_id,
    said.at_ms AS from_ms,
    MIN(CASE WHEN said.at_ms > said.received THEN said.received ELSE said.at_ms END) AS said_ms
  FROM event AS said
  WHERE said.action = 'grant'
  GROUP BY said.subject_id, said.at_ms
),
standing AS (
  -- Strictly later: a tie is a withdrawal.
  SELECT promise.subject_id AS subject_id, MIN(promise.from_ms) AS from_ms
  FROM given AS promise
  LEFT JOIN withdrawal AS taken_back ON taken_back.subject_id = promise.subject_id
  WHERE taken_back.at_ms IS NULL
    OR promise.said_ms > taken_back.at_ms
  GROUP BY promise.subject_id
)
SELECT
  person.subject_id AS subject_id,
  CASE
    WHEN person.disagrees = 1 THEN 'ambiguous'
    WHEN agreement.from_ms IS NULL THEN 'not_granted'
    ELSE 'granted'
  END AS status,
  CASE WHEN person.disagrees = 0 THEN agreement.from_ms END AS granted_from_ms,
  person.ingest_id AS customer_id
FROM ranked AS person
LEFT JOIN standing AS agreement ON agreement.subject_id = person.subject_id
WHERE person.place = 1

-- ==== dirty consent
-- A new consent event: of its person.
SELECT subject_id FROM temp.new_consent

-- ==== dirty customer
-- A new customer record: of its person.
SELECT subject_id FROM temp.new_customer

-- ==== dirty removed
-- Records of a person have left.
SELECT subject_id FROM temp.removed WHERE from_ms IS NULL AND subject_id IS NOT NULL

-- ==== check status_and_start_agree
-- Consent that stands has a start, and only that.
SELECT COUNT(*)
FROM subject_state
WHERE (status = 'granted') <> (granted_from_ms IS NOT NULL)
   OR status NOT IN ('granted', 'not_granted', 'ambiguous')

-- ==== leaving
-- The row stays, with another status; it goes with the last customer record (dirty removed).
