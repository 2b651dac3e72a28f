#!/usr/bin/env python3
"""Fleets of simulated devices against a real Mosquitto and gateway, at the data's own speed: does one process keep time?

Two fleets of config/scenarios/fleet.toml, each over its seconds: 1,000 devices with a connection each, and 10,000 over 64.
Lateness counts from the moment at which a batch was due to its fsync. The answer is checked first: what landed is what the
simulation says was acknowledged or more, never less.
"""

import argparse
import json
import pathlib
import re
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLEETS = ((1_000, 0), (10_000, 64))  # devices, connections (0: one each)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("a program does not become ready")
        time.sleep(0.05)


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def scenario(folder: pathlib.Path, devices: int, seconds: int) -> pathlib.Path:
    text = (ROOT / "config/scenarios/fleet.toml").read_text()
    for key, value in (("count", devices // 2), ("duration_s", seconds), ("length_s", seconds)):
        text = re.sub(rf"^{key} = .*$", f"{key} = {value}", text, flags=re.M)
    file = folder / "fleet.toml"
    file.write_text(text)
    return file


def resident_kib(pid: int) -> int:
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])


def play(programs: pathlib.Path, folder: pathlib.Path, devices: int, connections: int, seconds: int, port: int) -> dict:
    device = subprocess.Popen(
        [programs / "stedi-device", "simulate", scenario(folder, devices, seconds), "--speed", "1", "--json",
         "--connections", str(connections), "--broker", f"tcp://127.0.0.1:{port}", "--spool", folder / "spool",
         "--roles-dir", folder / "roles"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    time.sleep(seconds - 1)
    resident = resident_kib(device.pid)
    time.sleep(11)  # what people say after the sitting comes later than anybody waits for here
    device.send_signal(signal.SIGTERM)
    summary = json.loads(device.communicate(timeout=120)[0])
    return {**summary, "resident_kib": resident}


def measure(programs: pathlib.Path, devices: int, connections: int, seconds: int) -> dict:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        port = free_port()
        config = folder / "mosquitto.conf"
        config.write_text(re.sub(r"^listener .*$", f"listener {port} 127.0.0.1",
                                 (ROOT / "config/mosquitto.conf").read_text(), flags=re.M))
        (folder / "roles").mkdir()
        log = folder / "gateway.log"
        with open(folder / "broker.log", "wb") as broker_log, open(log, "wb") as gateway_log:
            broker = subprocess.Popen(["mosquitto", "-c", config], stderr=broker_log)
            wait_for(lambda: accepts(port))
            gateway = subprocess.Popen(
                [programs / "stedi-gateway", "--config", ROOT / "config/gateway.toml", "--store", folder / "store",
                 "--keys", folder / "keys", "--broker", f"tcp://127.0.0.1:{port}", "--http", "127.0.0.1:0"],
                stderr=gateway_log, env={"STEDI_ROLES_DIR": str(folder / "roles"), "PATH": "/usr/bin:/bin"})
            try:
                wait_for(lambda: " ready\n" in log.read_text())
                summary = play(programs, folder, devices, connections, seconds, port)
            finally:
                gateway.terminate()
                gateway.wait(60)
                broker.terminate()
                broker.wait(60)
        store = sqlite3.connect(folder / "store" / "landing.db")
        landed = sum(store.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                     for table in ("accelerometer", "step_trainer"))
        if landed + devices < summary["readings"]:
            raise RuntimeError(f"{summary['readings']} acknowledged, {landed} readings landed")
        return {**summary, "landed": landed}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build/release/bin", metavar="DIR")
    parser.add_argument("--seconds", type=int, default=20, metavar="S", help="of the data's clock (default: 20)")
    arguments = parser.parse_args()
    print("devices  connections  landed  retries  p50 late ms  p99 late ms  RSS KiB/device  own bytes/device")
    for devices, connections in FLEETS:
        got = measure(arguments.programs, devices, connections, arguments.seconds)
        print(f"{got['devices']:>7}  {got['connections']:>11}  {got['landed']:>6}  {got['retries']:>7}  "
              f"{got['lateness_p50_ms']:>11}  {got['lateness_p99_ms']:>11}  "
              f"{got['resident_kib'] / got['devices']:>14.1f}  {got['state_bytes_per_device']:>16.0f}", flush=True)


if __name__ == "__main__":
    main()
