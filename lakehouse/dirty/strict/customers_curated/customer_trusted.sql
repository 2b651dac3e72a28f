-- The person's record has come or gone; one that reads otherwise than before changes nothing here.
SELECT subject_id
FROM temp.changed_customer_trusted
GROUP BY subject_id
HAVING COUNT(*) = 1
