SELECT record.*
FROM temp.dirty_subject AS cell
CROSS JOIN main.person_record AS place ON place.subject_id = cell.subject_id
CROSS JOIN landing.customer AS record ON record.ingest_id = place.ingest_id
