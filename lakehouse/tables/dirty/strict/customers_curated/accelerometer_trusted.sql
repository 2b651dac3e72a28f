-- It may be the person's first trusted reading, or their last one may have gone. A person's record comes and goes with
-- their consent, and so do their readings: customer_trusted dirties nothing else here. Further readings of whom the
-- table holds already change nothing, and most are.
SELECT changed.subject_id
FROM temp.changed_accelerometer_trusted AS changed
WHERE changed.is_new = 0
  OR NOT EXISTS (
    SELECT 1
    FROM main.customers_curated_rows AS curated
    WHERE curated.subject_id = changed.subject_id
  )
