"""What the report and the demo read: the store's files, read-only, and what `validate --json` said of them."""

import json
import pathlib
import sqlite3

PROFILES = ("strict", "reference")
TABLES = ("customer_trusted", "accelerometer_trusted", "customers_curated", "step_trainer_trusted",
          "machine_learning_curated")
STREAMS = ("customer", "accelerometer", "step_trainer")


class Validation:
    """The output of `stedi-lakehouse validate --json` for one profile."""

    def __init__(self, path):
        document = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        self.differences = document["differences"]
        self.tables = {(row["zone"], row["table"]): row for row in document["tables"]}
        self.checks = document["checks"]
        self._reasons = {}
        for row in document["reconciliation"]:
            self._reasons.setdefault((row["zone"], row["stream"]), {})[row["reason"]] = row["rows"]

    def rows(self, zone, table):
        return self.tables[zone, table]["rows"]

    def expected(self, zone, table):
        return self.tables[zone, table]["expected"]

    def reasons(self, zone, stream):
        """Rows by what became of them; `landed` and `received` are the sums, `trusted` what is left."""
        return self._reasons[zone, stream]


class Store:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def query(self, file, sql, *parameters):
        connection = sqlite3.connect(f"{(self.folder / file).resolve().as_uri()}?mode=ro", uri=True)
        try:
            return connection.execute(sql, parameters).fetchall()
        finally:
            connection.close()

    def reference_ml_rows(self):
        """What the published ML table is made of: rows that `strict` has too, rows of one person from before that
        person agreed (or of one `strict` does not trust), and rows that pair two people."""
        two_people, too_early, rest = self.query("zones-reference.db", """
            SELECT
              COALESCE(SUM(owner.email IS NULL), 0),
              COALESCE(SUM(owner.email IS NOT NULL AND NOT pair.sensorReadingTime >= owner.from_ms), 0),
              COALESCE(SUM(owner.email IS NOT NULL AND pair.sensorReadingTime >= owner.from_ms), 0)
            FROM machine_learning_curated AS pair
            LEFT JOIN (
              SELECT DISTINCT customer.email, customer.serialNumber,
                COALESCE(person.granted_from_ms, 9e18) AS from_ms
              FROM customer_trusted_rows AS customer
              JOIN subject_state AS person ON person.subject_id = customer.subject_id
            ) AS owner ON owner.email = pair.user AND owner.serialNumber = pair.serialNumber""")[0]
        return {"after consent": rest, "before consent": too_early, "two people": two_people}

    def ingest_rate(self, buckets=80):
        """Milliseconds a bucket, and for each stream the records landed in each bucket, by the batch ledger."""
        batches = self.query("landing.db", """
            SELECT source.stream, batch.received, batch.landed FROM batch
            JOIN source ON source.source_id = batch.source_id
            WHERE batch.landed > 0""")
        if not batches:
            return 1, {}
        first = min(received for _, received, _ in batches)
        last = max(received for _, received, _ in batches)
        width_ms = max(1, -(-(last - first + 1) // buckets))
        counts = {}
        for stream, received, landed in batches:
            series = counts.setdefault(stream, [0] * ((last - first) // width_ms + 1))
            series[(received - first) // width_ms] += landed
        return width_ms, counts

    def one_person(self):
        """Of the people who agreed in the middle of their readings, the one with the most on both sides; None when
        there is none. Readings are (time, value) with the length of the acceleration and the distance."""
        with_landing = f"ATTACH '{(self.folder / 'landing.db').resolve().as_uri()}?mode=ro' AS landing"
        connection = sqlite3.connect(f"{(self.folder / 'zones-strict.db').resolve().as_uri()}?mode=ro", uri=True)
        try:
            connection.execute(with_landing)
            chosen = connection.execute("""
                SELECT state.subject_id, state.granted_from_ms, pseudonym.subject
                FROM landing.accelerometer AS reading
                JOIN subject_state AS state ON state.subject_id = reading.subject_id
                JOIN pseudonym ON pseudonym.subject_id = state.subject_id
                WHERE reading.implausible = 0 AND state.status = 'granted'
                GROUP BY state.subject_id
                ORDER BY MIN(SUM(reading.timestamp < state.granted_from_ms),
                             SUM(reading.timestamp >= state.granted_from_ms)) DESC, pseudonym.subject
                LIMIT 1""").fetchone()
            if chosen is None:
                return None
            subject_id, agreed_ms, subject = chosen
            movements = connection.execute("""
                SELECT timestamp, x, y, z FROM landing.accelerometer
                WHERE subject_id = ? AND implausible = 0 ORDER BY timestamp""", (subject_id,)).fetchall()
            distances = connection.execute("""
                SELECT reading.sensorReadingTime, reading.distanceFromObject
                FROM landing.step_trainer AS reading
                JOIN serial_owner AS owner
                  ON owner.trainer_id = reading.trainer_id
                  AND owner.from_ms <= reading.sensorReadingTime AND owner.to_ms > reading.sensorReadingTime
                WHERE owner.subject_id = ? AND reading.implausible = 0
                ORDER BY reading.sensorReadingTime""", (subject_id,)).fetchall()
        finally:
            connection.close()
        lengths = [(time, (x * x + y * y + z * z) ** 0.5) for time, x, y, z in movements]
        return {"subject": subject, "agreed_ms": agreed_ms, "movements": lengths, "distances": distances}

    def lineage(self, profile):
        """By table of the profile, each after its inputs: (inputs, rows, hash of the job, end of the last run in ms)."""
        rows = self.query(f"zones-{profile}.db", """
            SELECT made.table_name, made.inputs, made.row_count, made.job_hash, run.finished_ms
            FROM catalog_table AS made
            LEFT JOIN catalog_run AS run ON run.run_id = made.run_id AND run.table_name = made.table_name
            ORDER BY made.place""")
        return {name: ([text.split(" (")[0] for text in inputs.split("), ")], count, job, finished_ms)
                for name, inputs, count, job, finished_ms in rows}

    def landed(self, table):
        return self.query("landing.db", f"SELECT COUNT(*) FROM {table}")[0][0]

    def ml_rows(self, limit=5):
        return self.query("zones-strict.db", "SELECT * FROM machine_learning_curated LIMIT ?", limit)

    def quarantine(self):
        return self.query("landing.db", """
            SELECT stream, reason, count(*) FROM quarantine GROUP BY stream, reason ORDER BY stream, reason""")
