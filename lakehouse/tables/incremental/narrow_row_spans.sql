-- The row spans of temp.touched_run are narrowed to what is left of them, or go.
DELETE FROM main.{stream}_run
WHERE ({owner_id}, last_ms, first_id) IN (SELECT id, last_ms, first_id FROM temp.touched_run);

INSERT INTO main.{stream}_run ({owner_id}, last_ms, first_id, last_id, first_ms)
SELECT run.id, MAX(landed.{time}), MIN(landed.ingest_id), MAX(landed.ingest_id), MIN(landed.{time})
FROM temp.touched_run AS run
CROSS JOIN landing.{stream} AS landed NOT INDEXED
  ON landed.ingest_id BETWEEN run.first_id AND run.last_id
  AND landed.{owner_id} = run.id
  AND landed.{time} BETWEEN run.first_ms AND run.last_ms
GROUP BY run.id, run.last_ms, run.first_id;

DROP TABLE temp.touched_run;
