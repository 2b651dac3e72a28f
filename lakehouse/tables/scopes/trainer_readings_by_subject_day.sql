-- NOT INDEXED: by the ids of the row spans, never by an index that SQLite would make of the whole table for one query.
-- A trainer's reading is in a cell of whoever owned the trainer at that instant.
-- A row span lies within one day: those that end more than a day after the cell cannot begin in it.
SELECT landed.*
FROM temp.dirty_span AS cell
CROSS JOIN main.serial_owner AS owned
  ON owned.subject_id = cell.subject_id
  AND owned.from_ms < cell.to_ms
  AND owned.to_ms > cell.from_ms
CROSS JOIN main.{stream}_run AS run
  ON run.trainer_id = owned.trainer_id
  AND run.last_ms >= MAX(cell.from_ms, owned.from_ms)
  AND run.last_ms < MIN(cell.to_ms, owned.to_ms) + 86400000
  AND run.first_ms < MIN(cell.to_ms, owned.to_ms)
CROSS JOIN landing.{stream} AS landed NOT INDEXED
  ON landed.ingest_id BETWEEN run.first_id AND run.last_id
  AND landed.trainer_id = owned.trainer_id
  AND landed.{time} BETWEEN run.first_ms AND run.last_ms
  AND landed.{time} >= MAX(cell.from_ms, owned.from_ms)
  AND landed.{time} < MIN(cell.to_ms, owned.to_ms)
