-- A run lies within one day: those that end more than a day after the cell cannot begin in it.
SELECT reading.*
FROM temp.dirty_span AS cell
CROSS JOIN main.accelerometer_run AS run
  ON run.subject_id = cell.subject_id
  AND run.last_ms >= cell.from_ms
  AND run.last_ms < cell.to_ms + 86400000
  AND run.first_ms < cell.to_ms
CROSS JOIN landing.accelerometer AS reading
  ON reading.ingest_id BETWEEN run.first_id AND run.last_id
  AND reading.subject_id = cell.subject_id
  AND reading.timestamp BETWEEN run.first_ms AND run.last_ms
  AND reading.timestamp >= cell.from_ms
  AND reading.timestamp < cell.to_ms
