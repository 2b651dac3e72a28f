-- It may be the person's first trusted reading, or their last one may have gone. A person's record comes and goes with
-- their consent, and so do their readings: customer_trusted dirties nothing else here.
SELECT subject_id FROM temp.changed_accelerometer_trusted
