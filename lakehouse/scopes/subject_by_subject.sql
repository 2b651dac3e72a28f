SELECT person.*
FROM temp.dirty_subject AS cell
CROSS JOIN landing.subject AS person ON person.subject_id = cell.subject_id
