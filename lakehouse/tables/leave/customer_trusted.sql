DELETE FROM main.customer_trusted_rows WHERE customer_id IN (SELECT customer_id FROM temp.leaving_record)
