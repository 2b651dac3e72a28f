SELECT said.*
FROM temp.dirty_subject AS cell
CROSS JOIN main.person_consent AS place ON place.subject_id = cell.subject_id
CROSS JOIN landing.consent AS said ON said.ingest_id = place.ingest_id
