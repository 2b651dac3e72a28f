SELECT landed.*
FROM temp.dirty_subject AS cell
CROSS JOIN landing.consent AS landed ON landed.subject_id = cell.subject_id
