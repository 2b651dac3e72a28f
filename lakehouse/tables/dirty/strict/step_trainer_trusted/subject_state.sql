-- Consent has changed: all of the person's time. A row that differs in the current record alone changes no reading.
SELECT subject_id, -9007199254740992 AS from_ms, 9007199254740992 AS to_ms
FROM temp.changed_subject_state
GROUP BY subject_id, status, granted_from_ms
HAVING COUNT(*) = 1
