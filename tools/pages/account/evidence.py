"""What is known after a simulation: its accepted log and fault log, its spool, and the gateway's landing zone."""

from __future__ import annotations

import collections
import dataclasses
import hashlib
import json
import pathlib
import re
import sqlite3
from collections.abc import Iterator

Name = tuple[str, str, str, int]  # device, boot, stream, seq


@dataclasses.dataclass(frozen=True)
class Batch:
    records: int
    payload_hash: int  # the first 64 bits of the payload's SHA-256, signed, as the landing zone keeps it


@dataclasses.dataclass(frozen=True)
class Landed:
    payload_hash: int
    landed: int
    quarantined: int


@dataclasses.dataclass
class Evidence:
    accepted: dict[Name, Batch]
    landed: dict[Name, list[Landed]]
    gaps: set[Name]
    refused: set[Name]  # kept apart in the spool
    waiting: int  # batches in the spool that nobody has acknowledged
    quarantined_digests: collections.Counter[str]  # of messages that were refused as a whole: SHA-256
    quarantined_records: dict[Name, collections.Counter[str]]  # of records that were, by their batch: SHA-256
    cut_messages: int  # refused messages that were kept in part: their digest is not known
    faults: list[dict]
    devices: set[str]  # of the simulation: a store may serve others, too


def signed_64(digest: str) -> int:
    return int.from_bytes(bytes.fromhex(digest[:16]), "big", signed=True)


def read_accepted(log: pathlib.Path) -> dict[Name, Batch]:
    """A line that a kill left unfinished is none."""
    batches: dict[Name, Batch] = {}
    for line in log.read_text().splitlines(keepends=True):
        if not line.endswith("\n"):
            continue
        device, boot, stream, seq, records, digest = line.split()
        name = (device, boot, stream, int(seq))
        if name in batches:
            raise ValueError(f"{log}: the same batch is listed twice: {' '.join(map(str, name))}")
        batches[name] = Batch(int(records), signed_64(digest))
    return batches


def read_faults(fault_log: pathlib.Path) -> list[dict]:
    """The latest line of each id, in the order of their first lines. A line that a kill left unfinished is none."""
    faults: dict[str, dict] = {}
    for line in fault_log.read_text().splitlines():
        try:
            fault = json.loads(line)
            faults[fault["id"]] = fault
        except json.JSONDecodeError:
            continue
    return list(faults.values())


def open_read_only(file: pathlib.Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)


def read_landed(store: sqlite3.Connection) -> dict[Name, list[Landed]]:
    landed = collections.defaultdict(list)
    for device, boot, stream, seq, payload_hash, rows, quarantined in store.execute("""
            SELECT s.device, s.boot, s.stream, b.seq, b.payload_hash, b.landed, b.quarantined
            FROM batch AS b
            JOIN source AS s ON s.source_id = b.source_id
            WHERE s.kind = 'device' AND b.seq IS NOT NULL"""):
        landed[device, boot, stream, seq].append(Landed(payload_hash, rows, quarantined))
    return landed


def read_gaps(store: sqlite3.Connection) -> set[Name]:
    return {(device, boot, stream, seq)
            for device, boot, stream, first, last in store.execute(
                "SELECT device, boot, stream, first_seq, last_seq FROM gap")
            for seq in range(first, last + 1)}


def possible_bytes(text: str) -> Iterator[bytes]:
    """What the message in the quarantine may have been: a byte that is no text stands there as \\xNN. Damage on the way is one
    such byte; others may stand so in what was sealed, where a sensor's record is quoted."""
    for match in re.finditer(r"\\x([0-9a-fA-F]{2})", text):
        yield text[:match.start()].encode() + bytes.fromhex(match[1]) + text[match.end():].encode()


def read_quarantined_messages(store: sqlite3.Connection) -> tuple[collections.Counter[str], int]:
    most_bytes = 262_144  # max_quarantine_payload_bytes
    digests: collections.Counter[str] = collections.Counter()
    cut = 0
    for payload, in store.execute("SELECT payload FROM quarantined_record WHERE is_message = 1"):
        digests.update(hashlib.sha256(message).hexdigest() for message in possible_bytes(payload))
        cut += len(payload.encode()) >= most_bytes - 4
    return digests, cut


def read_quarantined_records(store: sqlite3.Connection) -> dict[Name, collections.Counter[str]]:
    records: dict[Name, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for device, boot, stream, seq, payload in store.execute("""
            SELECT s.device, s.boot, s.stream, b.seq, q.payload
            FROM quarantined_record AS q
            JOIN batch AS b ON b.batch_id = q.batch_id
            JOIN source AS s ON s.source_id = b.source_id
            WHERE s.kind = 'device' AND b.seq IS NOT NULL AND q.is_message = 0 AND q.is_faithful = 1"""):
        records[device, boot, stream, seq][hashlib.sha256(payload.encode()).hexdigest()] += 1
    return records


def read_refused(spool: sqlite3.Connection) -> set[Name]:
    return set(spool.execute("""
        SELECT d.device_id, b.boot, b.stream, b.seq
        FROM batch AS b
        JOIN device AS d ON d.device_row = b.device_row
        WHERE b.refused IS NOT NULL"""))


def read_evidence(landing: pathlib.Path, spool: pathlib.Path, accepted_log: pathlib.Path,
                  fault_log: pathlib.Path) -> Evidence:
    for file in (landing, spool, accepted_log, fault_log):
        if not file.exists():
            raise FileNotFoundError(f"{file} does not exist")
    store = open_read_only(landing)
    device = open_read_only(spool)
    digests, cut = read_quarantined_messages(store)
    return Evidence(
        accepted=read_accepted(accepted_log),
        landed=read_landed(store),
        gaps=read_gaps(store),
        refused=read_refused(device),
        waiting=device.execute("SELECT count(*) FROM batch WHERE refused IS NULL").fetchone()[0],
        quarantined_digests=digests,
        quarantined_records=read_quarantined_records(store),
        cut_messages=cut,
        faults=read_faults(fault_log),
        devices={device_id for device_id, in device.execute("SELECT device_id FROM device")})
