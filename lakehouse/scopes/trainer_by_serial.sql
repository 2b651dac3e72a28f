SELECT device.*
FROM temp.dirty_serial AS cell
CROSS JOIN landing.trainer AS device ON device.trainer_id = cell.trainer_id
