-- It may be the person's first trusted reading, or their last one may have gone.
SELECT subject_id FROM temp.changed_accelerometer_trusted
