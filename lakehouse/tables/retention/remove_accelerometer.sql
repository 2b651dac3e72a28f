-- Takes the readings of temp.doomed out of accelerometer. Their cells are named in removed_cell, one a person and UTC day; names
-- of which they may have been the last are kept in temp.left_subject and temp.left_spelling; expired counts them.
INSERT INTO removed_cell (subject_id, from_ms, to_ms)
SELECT reading.subject_id, MIN(reading.timestamp), MAX(reading.timestamp) + 1
FROM temp.doomed AS doomed
JOIN accelerometer AS reading ON reading.ingest_id = doomed.ingest_id
GROUP BY reading.subject_id, reading.timestamp / 86400000;

INSERT OR IGNORE INTO temp.left_subject (subject_id)
SELECT reading.subject_id
FROM temp.doomed AS doomed
JOIN accelerometer AS reading ON reading.ingest_id = doomed.ingest_id;

INSERT OR IGNORE INTO temp.left_spelling (spelling_id)
SELECT reading.spelling_id
FROM temp.doomed AS doomed
JOIN accelerometer AS reading ON reading.ingest_id = doomed.ingest_id
WHERE reading.spelling_id IS NOT NULL;

INSERT INTO expired (stream, records)
SELECT 'accelerometer', COUNT(*)
FROM temp.doomed
WHERE TRUE -- or ON would read as a join
ON CONFLICT (stream) DO UPDATE SET records = records + excluded.records;

DELETE FROM accelerometer
WHERE ingest_id IN (SELECT doomed.ingest_id FROM temp.doomed AS doomed);
