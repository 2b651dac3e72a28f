"""The charting library: Vega-Altair, which describes charts, and vl-convert, which brings the script that draws them.

Both stand in a virtual environment of their own below build/, made on first use and keyed by requirements.txt: once
made, it needs no network. Nothing else of the tools needs it, so this module is plain Python.
"""

from __future__ import annotations

import fcntl
import hashlib
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
REQUIREMENTS = pathlib.Path(__file__).resolve().parent / "requirements.txt"
INSTALL_DEADLINE_S = 600
# Bundling takes seconds, so it is done once.
BUNDLE = """
import sys, vl_convert
open(sys.argv[1], "w", encoding="utf-8").write(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))
"""


class LibraryMissing(Exception):
    """One line: why, and what to do."""


def environment() -> pathlib.Path:
    interpreter = f"{sys.implementation.cache_tag} {sys.base_prefix}"
    key = hashlib.sha256(REQUIREMENTS.read_bytes() + interpreter.encode()).hexdigest()[:12]
    return ROOT / "build" / f"pages-{key}"


def script() -> pathlib.Path:
    """Vega, Vega-Lite and vega-embed as one script. Written last: where it is, the environment is whole."""
    return environment() / "vega.js"


def run(what: str, command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_DEADLINE_S)
    except subprocess.CalledProcessError as error:
        said = (error.stderr + error.stdout).strip().splitlines() or ["no error message"]
        raise LibraryMissing(f"{what}: {said[-1]}") from error
    except subprocess.TimeoutExpired as error:
        raise LibraryMissing(f"{what}: not finished after {INSTALL_DEADLINE_S} s") from error


def make(folder: pathlib.Path) -> None:
    run("cannot create a virtual environment (needs python3-venv; tools/install installs it)",
        [sys.executable, "-m", "venv", "--clear", str(folder)])
    python = str(folder / "bin" / "python")
    run("pip cannot install the charting library (only pages need it; it is installed once)",
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--only-binary", ":all:",
         "--requirement", str(REQUIREMENTS)])
    unfinished = folder / "vega.js.unfinished"
    run("cannot create the script that draws charts", [python, "-c", BUNDLE, str(unfinished)])
    unfinished.rename(script())


def use() -> None:
    """Makes `import altair` work. Raises LibraryMissing."""
    folder = environment()
    folder.parent.mkdir(exist_ok=True)
    with open(folder.with_suffix(".lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not script().exists():
            make(folder)
    sys.path[:0] = [str(path) for path in folder.glob("lib/python3*/site-packages")]
