"""The law of loss and doubling: accepted - landed is within the gaps, nothing landed that was not accepted,
nothing twice. Truth is the device's own accepted log; landed is what landing.db says."""

from __future__ import annotations

import dataclasses
import pathlib
import sqlite3
from typing import Iterable

READINGS = {"accelerometer": "SELECT x FROM accelerometer",
            "step_trainer": "SELECT distanceFromObject FROM step_trainer"}


@dataclasses.dataclass(frozen=True)
class Accepted:
    records: int
    payload_hash: int  # the first 64 bits of its SHA-256, signed


@dataclasses.dataclass
class Judgement:
    """In records; what a breach is about stands in `breaches`."""
    accepted: int = 0
    landed: int = 0
    in_gaps: int = 0
    gaps: int = 0  # gap records
    lost: int = 0
    doubled: int = 0
    invented: int = 0
    breaches: list[str] = dataclasses.field(default_factory=list)

    def holds(self) -> bool:
        return not self.breaches


def signed_64(digest: str) -> int:
    return int.from_bytes(bytes.fromhex(digest[:16]), "big", signed=True)


def read_accepted(log: pathlib.Path) -> dict[str, Accepted]:
    """Batches by "device boot stream seq". A line that a kill left unfinished is none yet."""
    batches: dict[str, Accepted] = {}
    if not log.exists():
        return batches
    for line in log.read_text().splitlines(keepends=True):
        if line.endswith("\n"):
            name, records, digest = line.rstrip("\n").rsplit(" ", 2)
            if name in batches:
                raise ValueError(f"the accepted log lists a batch twice: {name}")
            batches[name] = Accepted(int(records), signed_64(digest))
    return batches


def open_store(landing: pathlib.Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{landing}?mode=ro", uri=True, timeout=10)


def landed_names(store: sqlite3.Connection) -> Iterable[tuple[str, int, int]]:
    """(name, payload hash, records) of every batch in the batch log."""
    return store.execute("""
        SELECT s.device || ' ' || s.boot || ' ' || s.stream || ' ' || b.seq, b.payload_hash, b.landed + b.quarantined
        FROM batch AS b
        JOIN source AS s ON s.source_id = b.source_id
        WHERE s.kind = 'device'""")


def gap_names(store: sqlite3.Connection) -> list[str]:
    names = []
    for device, boot, stream, first, last in store.execute(
            "SELECT device, boot, stream, first_seq, last_seq FROM gap"):
        names += [f"{device} {boot} {stream} {seq}" for seq in range(first, last + 1)]
    return names


def accounted_for(landing: pathlib.Path) -> set[str]:
    """Names that have landed or stand in a gap, by now."""
    if not landing.exists():
        return set()
    try:
        store = open_store(landing)
        try:
            return {name for name, _, _ in landed_names(store)} | set(gap_names(store))
        finally:
            store.close()
    except sqlite3.Error:
        return set()  # not made yet, or being recovered


def judge(accepted: dict[str, Accepted], landing: pathlib.Path, readings: dict[str, int] | None) -> Judgement:
    """`readings`: how many of each stream must have landed, when nothing may have been dropped."""
    verdict = Judgement(accepted=sum(batch.records for batch in accepted.values()))
    store = open_store(landing)
    landed = judge_batch_log(accepted, store, verdict)
    told = gap_names(store)
    verdict.gaps = store.execute("SELECT count(*) FROM gap").fetchone()[0]
    judge_losses(accepted, landed, set(told), verdict)
    if len(told) != len(set(told)):
        verdict.doubled += len(told) - len(set(told))
        verdict.breaches.append("a loss is told twice")
    judge_readings(store, readings, verdict)
    for reason, records in store.execute("SELECT reason, count(*) FROM quarantine GROUP BY reason"):
        verdict.invented += records
        verdict.breaches.append(f"{records} quarantined as {reason}")
    if store.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
        verdict.breaches.append("landing.db is damaged")
    store.close()
    return verdict


def judge_batch_log(accepted: dict[str, Accepted], store: sqlite3.Connection, verdict: Judgement) -> set[str]:
    landed: set[str] = set()
    for name, payload_hash, records in landed_names(store):
        verdict.landed += records
        if name in landed:
            verdict.doubled += records
            verdict.breaches.append(f"landed twice: {name}")
        landed.add(name)
        if name not in accepted:
            verdict.invented += records
            verdict.breaches.append(f"landed and never accepted: {name}")
        elif accepted[name] != Accepted(records, payload_hash):
            verdict.invented += records
            verdict.breaches.append(f"landed otherwise than accepted: {name}")
    return landed


def judge_losses(accepted: dict[str, Accepted], landed: set[str], told: set[str], verdict: Judgement) -> None:
    for name, batch in accepted.items():
        if name in landed:
            continue
        if name in told:
            verdict.in_gaps += batch.records
        else:
            verdict.lost += batch.records
            verdict.breaches.append(f"lost: {name}")


def judge_readings(store: sqlite3.Connection, readings: dict[str, int] | None, verdict: Judgement) -> None:
    """Every reading of the rig's data carries a number of its own."""
    for stream, query in READINGS.items():
        numbers = [number for number, in store.execute(query)]
        again = len(numbers) - len(set(numbers))
        if again:
            verdict.doubled += again
            verdict.breaches.append(f"{again} readings of {stream} are there again")
        if readings is not None and len(set(numbers)) != readings[stream]:
            missing = readings[stream] - len(set(numbers))
            verdict.lost += max(0, missing)
            verdict.breaches.append(f"{missing} readings of {stream} are missing though nothing was dropped")


