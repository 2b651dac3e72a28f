DELETE FROM main.customers_curated_rows WHERE customer_id IN (SELECT customer_id FROM temp.leaving_record)
