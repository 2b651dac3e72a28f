"""What the report reads: the store's files, read-only, and what `validate --json` said of them."""

from __future__ import annotations

import json
import pathlib
import sqlite3
from typing import Any

TABLES = ("customer_trusted", "accelerometer_trusted", "customers_curated", "step_trainer_trusted",
          "machine_learning_curated")
STREAMS = ("customer", "accelerometer", "step_trainer")
MOST_BINS = 40
MOST_POINTS = 200


class Validation:
    """The output of `stedi-lakehouse validate --json` for one profile."""

    def __init__(self, path: str):
        document = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        self.differences: list[str] = [row["difference"] for row in document["differences"]]
        self._tables = {(row["zone"], row["table"]): row for row in document["tables"]}
        self._reasons: dict[tuple[str, str], dict[str, int]] = {}
        for row in document["reconciliation"]:
            self._reasons.setdefault((row["zone"], row["stream"]), {})[row["reason"]] = row["rows"]

    def rows(self, zone: str, table: str) -> int:
        return self._tables[zone, table]["rows"]

    def expected(self, zone: str, table: str) -> int | None:
        return self._tables[zone, table]["expected"]

    def reasons(self, zone: str, stream: str) -> dict[str, int]:
        """Rows by what became of them; `landed` and `received` are the sums, `trusted` what is left."""
        return self._reasons[zone, stream]


# Each row of the published table by the first that applies.
PUBLISHED_ROWS = """
SELECT
  CASE
    WHEN kept.subject_id IS NOT NULL THEN 'kept'
    WHEN carrier.subject_id <> person.subject_id THEN 'two_people'
    WHEN step.implausible + movement.implausible > 0 THEN 'implausible_time'
    WHEN state.granted_from_ms IS NULL THEN 'not_granted'
    WHEN pair.sensorReadingTime < state.granted_from_ms THEN 'before_consent'
    WHEN owner.subject_id IS NOT person.subject_id THEN 'ambiguous_serial'
    ELSE 'other'
  END AS why,
  count(*)
FROM reference.machine_learning_curated_rows AS pair
JOIN reference.customer_trusted_rows AS carrier ON carrier.customer_id = pair.step_customer_id
JOIN reference.customer_trusted_rows AS person ON person.customer_id = pair.accelerometer_customer_id
JOIN landing.step_trainer AS step ON step.ingest_id = pair.step_trainer_id
JOIN landing.accelerometer AS movement ON movement.ingest_id = pair.accelerometer_id
LEFT JOIN machine_learning_curated_rows AS kept
  ON kept.subject_id = person.subject_id
  AND kept.sensorReadingTime = pair.sensorReadingTime
  AND kept.step_trainer_id = pair.step_trainer_id
  AND kept.accelerometer_id = pair.accelerometer_id
LEFT JOIN subject_state AS state ON state.subject_id = person.subject_id
LEFT JOIN serial_owner AS owner
  ON owner.trainer_id = step.trainer_id
  AND owner.from_ms <= pair.sensorReadingTime
  AND owner.to_ms > pair.sensorReadingTime
GROUP BY why
"""

# Of people who agreed: how long after that, of all of them together.
SECONDS_AFTER_CONSENT = """
SELECT (reading.timestamp - state.granted_from_ms) / 1000 - (reading.timestamp < state.granted_from_ms) AS second, count(*)
FROM landing.accelerometer AS reading
JOIN subject_state AS state ON state.subject_id = reading.subject_id
WHERE state.status = 'granted' AND reading.implausible = 0
GROUP BY second
"""


def nice_step(span: float, most: int) -> int:
    """A step of 1, 2 or 5 times a power of ten that divides `span` into at most `most` parts."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if span / (step * factor) <= most:
                return step * factor
        step *= 10


def all_differences(strict: Validation, reference: Validation) -> list[str]:
    """What both profiles say of the landing zone stands there once."""
    return list(dict.fromkeys(strict.differences + reference.differences))


class Store:
    def __init__(self, folder: str):
        self.folder = pathlib.Path(folder)

    def _uri(self, file: str) -> str:
        return f"{(self.folder / file).resolve().as_uri()}?mode=ro"

    def query(self, file: str, sql: str, *, beside: dict[str, str] | None = None) -> list[tuple[Any, ...]]:
        """`beside`: other files of the store, by the name that the statement gives them."""
        connection = sqlite3.connect(self._uri(file), uri=True)
        try:
            for name, other in (beside or {}).items():
                connection.execute(f"ATTACH ? AS {name}", (self._uri(other),))
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def published_rows(self) -> dict[str, int]:
        """The published ML rows by what they are: `kept` by strict too, or why not."""
        return dict(self.query("zones-strict.db", PUBLISHED_ROWS,
                               beside={"reference": "zones-reference.db", "landing": "landing.db"}))

    def readings_around_consent(self) -> tuple[int, dict[int, int]]:
        """Seconds a bin, and accelerometer readings by the bin's begin, in seconds after their owner agreed."""
        seconds = self.query("zones-strict.db", SECONDS_AFTER_CONSENT, beside={"landing": "landing.db"})
        if not seconds:
            return 1, {}
        width_s = nice_step(seconds[-1][0] - seconds[0][0] + 1, MOST_BINS)
        bins: dict[int, int] = {}
        for second, readings in seconds:
            begin = second // width_s * width_s
            bins[begin] = bins.get(begin, 0) + readings
        return width_s, bins

    def landed_over_time(self) -> list[tuple[str, float, int]]:
        """(stream, seconds since the first batch was received, records landed until then), at most MOST_POINTS a
        stream."""
        batches = self.query("landing.db", """
            SELECT source.stream, batch.received, sum(batch.landed)
            FROM batch
            JOIN source ON source.source_id = batch.source_id
            WHERE batch.landed > 0
            GROUP BY source.stream, batch.received
            ORDER BY batch.received""")
        if not batches:
            return []
        first_ms, last_ms = batches[0][1], batches[-1][1]
        width_ms = max(1, (last_ms - first_ms) // MOST_POINTS)
        points = []
        for stream in sorted({stream for stream, *_ in batches}):
            landed, curve = 0, {0: 0}
            for _, received_ms, records in (batch for batch in batches if batch[0] == stream):
                landed += records
                curve[-(-(received_ms - first_ms) // width_ms)] = landed
            curve.setdefault(-(-(last_ms - first_ms) // width_ms), landed)
            points += [(stream, number * width_ms / 1000, until) for number, until in curve.items()]
        return points

    def lineage(self, profile: str) -> list[dict[str, Any]]:
        """The tables of the profile, each after its inputs."""
        rows = self.query(f"zones-{profile}.db", """
            SELECT made.table_name, made.inputs, made.row_count, made.job_hash, run.finished_ms
            FROM catalog_table AS made
            LEFT JOIN catalog_run AS run ON run.run_id = made.run_id AND run.table_name = made.table_name
            ORDER BY made.place""")
        return [{"table": name, "inputs": [text.split(" (")[0] for text in inputs.split("), ")], "rows": count,
                 "job": job[:12], "finished_ms": finished_ms} for name, inputs, count, job, finished_ms in rows]

    def landed(self, table: str) -> int:
        return self.query("landing.db", f"SELECT count(*) FROM {table}")[0][0]

    def quarantine(self) -> list[tuple[str, str, int]]:
        return self.query("landing.db", """
            SELECT stream, reason, count(*) FROM quarantine GROUP BY stream, reason ORDER BY stream, count(*) DESC, reason""")
