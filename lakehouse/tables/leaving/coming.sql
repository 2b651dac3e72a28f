-- Who of them is not in `reference` and may come back: their readings have to be looked for anew.
SELECT COUNT(*)
FROM temp.new_consent AS said
JOIN main.subject_state AS person ON person.subject_id = said.subject_id
WHERE person.status = 'granted'
  AND EXISTS (
    SELECT 1
    FROM landing.customer AS record
    WHERE record.subject_id = said.subject_id
      AND record.research_is_number = 1
  )
  AND NOT EXISTS (SELECT 1 FROM main.customer_trusted_rows AS record WHERE record.subject_id = said.subject_id)
