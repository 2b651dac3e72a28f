-- Consent that stands has a start, and only that.
SELECT COUNT(*)
FROM subject_state
WHERE (status = 'granted') <> (granted_from_ms IS NOT NULL)
   OR status NOT IN ('granted', 'not_granted', 'ambiguous')
