SELECT said.*
FROM temp.dirty_subject AS cell
CROSS JOIN landing.consent AS said ON said.subject_id = cell.subject_id
