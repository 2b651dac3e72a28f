-- A new customer record: of its person.
SELECT subject_id FROM temp.new_customer
