"""Import and the five strict jobs at several scales of the real data set, beside DuckDB, in one run.

Ours is the wall time of the processes `stedi-lakehouse import` and `run`; DuckDB is timed inside its process, without
Python's start. Both must give the same counts, and the published ones times the scale, before a figure is printed.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROGRAMS = ROOT / "build" / "release" / "bin"


def timed(command):
    """Wall seconds and peak MiB of one process; raises when it fails."""
    started = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ,
                         file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"bench_scale: {' '.join(command)} failed")
    return seconds, usage.ru_maxrss / 1024


def ours(data, folder):
    lakehouse = [str(PROGRAMS / "stedi-lakehouse"), "--store", str(folder / "store")]
    landing = timed([*lakehouse, "import", str(data)])
    jobs = timed([*lakehouse, "run", "--profile", "strict"])
    checked = subprocess.run([*lakehouse, "validate", "--profile", "strict", "--json"], check=True,
                             capture_output=True)
    counts = {row["table"]: row["rows"] for row in json.loads(checked.stdout)["tables"] if row["zone"] == "strict"}
    return {"import": landing[0], "jobs": jobs[0], "seconds": landing[0] + jobs[0],
            "peak_mib": max(landing[1], jobs[1]), "counts": counts}


def duckdb(python, data, folder):
    done = subprocess.run([python, str(HERE / "duckdb_jobs.py"), str(data), str(folder / "duck.db")], check=True,
                          capture_output=True, text=True)
    return json.loads(done.stdout)


def check(result, rival, expected):
    if result["counts"] != expected or rival["counts"] != expected:
        raise SystemExit(f"bench_scale: the counts differ: ours {result['counts']}, DuckDB {rival['counts']}, "
                         f"expected {expected}")


def measure(python, data, scale, rounds, published):
    expected = {table: rows * scale for table, rows in published.items()}
    results, rivals = [], []
    for _ in range(rounds):
        for run, kept in ((lambda folder: ours(data, folder), results),
                          (lambda folder: duckdb(python, data, folder), rivals)):
            with tempfile.TemporaryDirectory(prefix="stedi-bench-") as folder:
                kept.append(run(pathlib.Path(folder)))
        check(results[-1], rivals[-1], expected)
    result, rival = (sorted(rows, key=lambda row: row["seconds"])[rounds // 2] for rows in (results, rivals))
    print(f"x{scale:<6} {result['import']:9.2f} {result['jobs']:7.2f} {result['seconds']:8.2f} {rival['seconds']:9.2f} "
          f"{result['seconds'] / rival['seconds']:7.2f} {max(row['peak_mib'] for row in results):10.0f} "
          f"{max(row['peak_mib'] for row in rivals):10.0f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="folder of the public data set")
    parser.add_argument("--python", required=True, help="a Python interpreter that can import duckdb")
    parser.add_argument("--scale", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--rounds", type=int, default=3, help="rounds per scale; shows the median; x100 and above run once (default: 3)")
    arguments = parser.parse_args()
    with open(ROOT / "config" / "expect" / "stedi.toml", "rb") as file:
        published = tomllib.load(file)["strict"]
    print("scale    import s  jobs s    all s  DuckDB s   ratio   peak MiB  DuckDB MiB", flush=True)
    for scale in arguments.scale:
        data = pathlib.Path(tempfile.mkdtemp(prefix="stedi-bench-data-"))
        try:
            subprocess.run([PROGRAMS / "bench_replicate", arguments.data, data, str(scale)], check=True)
            measure(arguments.python, data, scale, arguments.rounds if scale < 100 else 1, published)
        finally:
            shutil.rmtree(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
