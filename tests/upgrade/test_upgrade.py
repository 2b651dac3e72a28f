"""test_upgrade.py BUILD: stores that older versions made (stores/, by make_store.py) under the programs of BUILD.

The law: one run brings the tables to what a full run makes of the same landed records, also when runs before it were
killed at any of their writes.
"""

import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "fault"))

from chaos.machine import Machine  # noqa: E402

STORES = sorted((HERE / "stores").iterdir())
TABLES = ("customer_trusted", "accelerometer_trusted", "customers_curated", "step_trainer_trusted",
          "machine_learning_curated")
# Stores are in WAL mode; one that somebody copied table by table need not be.
JOURNAL_MODE_OF = {"strict": "wal", "reference": "delete"}
MOST_DEATHS = 400


def restore(dump, database, journal_mode):
    connection = sqlite3.connect(database)
    connection.executescript(dump.read_text(encoding="utf-8"))
    connection.execute(f"PRAGMA journal_mode={journal_mode}")
    connection.close()


def rows(store, profile):
    connection = sqlite3.connect(f"file:{store}/zones-{profile}.db?mode=ro", uri=True)
    try:
        return {table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall()) for table in TABLES}
    finally:
        connection.close()


class UpgradeTest(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.work = pathlib.Path(work.name)

    def lakehouse(self, store, *arguments, environment=None):
        return subprocess.run([BUILD / "bin" / "stedi-lakehouse", "--store", store, *arguments], env=environment,
                              capture_output=True, text=True, timeout=60, check=False)

    def succeed(self, store, *arguments):
        done = self.lakehouse(store, *arguments)
        self.assertEqual(done.returncode, 0, f"{arguments}: {done.stdout}{done.stderr}")

    def make(self, old, name, profile):
        """A store of the older version, with its keys beside it."""
        store = self.work / name
        store.mkdir(exist_ok=True)
        for dump in old.glob("*.sql"):
            restore(dump, store / f"{dump.stem}.db", JOURNAL_MODE_OF[profile])
        shutil.copytree(old / "keys", f"{store}-keys", dirs_exist_ok=True)
        for key in pathlib.Path(f"{store}-keys").iterdir():
            key.chmod(0o600)
        return store

    def of_a_full_run(self, old, profile):
        store = self.make(old, f"{old.name}-{profile}-full", profile)
        (store / f"zones-{profile}.db").unlink()
        self.succeed(store, "run", "--full", "--profile", profile)
        made = rows(store, profile)
        self.assertTrue(all(made.values()), "a table without a row shows nothing")
        return made

    def for_each_store(self, test):
        for old in STORES:
            for profile in JOURNAL_MODE_OF:
                with self.subTest(old.name, profile=profile):
                    test(old, profile)

    def test_the_next_run_makes_what_a_full_run_makes(self):
        def test(old, profile):
            store = self.make(old, f"{old.name}-{profile}", profile)
            self.succeed(store, "run", "--profile", profile)
            self.assertEqual(rows(store, profile), self.of_a_full_run(old, profile))
            self.succeed(store, "validate", "--profile", profile)
            self.succeed(store, "ledger", "verify")
            self.succeed(store, "check")

        self.for_each_store(test)

    def test_a_run_killed_at_any_write_is_made_good_by_the_next(self):
        def test(old, profile):
            expected = self.of_a_full_run(old, profile)
            for deaths in range(MOST_DEATHS):
                work = self.work / f"{old.name}-{profile}-{deaths}"
                machine = Machine(work / "store", work, BUILD / "lib" / "libstedi_fault.so")
                store = self.make(old, machine.folder.relative_to(self.work), profile)
                machine.die_after(deaths)
                done = self.lakehouse(store, "run", "--profile", profile, environment=machine.environment())
                if machine.strikes() == 0:
                    self.assertGreater(deaths, 10, "hardly a write to die at")
                    self.assertEqual(done.returncode, 0, done.stderr)
                    return
                self.assertEqual(done.returncode, -9, done.stderr)
                self.succeed(store, "run", "--profile", profile)
                self.assertEqual(rows(store, profile), expected, f"after a death at write {deaths}")
                shutil.rmtree(work)
            self.fail(f"still dying after {MOST_DEATHS} writes")

        self.for_each_store(test)


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
