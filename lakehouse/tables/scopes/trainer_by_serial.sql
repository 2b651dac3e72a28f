SELECT landed.*
FROM temp.dirty_serial AS cell
CROSS JOIN landing.trainer AS landed ON landed.trainer_id = cell.trainer_id
