-- ==== what
-- name:   serial_owner
-- inputs: customer (by serial), pairing (by serial)
-- grain:  One row a serial number and span of time: whose readings those are, if that can be said.
-- key:    trainer_id, from_ms
--
-- Rule 5 of the policy (docs/policy.md). A serial that nobody ever carried or was paired with has no row. The ends
-- of time are -2^53 and 2^53: no instant that lands lies outside.

-- ==== ddl
CREATE TABLE serial_owner (
  trainer_id INTEGER NOT NULL,
  from_ms    INTEGER NOT NULL,
  to_ms      INTEGER NOT NULL,  -- exclusive
  subject_id INTEGER,           -- NULL unless owned
  status     TEXT NOT NULL,     -- owned | ambiguous | unpaired
  PRIMARY KEY (trainer_id, from_ms)
) WITHOUT ROWID;

CREATE INDEX serial_owner_by_subject ON serial_owner (subject_id) WHERE subject_id IS NOT NULL;

-- ==== select
WITH carried AS (
  -- Until a serial's first pairing: the only person any of whose records ever carried it.
  SELECT
    record.trainer_id AS trainer_id,
    MIN(record.subject_id) AS subject_id,
    MAX(record.subject_id) AS other_id
  FROM customer AS record
  WHERE record.trainer_id IS NOT NULL
  GROUP BY record.trainer_id
),
timed AS (
  SELECT
    event.trainer_id AS trainer_id,
    COALESCE(event.subject_id, 0) AS subject_id,
    CASE
      WHEN event.timestamp < 946684800000 OR event.timestamp > event.received + 86400000 THEN event.received
      ELSE event.timestamp
    END AS from_ms
  FROM pairing AS event
),
paired AS (
  -- Pairings of one instant that disagree make the span ambiguous: never guessed.
  SELECT
    event.trainer_id AS trainer_id,
    event.from_ms AS from_ms,
    MIN(event.subject_id) AS subject_id,
    MAX(event.subject_id) AS other_id
  FROM timed AS event
  GROUP BY event.trainer_id, event.from_ms
),
span AS (
  SELECT
    carrier.trainer_id AS trainer_id,
    -9007199254740992 AS from_ms,
    carrier.subject_id AS subject_id,
    carrier.other_id AS other_id
  FROM carried AS carrier
  UNION ALL
  SELECT
    event.trainer_id AS trainer_id,
    event.from_ms AS from_ms,
    event.subject_id AS subject_id,
    event.other_id AS other_id
  FROM paired AS event
)
SELECT
  span.trainer_id AS trainer_id,
  span.from_ms AS from_ms,
  COALESCE(
    LEAD(span.from_ms) OVER (PARTITION BY span.trainer_id ORDER BY span.from_ms),
    9007199254740992
  ) AS to_ms,
  CASE WHEN span.subject_id = span.other_id AND span.subject_id > 0 THEN span.subject_id END AS subject_id,
  CASE
    WHEN span.subject_id < span.other_id THEN 'ambiguous'
    WHEN span.subject_id = 0 THEN 'unpaired'
    ELSE 'owned'
  END AS status
FROM span AS span

-- ==== dirty customer
-- A new customer record: the serial it carries may have gained a carrier.
SELECT trainer_id FROM temp.new_customer WHERE trainer_id IS NOT NULL

-- ==== dirty pairing
-- A new pairing: of its serial.
SELECT trainer_id FROM temp.new_pairing

-- ==== dirty removed
-- Pairings of a serial, or customer records that carried it, have left.
SELECT trainer_id FROM temp.removed WHERE from_ms IS NULL AND trainer_id IS NOT NULL

-- ==== check owned_names_a_person
-- A span that is owned says by whom, and only that.
SELECT COUNT(*)
FROM serial_owner
WHERE (status = 'owned') <> (subject_id IS NOT NULL)
   OR status NOT IN ('owned', 'ambiguous', 'unpaired')

-- ==== check spans_do_not_overlap
-- Of one serial, a span ends where the next one begins.
SELECT COUNT(*)
FROM (
  SELECT from_ms, to_ms, LEAD(from_ms) OVER (PARTITION BY trainer_id ORDER BY from_ms) AS next_ms
  FROM serial_owner
)
WHERE from_ms >= to_ms
   OR to_ms <> COALESCE(next_ms, 9007199254740992)

-- ==== leaving
-- The rows stay: whose a trainer was does not hang on consent. They go with the records that say so (dirty removed).
