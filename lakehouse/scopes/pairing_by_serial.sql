SELECT event.*
FROM temp.dirty_serial AS cell
CROSS JOIN main.serial_pairing AS place ON place.trainer_id = cell.trainer_id
CROSS JOIN landing.pairing AS event ON event.ingest_id = place.ingest_id
