-- Row spans of {stream} readings that held what left after removal ?1 up to removal ?2. A row span lies within one day.
CREATE TEMP TABLE touched_run AS
SELECT DISTINCT run.{owner_id} AS id, run.last_ms, run.first_id, run.last_id, run.first_ms
FROM landing.removed_cell AS cell
CROSS JOIN main.{stream}_run AS run
  ON run.{owner_id} = cell.{owner_id}
  AND run.last_ms >= cell.from_ms
  AND run.last_ms < cell.to_ms + 86400000
  AND run.first_ms < cell.to_ms
WHERE cell.removal_id > ?1
  AND cell.removal_id <= ?2
  AND cell.from_ms IS NOT NULL
