#!/usr/bin/env python3
"""Fleets of simulated devices against a real Mosquitto and gateway, at the data's own speed: does one process keep time?

Two fleets of config/scenarios/fleet.toml, each over its seconds: 1,000 devices with a connection each, and 10,000 over 64;
each beside the gateway and beside a null gateway, which acknowledges at once and keeps nothing: what the two differ by is
the gateway's. Lateness counts from the moment at which a batch was due to its fsync in the spool. CPU is user and system
time of each process, over the whole run. The answer is checked first: what landed is what the simulation says was
acknowledged or more, never less; the null gateway has acknowledged no fewer batches than the simulation counts.
"""

import argparse
import contextlib
import json
import os
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
            raise TimeoutError("a program did not become ready")
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


def cpu_s(pid: int) -> float:
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def play(programs: pathlib.Path, folder: pathlib.Path, devices: int, connections: int, seconds: int, port: int,
         others: dict[str, int]) -> dict:
    """`others`: what runs beside it, by name and process."""
    device = subprocess.Popen(
        [programs / "stedi-device", "simulate", scenario(folder, devices, seconds), "--speed", "1", "--json",
         "--connections", str(connections), "--broker", f"tcp://127.0.0.1:{port}", "--spool", folder / "spool",
         "--roles-dir", folder / "roles"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    time.sleep(seconds - 1)
    resident = resident_kib(device.pid)
    time.sleep(11)  # what people say after the sitting comes later than anybody waits for here
    cpu = {name: cpu_s(pid) for name, pid in {**others, "device": device.pid}.items()}
    device.send_signal(signal.SIGTERM)
    summary = json.loads(device.communicate(timeout=120)[0])
    return {**summary, "resident_kib": resident, "cpu_s": cpu}


@contextlib.contextmanager
def running(arguments: list, log: pathlib.Path, environment: dict | None = None):
    with open(log, "wb") as output:
        process = subprocess.Popen(arguments, stdout=output, stderr=output, env=environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def broker_on(port: int, folder: pathlib.Path):
    config = folder / "mosquitto.conf"
    config.write_text(re.sub(r"^listener .*$", f"listener {port} 127.0.0.1",
                             (ROOT / "config/mosquitto.conf").read_text(), flags=re.M))
    return running(["mosquitto", "-c", config], folder / "broker.log")


def gateway_on(port: int, folder: pathlib.Path, programs: pathlib.Path):
    (folder / "roles").mkdir()
    return running(
        [programs / "stedi-gateway", "--config", ROOT / "config/gateway.toml", "--store", folder / "store",
         "--keys", folder / "keys", "--broker", f"tcp://127.0.0.1:{port}", "--http", "127.0.0.1:0"],
        folder / "gateway.log", {"STEDI_ROLES_DIR": str(folder / "roles"), "PATH": "/usr/bin:/bin"})


def null_gateway_on(port: int, folder: pathlib.Path, programs: pathlib.Path):
    return running([programs / "bench_null_gateway", f"tcp://127.0.0.1:{port}"], folder / "gateway.log")


def check_landed(folder: pathlib.Path, devices: int, summary: dict) -> None:
    store = sqlite3.connect(folder / "store" / "landing.db")
    landed = sum(store.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                 for table in ("accelerometer", "step_trainer"))
    if landed + devices < summary["readings"]:
        raise RuntimeError(f"{summary['readings']} readings were acknowledged, but {landed} landed")


def check_acknowledged(folder: pathlib.Path, devices: int, summary: dict) -> None:
    acknowledged = int(re.search(r"acknowledged (\d+)", (folder / "gateway.log").read_text())[1])
    if acknowledged < summary["batches"] or summary["readings"] < devices:
        raise RuntimeError(f"{summary['batches']} batches acknowledged to the devices, {acknowledged} by the null gateway")


# Name, how it is started, what it says when it is ready, how its answer is checked.
GATEWAYS = (("gateway", gateway_on, " ready\n", check_landed),
            ("null gateway", null_gateway_on, "subscribed\n", check_acknowledged))


def measure(programs: pathlib.Path, devices: int, connections: int, seconds: int, gateway_kind: tuple) -> dict:
    _, start, ready, check = gateway_kind
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        port = free_port()
        with broker_on(port, folder) as broker:
            wait_for(lambda: accepts(port))
            with start(port, folder, programs) as gateway:
                wait_for(lambda: ready in (folder / "gateway.log").read_text())
                summary = play(programs, folder, devices, connections, seconds, port,
                               {"gateway": gateway.pid, "broker": broker.pid})
        check(folder, devices, summary)
        return summary


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "build/release/bin", metavar="DIR")
    parser.add_argument("--seconds", type=int, default=20, metavar="S", help="how long to play, by the data's clock (default: 20)")
    arguments = parser.parse_args()
    print("devices  connections  against       readings  retries  p50 late ms  p99 late ms  "
          "CPU s: device  gateway  broker  RSS KiB/device  own bytes/device")
    for devices, connections in FLEETS:
        for gateway_kind in GATEWAYS:
            got = measure(arguments.programs, devices, connections, arguments.seconds, gateway_kind)
            cpu = got["cpu_s"]
            print(f"{got['devices']:>7}  {got['connections']:>11}  {gateway_kind[0]:<12}  {got['readings']:>8}  "
                  f"{got['retries']:>7}  {got['lateness_p50_ms']:>11}  {got['lateness_p99_ms']:>11}  "
                  f"{cpu['device']:>13.1f}  {cpu['gateway']:>7.1f}  {cpu['broker']:>6.1f}  "
                  f"{got['resident_kib'] / got['devices']:>14.1f}  {got['state_bytes_per_device']:>16.0f}", flush=True)


if __name__ == "__main__":
    main()
