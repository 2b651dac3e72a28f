-- A new pairing: of its serial.
SELECT trainer_id FROM temp.new_pairing
