-- A new customer record: the serial it carries may have gained a carrier.
SELECT trainer_id FROM temp.new_customer WHERE trainer_id IS NOT NULL
