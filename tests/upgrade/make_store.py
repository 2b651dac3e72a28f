"""make_store.py PROGRAMS OUT: a small store as the stedi-lakehouse in the folder PROGRAMS makes it, written to the folder
OUT as SQL, to be committed and opened by later versions (test_upgrade.py).

Everybody in it is invented. It holds consent of every kind: granted, never granted, withdrawn before and after a run,
granted again; a serial that two people have, a pairing, a refused record; and readings that came after its last run.
"""

import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile

NOON_MS = 1_655_640_000_000  # 2022-06-19 12:00 UTC
READING_MS = 20
READINGS = 12
PEOPLE = ("ann", "bob", "cem", "dia", "eve", "fay")
NEVER_AGREED = ("bob",)
SHARED_SERIAL = ("eve", "fay")


def email(name):
    return f"{name}@example.com"


def serial(name):
    return "shared" if name in SHARED_SERIAL else f"serial-{name}"


def customer(name):
    record = {"customerName": name.title(), "email": email(name), "phone": "555", "birthDay": "1960-01-01",
              "serialNumber": serial(name), "registrationDate": NOON_MS, "lastUpdateDate": NOON_MS}
    if name not in NEVER_AGREED:
        record["shareWithResearchAsOfDate"] = NOON_MS
    return record


def readings(name, first):
    for i in range(first, first + READINGS):
        at = NOON_MS + 1000 + READING_MS * i
        yield "accelerometer", {"user": email(name), "timestamp": at, "x": i * 0.5, "y": -1.25, "z": float(i)}
        yield "step_trainer", {"sensorReadingTime": at, "serialNumber": serial(name), "distanceFromObject": 200 + i}


def consent(name, action, at):
    return {"email": email(name), "purpose": "research", "action": action, "timestamp": at}


def first_delivery():
    for name in PEOPLE:
        yield "customer", customer(name)
        yield from readings(name, 0)
    yield "consent", consent("cem", "withdraw", NOON_MS + 900)
    yield "pairing", {"serialNumber": "shared", "email": email("eve"), "timestamp": NOON_MS + 500}
    yield "step_trainer", {"sensorReadingTime": "soon", "serialNumber": "serial-ann", "distanceFromObject": 1}


def delivery_after_the_last_run():
    for name in PEOPLE:
        yield from readings(name, READINGS)
    yield "consent", consent("cem", "grant", NOON_MS + 1100)
    yield "consent", consent("ann", "withdraw", NOON_MS + 2000)


def write_delivery(records, folder):
    for stream, record in records:
        file = folder / stream / f"{folder.name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(file, "a", encoding="utf-8") as out:
            out.write(json.dumps(record) + "\n")


def dump(database, file):
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as source:
        pragmas = [f"PRAGMA {name}={source.execute(f'PRAGMA {name}').fetchone()[0]};"
                   for name in ("page_size", "auto_vacuum", "application_id", "user_version")]
        file.write_text("\n".join(pragmas + list(source.iterdump())) + "\n", encoding="utf-8")
    source.close()


def make(programs, out):
    with tempfile.TemporaryDirectory() as work:
        store = pathlib.Path(work, "store")

        def lakehouse(*arguments):
            subprocess.run([programs / "stedi-lakehouse", "--store", store, *arguments], check=True)

        def deliver(name, records):
            write_delivery(records, pathlib.Path(work, name))
            lakehouse("import", pathlib.Path(work, name))

        deliver("first", first_delivery())
        for profile in ("strict", "reference"):
            lakehouse("run", "--profile", profile)
        lakehouse("consent", "withdraw", "--email", email("dia"))
        deliver("second", delivery_after_the_last_run())
        shutil.copytree(pathlib.Path(work, "store-keys"), out / "keys")
        for database in store.glob("*.db"):
            dump(database, out / f"{database.stem}.sql")


if __name__ == "__main__":
    make(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
