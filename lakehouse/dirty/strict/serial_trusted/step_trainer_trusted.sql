-- The trainer of every reading that has come or gone.
SELECT trainer_id FROM temp.changed_step_trainer_trusted
