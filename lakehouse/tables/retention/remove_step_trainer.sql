-- Takes the readings of temp.doomed out of step_trainer. Their cells are named in removed_cell, one a serial and UTC day; names
-- of which they may have been the last are kept in temp.left_trainer and temp.left_spelling; expired counts them.
INSERT INTO removed_cell (trainer_id, from_ms, to_ms)
SELECT reading.trainer_id, MIN(reading.sensorReadingTime), MAX(reading.sensorReadingTime) + 1
FROM temp.doomed AS doomed
JOIN step_trainer AS reading ON reading.ingest_id = doomed.ingest_id
GROUP BY reading.trainer_id, reading.sensorReadingTime / 86400000;

INSERT OR IGNORE INTO temp.left_trainer (trainer_id)
SELECT reading.trainer_id
FROM temp.doomed AS doomed
JOIN step_trainer AS reading ON reading.ingest_id = doomed.ingest_id;

INSERT OR IGNORE INTO temp.left_spelling (spelling_id)
SELECT reading.spelling_id
FROM temp.doomed AS doomed
JOIN step_trainer AS reading ON reading.ingest_id = doomed.ingest_id
WHERE reading.spelling_id IS NOT NULL;

INSERT INTO expired (stream, records)
SELECT 'step_trainer', COUNT(*)
FROM temp.doomed
WHERE TRUE -- or ON would read as a join
ON CONFLICT (stream) DO UPDATE SET records = records + excluded.records;

DELETE FROM step_trainer
WHERE ingest_id IN (SELECT doomed.ingest_id FROM temp.doomed AS doomed);
