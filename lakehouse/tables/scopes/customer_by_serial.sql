SELECT landed.*
FROM temp.dirty_serial AS cell
CROSS JOIN main.serial_record AS place ON place.trainer_id = cell.trainer_id
CROSS JOIN landing.customer AS landed ON landed.ingest_id = place.ingest_id
