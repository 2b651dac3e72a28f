"""The rival: the strict profile in DuckDB, from the same files into a file database.

duckdb_jobs.py DATA DATABASE: prints seconds (without Python's start), peak memory and row counts as JSON. The same
strict rules as lakehouse/tables/strict for customer and reading files: consent from the current record's research date
on, a serial belongs to the only person who carries it, both sides of an ML row are one person, equal readings once,
implausible times out.
"""

import json
import resource
import sys
import time

import duckdb

LANDING = """
CREATE TABLE customer_landing AS
SELECT * FROM read_json('{data}/customer/landing/*.json', format = 'newline_delimited', columns = {{
  customerName: 'VARCHAR', email: 'VARCHAR', phone: 'VARCHAR', birthDay: 'VARCHAR', serialNumber: 'VARCHAR',
  registrationDate: 'BIGINT', lastUpdateDate: 'BIGINT', shareWithResearchAsOfDate: 'BIGINT',
  shareWithPublicAsOfDate: 'BIGINT', shareWithFriendsAsOfDate: 'BIGINT'}});
CREATE TABLE accelerometer_landing AS
SELECT * FROM read_json('{data}/accelerometer/landing/*.json', format = 'newline_delimited', columns = {{
  user: 'VARCHAR', timestamp: 'BIGINT', x: 'DOUBLE', y: 'DOUBLE', z: 'DOUBLE'}});
CREATE TABLE step_trainer_landing AS
SELECT * FROM read_json('{data}/step_trainer/landing/*.json', format = 'newline_delimited', columns = {{
  sensorReadingTime: 'BIGINT', serialNumber: 'VARCHAR', distanceFromObject: 'BIGINT'}});
"""

JOBS = """
CREATE TABLE customer_trusted AS
SELECT customerName, lower(trim(email)) AS email, phone, birthDay, trim(serialNumber) AS serialNumber,
       registrationDate, lastUpdateDate, shareWithResearchAsOfDate, shareWithPublicAsOfDate, shareWithFriendsAsOfDate
FROM (
  SELECT *, row_number() OVER (PARTITION BY lower(trim(email)) ORDER BY lastUpdateDate DESC NULLS LAST) AS place
  FROM customer_landing
)
WHERE place = 1 AND shareWithResearchAsOfDate > 0;

CREATE TABLE accelerometer_trusted AS
SELECT DISTINCT person.email AS user, reading.timestamp, reading.x, reading.y, reading.z
FROM accelerometer_landing AS reading
JOIN customer_trusted AS person ON person.email = lower(trim(reading.user))
WHERE reading.timestamp >= person.shareWithResearchAsOfDate AND reading.timestamp BETWEEN 946684800000 AND {latest};

CREATE TABLE customers_curated AS
SELECT person.* FROM customer_trusted AS person
WHERE EXISTS (SELECT 1 FROM accelerometer_trusted AS reading WHERE reading.user = person.email);

CREATE TABLE serial_owner AS
SELECT trim(serialNumber) AS serialNumber, min(lower(trim(email))) AS email
FROM customer_landing
WHERE trim(serialNumber) <> ''
GROUP BY trim(serialNumber)
HAVING count(DISTINCT lower(trim(email))) = 1;

CREATE TABLE step_trainer_owned AS
SELECT DISTINCT person.email, reading.sensorReadingTime, owner.serialNumber, reading.distanceFromObject
FROM step_trainer_landing AS reading
JOIN serial_owner AS owner ON owner.serialNumber = trim(reading.serialNumber)
JOIN customers_curated AS person ON person.email = owner.email
WHERE reading.sensorReadingTime >= person.shareWithResearchAsOfDate
  AND reading.sensorReadingTime BETWEEN 946684800000 AND {latest};

CREATE VIEW step_trainer_trusted AS
SELECT sensorReadingTime, serialNumber, distanceFromObject FROM step_trainer_owned;

CREATE TABLE pseudonym AS
SELECT email, md5(email) AS subject FROM customers_curated;

CREATE TABLE machine_learning_curated AS
SELECT person.subject, step.sensorReadingTime, step.distanceFromObject, movement.x, movement.y, movement.z
FROM step_trainer_owned AS step
JOIN accelerometer_trusted AS movement
  ON movement.user = step.email AND movement.timestamp = step.sensorReadingTime
JOIN pseudonym AS person ON person.email = step.email;
"""

TABLES = ("customer_trusted", "accelerometer_trusted", "customers_curated", "step_trainer_trusted",
          "machine_learning_curated")


def main():
    data, database = sys.argv[1:]
    started = time.perf_counter()
    connection = duckdb.connect(database)
    connection.execute("SET threads = 2")
    connection.execute(LANDING.format(data=data))
    connection.execute(JOBS.format(latest=int(time.time() * 1000) + 24 * 3600 * 1000))
    connection.execute("CHECKPOINT")
    seconds = time.perf_counter() - started
    counts = {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}
    connection.close()
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "peak_mib": peak_kib / 1024, "counts": counts}))


if __name__ == "__main__":
    main()
