-- NOT INDEXED: by the ids of the row spans, never by an index that SQLite would make of the whole table for one query.
-- A row span lies within one day: those that end more than a day after the cell cannot begin in it.
SELECT landed.*
FROM temp.dirty_span AS cell
CROSS JOIN main.{stream}_run AS run
  ON run.subject_id = cell.subject_id
  AND run.last_ms >= cell.from_ms
  AND run.last_ms < cell.to_ms + 86400000
  AND run.first_ms < cell.to_ms
CROSS JOIN landing.{stream} AS landed NOT INDEXED
  ON landed.ingest_id BETWEEN run.first_id AND run.last_id
  AND landed.subject_id = cell.subject_id
  AND landed.{time} BETWEEN run.first_ms AND run.last_ms
  AND landed.{time} >= cell.from_ms
  AND landed.{time} < cell.to_ms
