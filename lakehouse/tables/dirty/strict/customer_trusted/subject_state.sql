-- Consent or the current record has changed: a person's row of subject_state names both.
SELECT subject_id FROM temp.changed_subject_state
