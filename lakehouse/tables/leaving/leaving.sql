-- Who of those that a new consent event speaks of is in `reference` and may not stay: withdrawn, and no consent since.
CREATE TEMP TABLE leaving AS
SELECT DISTINCT said.subject_id AS subject_id
FROM temp.new_consent AS said
JOIN main.subject_state AS person ON person.subject_id = said.subject_id
WHERE person.status <> 'granted'
  AND EXISTS (
    SELECT 1
    FROM landing.consent AS event
    WHERE event.subject_id = said.subject_id
      AND event.purpose = 'research'
      AND event.action = 'withdraw'
  )
  AND EXISTS (SELECT 1 FROM main.customer_trusted_rows AS record WHERE record.subject_id = said.subject_id);
