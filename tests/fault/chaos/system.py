"""Broker, gateway and device as processes of a round's own, each client behind a proxy, each store on a machine
that can fail."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import random

from chaos import law
from chaos.machine import Machine
from chaos.processes import Child, accepts_connections, find_program, free_port, wait_until
from chaos.proxy import Proxy

FIRST_READING_MS = 1_700_000_000_000

GATEWAY_TOML = """
[broker]
reconnect_min_ms = 10
reconnect_max_ms = 80
[ingest]
store_retry_min_ms = 10
store_retry_max_ms = 80
[store]
checkpoint_every_batches = {checkpoint_every_batches}
max_ranges_per_source = {max_ranges_per_source}
[roles]
roles_dir = "{roles_dir}"
"""


@dataclasses.dataclass(frozen=True)
class Programs:
    gateway: pathlib.Path
    device: pathlib.Path
    shim: pathlib.Path

    @staticmethod
    def of(build: pathlib.Path) -> Programs:
        return Programs(build / "bin" / "stedi-gateway", build / "bin" / "stedi-device",
                        build / "lib" / "libstedi_fault.so")


@dataclasses.dataclass(frozen=True)
class Load:
    """What the devices of a round have to say, and how."""
    readings: int = 240  # over two phones and a trainer
    seconds: float = 0.5  # of real time; 0: as fast as can be
    device_options: tuple[str, ...] = ()
    drops: bool = False  # its spool may drop readings, with gaps


def write_data_set(folder: pathlib.Path, readings: int, span_ms: int) -> dict[str, int]:
    """Seed-format files in which every reading has a number of its own; how many of each stream."""
    streams: dict[str, list[dict]] = {"customer": [], "accelerometer": [], "step_trainer": []}
    for person in ("one", "two"):
        streams["customer"].append({"email": f"{person}@example.com", "serialNumber": f"serial-{person}",
                                    "lastUpdateDate": FIRST_READING_MS})
    for number in range(readings):
        time_ms = FIRST_READING_MS + span_ms * number // readings
        if number % 3 == 2:
            streams["step_trainer"].append({"sensorReadingTime": time_ms, "serialNumber": "serial-one",
                                            "distanceFromObject": number})
        else:
            user = ("one", "two")[number % 3] + "@example.com"
            streams["accelerometer"].append({"user": user, "timestamp": time_ms, "x": number, "y": 0.5, "z": -0.5})
    for stream, records in streams.items():
        landing = folder / stream / "landing"
        landing.mkdir(parents=True)
        (landing / f"{stream}-1.json").write_text("".join(json.dumps(record) + "\n" for record in records))
    return {stream: len(records) for stream, records in streams.items()}


class System:
    def __init__(self, work: pathlib.Path, programs: Programs, load: Load, dice: random.Random):
        self.work = work
        self.dice = dice
        self.load = load
        self._programs = programs
        self._data = work / "data"
        span_ms = 20_000
        self.readings = write_data_set(self._data, load.readings, span_ms)
        self._speed = f"{span_ms / 1000 / load.seconds:g}" if load.seconds else "max"
        self.gateway_machine = Machine(work / "store", work / "gateway", programs.shim)
        self.device_machine = Machine(work / "spool", work / "device", programs.shim)
        self._config = work / "gateway.toml"
        self._config.write_text(GATEWAY_TOML.format(checkpoint_every_batches=dice.choice((1, 5, 50, 8192)),
                                                    max_ranges_per_source=dice.choice((1, 4, 64)),
                                                    roles_dir=work / "roles"))
        self._fsync = dice.choice(("batch", "0", "20"))
        self._broker_persistence = False
        self.broker_port = free_port()
        self.gateway_link = Proxy(self.broker_port, dice.getrandbits(32))
        self.device_link = Proxy(self.broker_port, dice.getrandbits(32))
        self.broker: Child | None = None
        self.gateway: Child | None = None
        self.device: Child | None = None

    @property
    def landing(self) -> pathlib.Path:
        return self.work / "store" / "landing.db"

    @property
    def accepted_log(self) -> pathlib.Path:
        return self.work / "accepted.log"

    @property
    def gateway_log(self) -> pathlib.Path:
        return self.work / "gateway.log"

    # ---- Starting

    def start_broker(self) -> None:
        config = self.work / "mosquitto.conf"
        persistence = f"persistence_location {self.work}/\nautosave_interval 1" if self._broker_persistence else ""
        config.write_text(f"listener {self.broker_port} 127.0.0.1\nallow_anonymous true\nlog_dest stderr\n"
                          f"max_inflight_messages 1000\nset_tcp_nodelay true\n"
                          f"persistence {str(self._broker_persistence).lower()}\n{persistence}\n")
        self.broker = Child([find_program("mosquitto"), "-c", str(config)], self.work / "broker.log")
        wait_until(lambda: accepts_connections(self.broker_port), "the broker does not listen")

    def remember_on_broker(self) -> None:
        """From its next start on the broker keeps what it knows on its disk."""
        self._broker_persistence = True

    def start_gateway(self) -> None:
        self._gateway_log_start = self.gateway_log.stat().st_size if self.gateway_log.exists() else 0
        self.gateway = Child(
            [str(self._programs.gateway), "--config", str(self._config), "--store", str(self.work / "store"),
             "--keys", str(self.work / "keys"), "--broker", f"tcp://127.0.0.1:{self.gateway_link.port}",
             "--http", "127.0.0.1:0"],
            self.gateway_log, self._environment(self.gateway_machine))

    def _gateway_has_begun(self) -> bool:
        assert self.gateway is not None
        with open(self.gateway_log, "rb") as log:
            log.seek(self._gateway_log_start)
            return b" info store " in log.read() or self.gateway.ended() is not None

    def stop_gateway(self) -> None:
        """Once it has come so far that it can be told."""
        assert self.gateway is not None
        wait_until(self._gateway_has_begun, "the gateway does not start")
        status = self.gateway.terminate()
        if status != 0:
            raise AssertionError(f"the gateway was told to stop and exited with status {status}")

    def start_device(self) -> None:
        self.device = Child(
            [str(self._programs.device), "replay", str(self._data), "--spool", str(self.work / "spool"),
             "--broker", f"tcp://127.0.0.1:{self.device_link.port}", "--accepted-log", str(self.accepted_log),
             "--roles-dir", str(self.work / "roles"), "--speed", self._speed, "--batch-records", "4",
             "--spool-fsync", self._fsync, "--ack-timeout", "120", "--reconnect-max", "80",
             *self.load.device_options],
            self.work / "device.log", self._environment(self.device_machine))

    def _environment(self, machine: Machine) -> dict[str, str]:
        return {**machine.environment(), "STEDI_ROLES_DIR": str(self.work / "roles")}

    def keep_up(self) -> None:
        """Starts again what has ended: a device on a full disk, a process that killed itself when told to."""
        if self.gateway is not None and self.gateway.ended() is not None:
            self.start_gateway()
        if self.device is not None and self.device.ended() not in (None, 0):
            self.start_device()

    # ---- Looking

    def accepted(self) -> dict[str, law.Accepted]:
        return law.read_accepted(self.accepted_log)

    def accepted_batches(self) -> int:
        return self.accepted_log.read_bytes().count(b"\n") if self.accepted_log.exists() else 0

    def device_is_done(self) -> bool:
        return self.device is not None and self.device.ended() == 0

    def close(self) -> None:
        for child in (self.device, self.gateway, self.broker):
            if child is not None:
                child.kill()
        self.gateway_link.close()
        self.device_link.close()
