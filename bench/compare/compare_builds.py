"""Two builds of this project in turn, in one run: CPU time a reading of the gateway's ingest, and of import and the strict jobs.

Each figure is the median of alternating rounds; a ratio above 1 means that the new build costs more.
Exit status: 0 no ratio is above --limit, 3 one is.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

READINGS_A_MESSAGE = 50
CPU_COLUMN = 8  # of bench_ingest's table: the gateway's CPU time, in microseconds a reading


def ingest_cpu_us(build, _):
    done = subprocess.run([build / "bin" / "bench_ingest", "--rounds", "1", "--readings", str(READINGS_A_MESSAGE)],
                          check=True, capture_output=True, text=True)
    row = done.stdout.splitlines()[-1].split()
    if row[0] != str(READINGS_A_MESSAGE):
        raise SystemExit(f"compare_builds: {build}: no figures in {done.stdout}")
    return float(row[CPU_COLUMN])


def process_cpu_s(*command):
    pid = os.posix_spawn(command[0], command, os.environ,
                         file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"compare_builds: {' '.join(map(str, command))} failed")
    return usage.ru_utime + usage.ru_stime


def jobs_cpu_us(build, data):
    folder, readings = data
    with tempfile.TemporaryDirectory(prefix="stedi-bench-") as work:
        lakehouse = (build / "bin" / "stedi-lakehouse", "--store", pathlib.Path(work, "store"))
        seconds = process_cpu_s(*lakehouse, "import", folder) + process_cpu_s(*lakehouse, "run", "--profile", "strict")
    return seconds * 1e6 / readings


def count_readings(folder):
    return sum(sum(1 for _ in open(file, "rb")) for stream in ("accelerometer", "step_trainer")
               for file in (folder / stream).rglob("*.json"))


def compare(name, measure, data, arguments):
    """Prints a line; the ratio."""
    figures = {"old": [], "new": []}
    for _ in range(arguments.rounds):
        for which in figures:
            figures[which].append(measure(getattr(arguments, which), data))
    old, new = (statistics.median(figures[which]) for which in ("old", "new"))
    print(f"{name:<28} {old:10.3f} {new:10.3f} {new / old:7.3f}", flush=True)
    return new / old


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--old", required=True, type=pathlib.Path, help="the build before, with bin/ in it")
    parser.add_argument("--new", required=True, type=pathlib.Path, help="the build after")
    parser.add_argument("--data", required=True, type=pathlib.Path, help="the real data set")
    parser.add_argument("--scale", type=int, nargs="+", default=[1, 10], help="of the data set, for import and jobs")
    parser.add_argument("--rounds", type=int, default=5, help="the median is shown")
    parser.add_argument("--limit", type=float, default=1.05, help="the greatest ratio that is no failure")
    arguments = parser.parse_args()
    print(f"CPU us a reading                    old        new   ratio   (median of {arguments.rounds} alternating rounds)",
          flush=True)
    ratios = [compare("ingest", ingest_cpu_us, None, arguments)]
    for scale in arguments.scale:
        with tempfile.TemporaryDirectory(prefix="stedi-bench-data-") as folder:
            subprocess.run([arguments.new / "bin" / "bench_replicate", arguments.data, folder, str(scale)], check=True)
            data = pathlib.Path(folder)
            ratios.append(compare(f"import and strict jobs x{scale}", jobs_cpu_us, (data, count_readings(data)), arguments))
    return 0 if max(ratios) <= arguments.limit else 3


if __name__ == "__main__":
    sys.exit(main())
