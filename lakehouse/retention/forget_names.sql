-- Of the names whose readings have just expired, those that nothing refers to any more.
DELETE FROM temp.left_subject
WHERE subject_id IN (SELECT subject_id FROM customer)
   OR subject_id IN (SELECT subject_id FROM consent)
   OR subject_id IN (SELECT subject_id FROM pairing)
   OR subject_id IN (SELECT subject_id FROM device_subject);
DELETE FROM subject
WHERE subject_id IN (SELECT subject_id FROM temp.left_subject)
  AND subject_id NOT IN (SELECT subject_id FROM accelerometer);
DELETE FROM temp.left_trainer
WHERE trainer_id IN (SELECT trainer_id FROM customer)
   OR trainer_id IN (SELECT trainer_id FROM pairing);
DELETE FROM trainer
WHERE trainer_id IN (SELECT trainer_id FROM temp.left_trainer)
  AND trainer_id NOT IN (SELECT trainer_id FROM step_trainer);
DELETE FROM spelling
WHERE spelling_id IN (SELECT spelling_id FROM temp.left_spelling)
  AND spelling_id NOT IN (SELECT spelling_id FROM accelerometer WHERE spelling_id IS NOT NULL)
  AND spelling_id NOT IN (SELECT spelling_id FROM step_trainer WHERE spelling_id IS NOT NULL);
