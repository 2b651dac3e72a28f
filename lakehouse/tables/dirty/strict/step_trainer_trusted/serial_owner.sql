-- A serial has changed hands, gained a carrier or lost its ambiguity: the span, of who owned it and of who does now.
SELECT subject_id, from_ms, to_ms FROM temp.changed_serial_owner WHERE subject_id IS NOT NULL
