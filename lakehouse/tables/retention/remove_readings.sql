-- Takes the readings of temp.doomed out of {stream}. Their cells are named in removed_cell, one a {owner_table} and UTC day; names
-- of which they may have been the last are kept in temp.left_{owner_table} and temp.left_spelling; expired counts them.
INSERT INTO removed_cell ({owner_id}, from_ms, to_ms)
SELECT reading.{owner_id}, MIN(reading.{time}), MAX(reading.{time}) + 1
FROM temp.doomed AS doomed
JOIN {stream} AS reading ON reading.ingest_id = doomed.ingest_id
GROUP BY reading.{owner_id}, reading.{time} / 86400000;

INSERT OR IGNORE INTO temp.left_{owner_table} ({owner_id})
SELECT reading.{owner_id}
FROM temp.doomed AS doomed
JOIN {stream} AS reading ON reading.ingest_id = doomed.ingest_id;

INSERT OR IGNORE INTO temp.left_spelling (spelling_id)
SELECT reading.spelling_id
FROM temp.doomed AS doomed
JOIN {stream} AS reading ON reading.ingest_id = doomed.ingest_id
WHERE reading.spelling_id IS NOT NULL;

INSERT INTO expired (stream, records)
SELECT '{stream}', COUNT(*)
FROM temp.doomed
WHERE TRUE -- or ON would read as a join
ON CONFLICT (stream) DO UPDATE SET records = records + excluded.records;

DELETE FROM {stream}
WHERE ingest_id IN (SELECT doomed.ingest_id FROM temp.doomed AS doomed);
