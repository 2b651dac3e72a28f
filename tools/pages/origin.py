"""When a page was made, and by which version."""

from __future__ import annotations

import datetime
import pathlib
import shutil
import sqlite3
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
ASK_DEADLINE_S = 10


def answer(*command: str) -> str:
    """What a program says on its first line; nothing when it is not there or fails."""
    try:
        said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=ASK_DEADLINE_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return said.stdout.strip().partition("\n")[0]


def version() -> str:
    built = ROOT / "build" / "release" / "bin" / "stedi-lakehouse"
    program = str(built) if built.exists() else shutil.which("stedi-lakehouse")
    said = answer(program, "--version") if program else ""
    return said or answer("git", "describe", "--tags", "--always", "--dirty") or "(unknown version)"


def now_utc() -> str:
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")


def store_id(store: pathlib.Path) -> str:
    connection = sqlite3.connect(f"{(store / 'landing.db').resolve().as_uri()}?mode=ro", uri=True)
    try:
        return str(connection.execute("SELECT store_uuid FROM store").fetchone()[0])
    finally:
        connection.close()


def made(of: str) -> dict[str, str]:
    """What every page says of itself. `of`: the store, or what else it shows."""
    return {"at": now_utc(), "version": version(), "of": of}
