"""The rig's own tests: a law that is broken is seen, and the faults are what they say."""

import hashlib
import pathlib
import random
import sqlite3
import tempfile
import unittest

from chaos import law
from chaos.machine import survive
from chaos.proxy import Mischief, harm
from chaos.report import LEAST_ROUNDS, idle_faults, percentile
from chaos.rounds import Round

DEVICE, BOOT = "d" * 32, "b" * 32
TABLES = """
    CREATE TABLE source (source_id INTEGER PRIMARY KEY, kind TEXT, device TEXT, boot TEXT, stream TEXT);
    CREATE TABLE batch (source_id, seq, payload_hash, landed, quarantined);
    CREATE TABLE gap (device, boot, stream, first_seq, last_seq);
    CREATE TABLE accelerometer (x);
    CREATE TABLE step_trainer (distanceFromObject);
    CREATE TABLE quarantine (reason);
"""


def digest_of(seq):
    return hashlib.sha256(str(seq).encode()).hexdigest()


class Law(unittest.TestCase):
    """Batches 1 to 3 of two readings each are accepted."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.landing = pathlib.Path(folder.name) / "landing.db"
        log = pathlib.Path(folder.name) / "accepted.log"
        log.write_text("".join(f"{DEVICE} {BOOT} accelerometer {seq} 2 {digest_of(seq)}\n" for seq in (1, 2, 3))
                       + f"{DEVICE} {BOOT} accelerometer 4 2 {digest_of(4)[:20]}")
        self.accepted = law.read_accepted(log)
        self.store = sqlite3.connect(self.landing)
        self.addCleanup(self.store.close)
        self.store.executescript(TABLES)
        self.store.execute("INSERT INTO source VALUES (1, 'device', ?, ?, 'accelerometer')", (DEVICE, BOOT))

    def land(self, seq, content=None):
        payload_hash = law.signed_64(digest_of(content or seq))
        self.store.execute("INSERT INTO batch VALUES (1, ?, ?, 2, 0)", (seq, payload_hash))
        self.store.executemany("INSERT INTO accelerometer VALUES (?)", [(2 * seq,), (2 * seq + 1,)])

    def judge(self, readings=None):
        self.store.commit()
        return law.judge(self.accepted, self.landing, readings)

    def test_everything_once_is_lawful(self):
        for seq in (1, 2, 3):
            self.land(seq)
        self.assertEqual(self.judge({"accelerometer": 6, "step_trainer": 0}).breaches, [])

    def test_a_line_that_was_cut_is_not_accepted(self):
        self.assertEqual(len(self.accepted), 3)

    def test_what_is_neither_landed_nor_in_a_gap_is_lost(self):
        self.land(1)
        self.land(2)
        verdict = self.judge()
        self.assertEqual((verdict.lost, verdict.doubled, verdict.invented), (2, 0, 0))

    def test_a_gap_accounts_for_a_loss(self):
        self.land(1)
        self.store.execute("INSERT INTO gap VALUES (?, ?, 'accelerometer', 2, 3)", (DEVICE, BOOT))
        verdict = self.judge()
        self.assertTrue(verdict.holds(), verdict.breaches)
        self.assertEqual(verdict.in_gaps, 4)

    def test_a_batch_that_landed_twice_is_doubled(self):
        for seq in (1, 2, 3, 3):
            self.land(seq)
        self.assertGreaterEqual(self.judge().doubled, 2)

    def test_a_reading_that_is_there_twice_is_doubled(self):
        for seq in (1, 2, 3):
            self.land(seq)
        self.store.execute("INSERT INTO accelerometer VALUES (2)")
        self.assertEqual(self.judge().doubled, 1)

    def test_what_was_never_accepted_is_invented(self):
        for seq in (1, 2, 3, 4):
            self.land(seq)
        self.assertEqual(self.judge().invented, 2)

    def test_other_bytes_than_accepted_are_invented(self):
        self.land(1)
        self.land(2)
        self.land(3, content="other")
        self.assertEqual(self.judge().invented, 2)

    def test_missing_rows_are_seen_though_the_batch_log_has_their_batch(self):
        for seq in (1, 2, 3):
            self.land(seq)
        self.store.execute("DELETE FROM accelerometer WHERE x = 2")
        self.assertEqual(self.judge({"accelerometer": 6, "step_trainer": 0}).lost, 1)


class PowerCut(unittest.TestCase):
    def test_what_was_synced_and_not_written_since_is_always_there(self):
        synced = bytes(range(256)) * 8
        written = synced[:512] + b"x" * 512 + synced[1024:] + b"tail"
        for seed in range(200):
            survived = survive(synced, written, random.Random(seed))
            self.assertEqual(survived[:512], synced[:512])
            self.assertEqual(survived[1024:2048], synced[1024:2048])
            self.assertIn(survived[512:1024], (synced[512:1024], b"x" * 512))

    def test_it_loses_something_now_and_then(self):
        survived = {survive(b"a" * 1024, b"b" * 1024, random.Random(seed)) for seed in range(50)}
        self.assertEqual(len(survived), 4)


def publish(topic, payload=b"{}"):
    body = len(topic).to_bytes(2, "big") + topic + b"\0\1" + payload
    return bytes([0x32, len(body)]) + body


class Network(unittest.TestCase):
    def play(self, packets, mischief):
        held, dice = [], random.Random(1)
        return [out for packet in packets for out in harm(packet, held, mischief, dice)]

    def test_losing(self):
        self.assertEqual(self.play([publish(b"stedi/v1/d/ack")], Mischief(lose=1)), [])

    def test_repeating(self):
        packet = publish(b"stedi/v1/d/ack")
        self.assertEqual(self.play([packet], Mischief(repeat=1)), [packet, packet])

    def test_reordering(self):
        one, two = publish(b"stedi/v1/d/ack", b"1"), publish(b"stedi/v1/d/ack", b"2")
        self.assertEqual(self.play([one, two], Mischief(reorder=1)), [two, one])

    def test_status_topics_and_other_packets_pass(self):
        packets = [publish(b"stedi/v1/gateway/status"), b"\x40\x02\x00\x01"]
        self.assertEqual(self.play(packets, Mischief(lose=1, repeat=1, reorder=1)), packets)


def played(fault, struck, times):
    return [Round(number, fault, law.Judgement(), struck=struck) for number in range(times)]


class Striking(unittest.TestCase):
    def test_a_fault_that_never_strikes_is_named(self):
        others = played("kill", True, 100)
        self.assertEqual(idle_faults(others + played("full", False, LEAST_ROUNDS)), ["full"])
        self.assertEqual(idle_faults(others + played("full", False, LEAST_ROUNDS - 1)), [])
        self.assertEqual(idle_faults(others + played("full", False, 20) + played("full", True, 1)), [])

    def test_many_that_do_not_strike_are_named_however_few_of_each(self):
        self.assertEqual(idle_faults(played("kill", True, 6) + played("full", False, 2)), [])
        self.assertEqual(idle_faults(played("kill", True, 5) + played("full", False, 3)), ["full"])


class Percentile(unittest.TestCase):
    def test_nearest_rank(self):
        self.assertEqual(percentile([3.0, 1.0, 2.0], 0.5), 2.0)
        self.assertEqual(percentile([3.0, 1.0, 2.0], 0.99), 3.0)


if __name__ == "__main__":
    unittest.main()
