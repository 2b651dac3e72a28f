"""The account of faults: what it takes for one to be accounted for, and that each way of losing it shows."""

import collections
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))

from pages.account.account import Account  # noqa: E402
from pages.account.evidence import Batch, Evidence, Landed, possible_bytes, read_accepted, read_faults  # noqa: E402

DEVICE, BOOT = "d" * 32, "b" * 32
SOUND, DAMAGED = "00" * 32, "11" * 32
STREAM = "accelerometer"


def name(seq):
    return DEVICE, BOOT, STREAM, seq


def hash_of(digest):
    return int(digest[:16], 16)


def evidence(**changes):
    """Two batches, accepted and landed; no faults."""
    given = {"accepted": {name(1): Batch(50, hash_of(SOUND)), name(2): Batch(50, hash_of(SOUND))},
             "landed": {name(1): [Landed(hash_of(SOUND), 50, 0)], name(2): [Landed(hash_of(SOUND), 50, 0)]},
             "gaps": set(), "refused": set(), "waiting": 0, "quarantined_digests": collections.Counter(),
             "quarantined_records": collections.defaultdict(collections.Counter), "cut_messages": 0, "faults": [], "devices": {DEVICE}}
    return Evidence(**{**given, **changes})


def fault(kind, expect, at_ms=1_000, **more):
    return {"id": f"{kind}:{at_ms}", "kind": kind, "at_ms": at_ms, "device": DEVICE, "boot": BOOT, "expect": expect, **more}


def struck(seq, kind="drop"):
    return fault(kind, "landed_or_gap", stream=STREAM, seq=seq)


def damage(seq, at_ms=1_000):
    return fault("corrupt", "quarantined", at_ms, stream=STREAM, seq=seq, digest=DAMAGED)


def damage_in_the_sensor(seq):
    return fault("corrupt_reading", "record_quarantined", stream=STREAM, seq=seq, digest=DAMAGED)


def in_quarantine(seq, times=1):
    return collections.defaultdict(collections.Counter, {name(seq): collections.Counter({DAMAGED: times})})


class Law(unittest.TestCase):
    def breaches(self, **changes):
        return Account(evidence(**changes)).breaches

    def test_all_landed_is_no_breach(self):
        self.assertEqual(self.breaches(), [])

    def test_a_lost_batch_is_one(self):
        self.assertIn("lost", self.breaches(landed={name(1): [Landed(hash_of(SOUND), 50, 0)]})[0])

    def test_a_batch_that_a_gap_names_is_none(self):
        self.assertEqual(self.breaches(landed={name(1): [Landed(hash_of(SOUND), 50, 0)]}, gaps={name(2)}), [])

    def test_landed_and_never_accepted(self):
        self.assertIn("never accepted", self.breaches(accepted={name(1): Batch(50, hash_of(SOUND))})[0])

    def test_landed_twice(self):
        twice = [Landed(hash_of(SOUND), 50, 0)] * 2
        self.assertIn("twice", self.breaches(landed={name(1): twice, name(2): twice[:1]})[0])

    def test_landed_otherwise_than_accepted(self):
        self.assertIn("with other bytes than accepted", self.breaches(
            landed={name(1): [Landed(7, 50, 0)], name(2): [Landed(hash_of(SOUND), 50, 0)]})[0])

    def test_fewer_records_than_accepted(self):
        self.assertIn("records are missing", self.breaches(
            landed={name(1): [Landed(hash_of(SOUND), 49, 0)], name(2): [Landed(hash_of(SOUND), 50, 0)]})[0])

    def test_batches_that_still_wait(self):
        self.assertIn("wait", self.breaches(waiting=1)[0])

    def test_another_device_of_the_store_is_not_ours(self):
        landed = {**evidence().landed, ("e" * 32, BOOT, STREAM, 1): [Landed(1, 1, 0)]}
        self.assertEqual(self.breaches(landed=landed), [])


class Faults(unittest.TestCase):
    def outcome(self, one, **changes):
        account = Account(evidence(faults=[one], **changes))
        outcomes = account.by_kind[one["kind"]]
        return next(iter(outcomes))

    def test_a_struck_batch_has_landed_or_a_gap_names_it_or_it_was_refused(self):
        landed = {name(1): [Landed(hash_of(SOUND), 50, 0)]}
        self.assertEqual(self.outcome(struck(1)), "landed")
        self.assertEqual(self.outcome(struck(2), landed=landed, gaps={name(2)}), "in a gap")
        self.assertEqual(self.outcome(struck(2), landed=landed, refused={name(2)}), "refused")
        self.assertEqual(self.outcome(struck(2), landed=landed), "unaccounted")

    def test_damage_is_in_quarantine_by_its_bytes(self):
        self.assertEqual(self.outcome(damage(1)), "unaccounted", "the sound batch has landed; where are the bytes?")
        self.assertEqual(self.outcome(damage(1), quarantined_digests=collections.Counter({DAMAGED: 1})), "quarantined")

    def test_damage_of_one_record_is_in_quarantine_with_its_batch(self):
        landed = {**evidence().landed, name(1): [Landed(hash_of(DAMAGED), 49, 1)]}
        self.assertEqual(self.outcome(damage(1), landed=landed), "quarantined")

    def test_damage_that_landed_as_data_is_a_breach(self):
        landed = {**evidence().landed, name(1): [Landed(hash_of(DAMAGED), 50, 0)]}
        self.assertIn("damaged batch landed", Account(evidence(faults=[damage(1)], landed=landed)).breaches[0])

    def test_a_record_that_a_sensor_damaged_is_in_quarantine_with_its_batch(self):
        landed = {**evidence().landed, name(1): [Landed(hash_of(SOUND), 49, 1)]}
        one = damage_in_the_sensor(1)
        self.assertEqual(self.outcome(one, landed=landed, quarantined_records=in_quarantine(1)), "quarantined")
        self.assertEqual(Account(evidence(faults=[one], landed=landed, quarantined_records=in_quarantine(1))).breaches, [])
        self.assertEqual(self.outcome(one, landed=landed), "unaccounted")
        self.assertEqual(self.outcome(one, landed=landed, quarantined_records=in_quarantine(2)), "unaccounted")

    def test_two_damaged_records_of_one_batch_are_two_in_quarantine(self):
        landed = {**evidence().landed, name(1): [Landed(hash_of(SOUND), 48, 2)]}
        two = [damage_in_the_sensor(1), {**damage_in_the_sensor(1), "id": "another"}]
        self.assertEqual(Account(evidence(faults=two, landed=landed, quarantined_records=in_quarantine(1, 2))).breaches, [])
        self.assertIn("unaccounted", Account(evidence(faults=two, landed=landed, quarantined_records=in_quarantine(1))).breaches[0])

    def test_a_sound_record_in_quarantine_is_a_breach(self):
        landed = {**evidence().landed, name(1): [Landed(hash_of(SOUND), 49, 1)]}
        self.assertIn("were damaged", Account(evidence(landed=landed)).breaches[0])

    def test_damaged_bytes_may_be_lost_with_their_connection_alone(self):
        def of(end):
            return Account(evidence(faults=[damage(1, at_ms=1_000), end])).by_kind["corrupt"]
        self.assertIn("lost in transit", of(fault("flap", "law", at_ms=1_500)))
        self.assertIn("unaccounted", of(fault("flap", "law", at_ms=900)))
        self.assertIn("unaccounted", of(fault("flap", "law", at_ms=60_000)))
        self.assertIn("unaccounted", of({**fault("flap", "law", at_ms=1_500), "device": "e" * 32}))
        self.assertIn("lost in transit", of({**fault("reboot", "law", at_ms=1_500), "device": "e" * 32}))

    def test_damage_at_the_end_of_a_life_that_another_followed_may_be_lost(self):
        last = {**damage(1), "id": "corrupt:life-1:0:1"}
        next_life = {**struck(2), "id": "drop:life-2:0:1", "at_ms": 90_000}
        self.assertIn("lost in transit", Account(evidence(faults=[last, next_life])).by_kind["corrupt"])
        self.assertIn("unaccounted", Account(evidence(faults=[last])).by_kind["corrupt"])

    def test_what_a_lost_ack_named_must_be_there(self):
        lost_ack = fault("drop", "settled", acked={STREAM: [[1, 2]]})
        self.assertEqual(self.outcome(lost_ack), "landed")
        self.assertEqual(self.outcome(lost_ack, landed={name(1): [Landed(hash_of(SOUND), 50, 0)]}), "unaccounted")

    def test_a_connections_fault_is_everything_that_its_device_accepted(self):
        flap = fault("flap", "law")
        self.assertEqual(self.outcome(flap), "landed")
        self.assertEqual(self.outcome(flap, landed={name(1): [Landed(hash_of(SOUND), 50, 0)]}), "unaccounted")


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "file"

    def test_the_latest_line_of_a_fault_counts_and_an_unfinished_one_is_none(self):
        lines = [struck(1), struck(2), {**struck(1), "id": "another"}]
        self.file.write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"id":"dr\n')
        self.assertEqual([line["seq"] for line in read_faults(self.file)], [2, 1])

    def test_an_unfinished_line_of_the_accepted_log_is_none(self):
        self.file.write_text(f"{DEVICE} {BOOT} {STREAM} 1 50 {SOUND}\n{DEVICE} {BOOT} {STREAM} 2 50 0000")
        self.assertEqual(list(read_accepted(self.file)), [name(1)])

    def test_the_bytes_of_a_quarantined_message_are_those_that_came(self):
        came = b'{"v":1,"user":"\xc3\xa4\xff"}'
        self.assertEqual(list(possible_bytes('{"v":1,"user":"ä\\xff"}')), [came])

    def test_damage_on_the_way_is_one_byte_whatever_is_quoted_beside_it(self):
        self.assertEqual(list(possible_bytes("a\\xfeb\\xff")), [b"a\xfeb\\xff", b"a\\xfeb\xff"])


if __name__ == "__main__":
    unittest.main()
