"""Each fault against the evidence, and the law over all batches."""

from __future__ import annotations

import bisect
import collections

from pages.account.evidence import Evidence, Landed, Name, signed_64

# What ends a connection, and with it what was on its way; how long after the strike it may have been lost, in ms.
CONNECTION_ENDS = ("flap", "half_open", "reboot")
LOST_WITHIN_MS = 10_000


def name_of(fault: dict) -> Name:
    return fault["device"], fault.get("boot", ""), fault.get("stream", ""), fault.get("seq", 0)


def in_words(name: Name) -> str:
    device, boot, stream, seq = name
    return f"{stream} batch {seq} of device {device}, boot {boot}"


class Account:
    """Every fault has one outcome. `breaches` lists the faults without one, and every breach of the law."""

    OUTCOMES = ("landed", "in a gap", "refused", "quarantined", "lost in transit", "unaccounted")

    def __init__(self, evidence: Evidence):
        self.evidence = evidence
        self.breaches: list[str] = []
        self.by_kind: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
        self.damaged: dict[Name, set[int]] = collections.defaultdict(set)  # hashes of what was sent instead
        self.corrupt_records: dict[Name, collections.Counter[str]] = collections.defaultdict(collections.Counter)
        self.accepted_of: dict[str, list[Name]] = collections.defaultdict(list)  # by device
        self.accepted_batches = len(evidence.accepted)
        self.accepted_records = sum(batch.records for batch in evidence.accepted.values())
        self.landed_records = self.gap_records = self.quarantined_records = self.refused_records = 0
        for name in evidence.accepted:
            self.accepted_of[name[0]].append(name)
        self.ends = self.connection_ends()
        for fault in evidence.faults:
            if fault["expect"] == "quarantined" and fault.get("stream"):
                self.damaged[name_of(fault)].add(signed_64(fault["digest"]))
            if fault["expect"] == "record_quarantined":
                self.corrupt_records[name_of(fault)][fault["digest"]] += 1
        self.judge_law()
        for fault in evidence.faults:
            outcome = self.outcome(fault)
            self.by_kind[fault["kind"]][outcome] += 1
            if outcome == "unaccounted":
                self.breaches.append(f"unaccounted: fault {fault['id']} of device {fault['device']}")

    def as_json(self) -> dict:
        return {"faults": len(self.evidence.faults), "accounted": not self.breaches,
                "by_kind": {kind: dict(outcomes) for kind, outcomes in sorted(self.by_kind.items())},
                "accepted": self.accepted_records, "landed": self.landed_records, "in_gaps": self.gap_records,
                "quarantined": self.quarantined_records, "refused": self.refused_records,
                "breaches": len(self.breaches)}

    # ---- The law

    def judge_law(self) -> None:
        evidence = self.evidence
        if evidence.waiting:
            self.breaches.append(f"{evidence.waiting} batches still wait in the spool: let the simulation finish first")
        for name, batch in evidence.accepted.items():
            rows = evidence.landed.get(name, [])
            where = self.where(name)
            if where is None:
                self.breaches.append(f"lost: {in_words(name)}")
            elif where == "landed":
                self.landed_records += rows[0].landed
                self.quarantined_records += rows[0].quarantined
                self.judge_landed(name, batch.records, batch.payload_hash, rows)
            elif where == "refused":
                self.refused_records += batch.records
            else:
                self.gap_records += batch.records
        for name in sorted(evidence.landed.keys() - evidence.accepted.keys()):
            if name[0] not in evidence.devices:
                continue
            self.breaches.append(f"landed but never accepted: {in_words(name)}")

    def judge_landed(self, name: Name, records: int, payload_hash: int, rows: list[Landed]) -> None:
        row = rows[0]
        if len(rows) > 1:
            self.breaches.append(f"landed twice: {in_words(name)}")
        is_damaged = row.payload_hash in self.damaged.get(name, set())
        if row.payload_hash != payload_hash and not is_damaged:
            self.breaches.append(f"landed with other bytes than accepted: {in_words(name)}")
        if is_damaged and row.quarantined == 0:
            self.breaches.append(f"damaged batch landed as data: {in_words(name)}")
        if row.landed + row.quarantined != records and not is_damaged:
            self.breaches.append(f"some of its records are missing: {in_words(name)}")
        if not is_damaged and row.quarantined != self.corrupt_records[name].total():
            self.breaches.append(f"{row.quarantined} of its records are in quarantine, but {self.corrupt_records[name].total()} "
                                 f"were damaged: {in_words(name)}")

    def where(self, name: Name) -> str | None:
        if self.evidence.landed.get(name):
            return "landed"
        if name in self.evidence.gaps:
            return "in a gap"
        if name in self.evidence.refused:
            return "refused"
        return None

    # ---- The faults

    def outcome(self, fault: dict) -> str:
        judges = {"landed_or_gap": self.outcome_of_batch, "quarantined": self.outcome_of_damage,
                  "record_quarantined": self.outcome_of_record, "settled": self.outcome_of_ack, "law": self.outcome_of_device}
        return judges[fault["expect"]](fault)

    # A gap batch is never in the accepted log's readings, but it is sealed and logged like every other.
    def outcome_of_batch(self, fault: dict) -> str:
        name = name_of(fault)
        if name not in self.evidence.accepted:
            # Sealed and never committed: the device died before it had accepted it.
            return "in a gap" if name in self.evidence.gaps else self.outcome_of_device(fault)
        return self.where(name) or "unaccounted"

    def outcome_of_damage(self, fault: dict) -> str:
        name = name_of(fault)
        rows = self.evidence.landed.get(name, [])
        if any(row.payload_hash == signed_64(fault["digest"]) for row in rows):
            return "quarantined"  # record by record; judge_landed() has seen that at least one is
        if self.evidence.quarantined_digests[fault["digest"]] > 0:
            return "quarantined"  # as a whole; the batch itself is the law's
        if name in self.evidence.refused:
            return "refused"
        return "lost in transit" if self.was_lost(fault) else "unaccounted"

    # In the batch that was sealed with it, by the bytes that were sealed.
    def outcome_of_record(self, fault: dict) -> str:
        name = name_of(fault)
        if self.where(name) != "landed":
            return self.outcome_of_batch(fault)
        found = self.evidence.quarantined_records[name][fault["digest"]] >= self.corrupt_records[name][fault["digest"]]
        return "quarantined" if found else "unaccounted"

    # What it named has landed: else a gateway would have promised what it did not have.
    def outcome_of_ack(self, fault: dict) -> str:
        for stream, ranges in (fault.get("acked") or {}).items():
            for first, last in ranges:
                for seq in range(first, last + 1):
                    name = (fault["device"], fault.get("boot", ""), stream, seq)
                    if name in self.evidence.accepted and self.where(name) is None:
                        return "unaccounted"
        return "landed"

    def outcome_of_device(self, fault: dict) -> str:
        lost = [name for name in self.accepted_of[fault["device"]] if self.where(name) is None]
        return "unaccounted" if lost else "landed"

    # ---- Lost with its connection

    def connection_ends(self) -> dict[str, list[int]]:
        """Times by device; a reboot, or a life that another one followed, is everyone's and stands under \"\"."""
        ends: dict[str, list[int]] = collections.defaultdict(list)
        for fault in self.evidence.faults:
            if fault["kind"] in CONNECTION_ENDS:
                ends["" if fault["kind"] == "reboot" else fault["device"]].append(fault["at_ms"])
        ends[""].extend(self.life_ends())
        for times in ends.values():
            times.sort()
        return ends

    def life_ends(self) -> list[int]:
        """Whoever killed a process wrote no line: its last one stands for it. Ids of lines begin KIND:LIFE:CONNECTION:."""
        last_of_life: dict[str, int] = {}
        for fault in self.evidence.faults:
            parts = fault["id"].split(":")
            if len(parts) == 4:
                last_of_life[parts[1]] = max(fault["at_ms"], last_of_life.get(parts[1], 0))
        return sorted(last_of_life.values())[:-1]

    def was_lost(self, fault: dict) -> bool:
        for times in (self.ends.get(fault["device"], []), self.ends.get("", [])):
            following = bisect.bisect_left(times, fault["at_ms"])
            if following < len(times) and times[following] <= fault["at_ms"] + LOST_WITHIN_MS:
                return True
        return False
