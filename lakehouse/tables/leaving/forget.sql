DROP TABLE IF EXISTS temp.leaving;
DROP TABLE IF EXISTS temp.leaving_record;
DROP TABLE IF EXISTS temp.leaving_accelerometer;
DROP TABLE IF EXISTS temp.leaving_step_trainer;
DROP TABLE IF EXISTS temp.leaving_pair;
