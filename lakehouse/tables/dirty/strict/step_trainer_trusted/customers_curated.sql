-- A first trusted accelerometer reading lets all of the person's trainer readings in; the last one takes them along.
SELECT subject_id, -9007199254740992 AS from_ms, 9007199254740992 AS to_ms FROM temp.changed_customers_curated
