"""Devices that speak at a steady rate for as long as it takes: data sets played one after the other, each by a
process of its own with a spool of its own (so at every change all devices are new ones)."""

from __future__ import annotations

import dataclasses
import pathlib
import shutil

MOST_READINGS_AT_ONCE = 1_500_000  # a device process holds its data set in memory
FIRST_READING_MS = 1_700_000_000_000


@dataclasses.dataclass(frozen=True)
class Load:
    devices: int
    hertz: float  # readings a second of each
    batch_records: int

    def readings_a_second(self) -> float:
        return self.devices * self.hertz

    def segment_seconds(self) -> float:
        return MOST_READINGS_AT_ONCE / self.readings_a_second()


def write_segment(folder: pathlib.Path, load: Load, seconds: float) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    customers = folder / "customer" / "landing"
    readings = folder / "accelerometer" / "landing"
    customers.mkdir(parents=True)
    readings.mkdir(parents=True)
    with open(customers / "customer-1.json", "w", encoding="ascii") as out:
        out.writelines(f'{{"email":"p{device}@example.com","serialNumber":"s{device}"}}\n'
                       for device in range(load.devices))
    with open(readings / "accelerometer-1.json", "w", encoding="ascii") as out:
        for number in range(int(seconds * load.hertz)):
            for device in range(load.devices):
                # Not all in the same millisecond.
                time_ms = FIRST_READING_MS + int(1000 * (number + device / load.devices) / load.hertz)
                out.write(f'{{"user":"p{device}@example.com","timestamp":{time_ms},"x":{number},"y":0.5,"z":-9.81}}\n')
