-- The rows that go with them, found by the index of landed rows: the tables are clustered by time.
CREATE TEMP TABLE leaving_record AS
SELECT record.customer_id AS customer_id, record.trainer_id AS trainer_id
FROM temp.leaving AS gone
CROSS JOIN main.customer_trusted_rows AS record ON record.subject_id = gone.subject_id;

CREATE TEMP TABLE leaving_accelerometer AS
SELECT own.timestamp AS timestamp, own.subject_id AS subject_id, own.ingest_id AS ingest_id
FROM temp.leaving AS gone
CROSS JOIN main.accelerometer_run AS run ON run.subject_id = gone.subject_id
CROSS JOIN landing.accelerometer AS reading NOT INDEXED
  ON reading.ingest_id BETWEEN run.first_id AND run.last_id
  AND reading.subject_id = gone.subject_id
CROSS JOIN main.accelerometer_trusted_rows AS own
  ON own.timestamp = reading.timestamp
  AND own.subject_id = reading.subject_id
  AND own.ingest_id = reading.ingest_id;

CREATE TEMP TABLE leaving_step_trainer AS
SELECT DISTINCT own.sensorReadingTime AS sensorReadingTime, own.trainer_id AS trainer_id, own.ingest_id AS ingest_id
FROM (SELECT DISTINCT trainer_id FROM temp.leaving_record WHERE trainer_id IS NOT NULL) AS carried
CROSS JOIN main.step_trainer_run AS run ON run.trainer_id = carried.trainer_id
CROSS JOIN landing.step_trainer AS reading NOT INDEXED
  ON reading.ingest_id BETWEEN run.first_id AND run.last_id
  AND reading.trainer_id = carried.trainer_id
CROSS JOIN main.step_trainer_trusted_rows AS own
  ON own.sensorReadingTime = reading.sensorReadingTime
  AND own.trainer_id = reading.trainer_id
  AND own.ingest_id = reading.ingest_id
WHERE own.customer_id IN (SELECT customer_id FROM temp.leaving_record);

-- In a table of their own: SQLite looks rows up by a list that is one SELECT, by a UNION it reads the whole table.
CREATE TEMP TABLE leaving_pair AS
SELECT pair.sensorReadingTime AS sensorReadingTime, pair.step_trainer_id AS step_trainer_id,
       pair.accelerometer_id AS accelerometer_id
FROM temp.leaving_accelerometer AS gone
CROSS JOIN main.machine_learning_curated_rows AS pair
  ON pair.sensorReadingTime = gone.timestamp
  AND pair.accelerometer_id = gone.ingest_id
UNION
SELECT pair.sensorReadingTime, pair.step_trainer_id, pair.accelerometer_id
FROM temp.leaving_step_trainer AS gone
CROSS JOIN main.machine_learning_curated_rows AS pair
  ON pair.sensorReadingTime = gone.sensorReadingTime
  AND pair.step_trainer_id = gone.ingest_id;
