SELECT record.*
FROM temp.dirty_subject AS cell
CROSS JOIN landing.customer AS record ON record.subject_id = cell.subject_id
