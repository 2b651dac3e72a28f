-- A span that is owned says by whom, and only that.
SELECT COUNT(*)
FROM serial_owner
WHERE (status = 'owned') <> (subject_id IS NOT NULL)
   OR status NOT IN ('owned', 'ambiguous', 'unpaired')
