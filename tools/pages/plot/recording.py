"""What `stedi-device simulate FILE --dry-run DIR` wrote of one person, put on true time, with the truth beside it."""

from __future__ import annotations

import bisect
import dataclasses
import itertools
import json
import math
import pathlib
import re
from collections.abc import Iterator
from typing import Any

STREAMS = {"phone": "accelerometer", "trainer": "step_trainer"}
CORRUPT = "corrupt_reading"
# What the sensors' faults came to is drawn from the data's own truth, not from a run's fault log.
OF_SENSORS = ("stuck_sensor", "clock_step", CORRUPT)
MOST_APART_S = 0.5  # readings farther apart are not joined

Line = dict[str, Any]
Curve = list[tuple[float, float]]  # seconds since the sitting began, value; NaN where the curve is broken


@dataclasses.dataclass(frozen=True)
class Span:
    """From `from_s` until `until_s`; what happens at once ends when it begins."""

    lane: str
    kind: str
    from_s: float
    until_s: float


@dataclasses.dataclass
class Sitting:
    number: int
    start_ms: float
    end_ms: float
    activities: list[Span]
    steps: list[Span]
    faults: list[Span]
    curves: dict[str, Curve]  # by device
    readings: dict[str, int]
    clock_off_ms: dict[str, float]  # the farthest that the device's clock was off

    def length_s(self) -> float:
        return (self.end_ms - self.start_ms) / 1000

    def at_s(self, true_ms: float) -> float:
        return (true_ms - self.start_ms) / 1000


class NotARecording(Exception):
    """One line: what is missing or wrong, and what to do."""


def lines_of(file: pathlib.Path) -> Iterator[Line]:
    try:
        with open(file, encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    yield json.loads(line)
                except json.JSONDecodeError as error:
                    raise NotARecording(f"{file}:{number}: not valid JSON: {error}") from error
    except OSError as error:
        raise NotARecording(f"{file}: {error.strerror}; create it with stedi-device simulate FILE --dry-run DIR") from error


class Recording:
    def __init__(self, folder: pathlib.Path):
        self._folder = folder.resolve()
        self._truth = self._folder.with_name(self._folder.name + "-truth")
        named = sorted(self._truth.glob("devices-*.ndjson"))
        if len(named) != 1:
            raise NotARecording(f"{self._truth} must hold the truth of exactly one scenario, but holds {len(named)}: name a folder "
                                "that stedi-device simulate FILE --dry-run DIR wrote from one scenario of people")
        self.scenario = named[0].stem.removeprefix("devices-")
        self.devices = list(lines_of(named[0]))
        self.seed = next(device["seed"] for device in self.devices if device["device"] == "website")

    def truth(self, what: str, person: int) -> list[Line]:
        return [line for line in lines_of(self._truth / f"{what}-{self.scenario}.ndjson") if line["person"] == person]

    def people(self) -> int:
        return 1 + max((device["person"] for device in self.devices if "person" in device), default=-1)

    def devices_of(self, person: int) -> list[Line]:
        return [device for device in self.devices if device.get("person") == person]

    def ids_of(self, person: int) -> set[str]:
        """The person's devices on the wire, and the website, whose id stands for what strikes all of them."""
        return {device["id"] for device in self.devices if device.get("person", person) == person}

    def readings(self, device: Line) -> Iterator[tuple[float, float, float]]:
        """(true time, how far the clock was off, value) of each that can be read, in their order; times in ms."""
        stream = STREAMS[device["device"]]
        clock = [line for line in self.truth("clocks", device["person"]) if line["device"] == device["device"]]
        told_at = [line["line"] for line in clock]
        file = self._folder / stream / "landing" / f"{stream}-{self.scenario}.json"
        first = device["firstLine"]
        with open(file, "rb") as lines:
            own = itertools.islice(lines, first - 1, first - 1 + device["lines"])
            for number, line in enumerate(own, first):
                reading = self._parsed(line)
                if reading is not None:
                    offset_ms = clock[bisect.bisect_right(told_at, number) - 1]["offset"]
                    yield reading[0] - offset_ms, offset_ms, reading[1]

    @staticmethod
    def _parsed(line: bytes) -> tuple[float, float] | None:
        """Its time and value: the distance, or the length of the acceleration. None: the sensor damaged it."""
        try:
            reading = json.loads(line)
            if "distanceFromObject" in reading:
                return reading["sensorReadingTime"], reading["distanceFromObject"]
            return reading["timestamp"], math.hypot(reading["x"], reading["y"], reading["z"])
        except (ValueError, KeyError):
            return None


def plan_sittings(recording: Recording, person: int) -> list[Sitting]:
    activities = recording.truth("activities", person)
    sittings = []
    for number, lines in itertools.groupby(activities, key=lambda line: line["sitting"]):
        own = list(lines)
        sitting = Sitting(number, own[0]["from"], own[-1]["until"], [], [], [], {}, {}, {})
        sitting.activities = [Span("activity", line["activity"], sitting.at_s(line["from"]), sitting.at_s(line["until"]))
                              for line in own]
        sittings.append(sitting)
    for step in recording.truth("steps", person):
        for sitting in sittings:
            if sitting.number == step["sitting"]:
                sitting.steps.append(Span(f"{step['foot']} foot", step["foot"], sitting.at_s(step["liftOffTime"]),
                                          sitting.at_s(step["heelStrikeTime"])))
    return sittings


def add_fault(sittings: list[Sitting], lane: str, kind: str, from_ms: float, until_ms: float) -> None:
    for sitting in sittings:
        begin, end = max(from_ms, sitting.start_ms), min(until_ms, sitting.end_ms)
        if begin <= end:
            sitting.faults.append(Span(lane, kind, sitting.at_s(begin), sitting.at_s(end)))


def add_sensor_faults(recording: Recording, person: int, sittings: list[Sitting]) -> None:
    for line in recording.truth("sensor-faults", person):
        if line["fault"] == CORRUPT:
            add_fault(sittings, "damaged", f"{line['device']}: a reading's bytes were damaged", line["from"], line["from"])
        elif line["fault"] == "stuck_sensor":
            add_fault(sittings, f"{line['device']} stuck", f"{line['device']} stuck", line["from"], line["until"])
        else:
            add_fault(sittings, f"{line['device']} clock", f"{line['device']} clock stepped by {line['stepMilliseconds']:+,} ms",
                      line["from"], line["until"])


def add_fault_log(fault_log: pathlib.Path, ids: set[str], sittings: list[Sitting]) -> None:
    """Of a run's fault log, SPOOL/faults.ndjson: those that say when, on the data's clock. Anybody's text may stand in
    the file: kinds are words."""
    for number, line in enumerate(lines_of(fault_log), 1):
        try:
            kind, device, at_ms = line["kind"], line["device"], line.get("data_ms")
            sound = re.fullmatch("[a-z_]{1,32}", kind) and isinstance(device, str) and isinstance(at_ms, int | None)
        except (TypeError, KeyError, AttributeError):
            sound = False
        if not sound:
            raise NotARecording(f"{fault_log}:{number}: not a line of a fault log")
        if at_ms is not None and kind not in OF_SENSORS and device in ids:
            lane = kind.replace("_", " ")
            add_fault(sittings, lane, lane, at_ms, at_ms + line.get("lasts_ms", 0))


def add_curves(recording: Recording, person: int, sittings: list[Sitting]) -> None:
    starts = [sitting.start_ms for sitting in sittings]
    for device in recording.devices_of(person):
        kind = device["device"]
        for sitting in sittings:
            sitting.curves[kind], sitting.readings[kind], sitting.clock_off_ms[kind] = [], 0, 0
        for true_ms, offset_ms, value in recording.readings(device):
            sitting = sittings[max(0, bisect.bisect_right(starts, true_ms) - 1)]
            curve, at_s = sitting.curves[kind], sitting.at_s(true_ms)
            if curve and at_s - curve[-1][0] > MOST_APART_S:
                curve.append((at_s, math.nan))
            curve.append((at_s, value))
            sitting.readings[kind] += 1
            if abs(offset_ms) > abs(sitting.clock_off_ms[kind]):
                sitting.clock_off_ms[kind] = offset_ms


def read_sittings(recording: Recording, person: int, fault_log: pathlib.Path | None) -> list[Sitting]:
    """All of the person's sittings, in their order."""
    sittings = plan_sittings(recording, person)
    if sittings:
        add_sensor_faults(recording, person, sittings)
        add_curves(recording, person, sittings)
        if fault_log:
            add_fault_log(fault_log, recording.ids_of(person), sittings)
    return sittings
