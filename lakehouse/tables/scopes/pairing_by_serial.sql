SELECT landed.*
FROM temp.dirty_serial AS cell
CROSS JOIN main.serial_pairing AS place ON place.trainer_id = cell.trainer_id
CROSS JOIN landing.pairing AS landed ON landed.ingest_id = place.ingest_id
