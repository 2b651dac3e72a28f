"""Child processes that die with us, free ports, and waiting with deadlines."""

from __future__ import annotations

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time
from typing import Callable

NAP_S = 0.005
DEADLINE_S = 60.0  # reached only when something is broken


class Stuck(Exception):
    """Something that must happen has not happened before its deadline."""


def wait_until(condition: Callable[[], bool], what: str, deadline_s: float = DEADLINE_S) -> None:
    end = time.monotonic() + deadline_s
    while not condition():
        if time.monotonic() > end:
            raise Stuck(what)
        time.sleep(NAP_S)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def accepts_connections(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def find_program(name: str) -> str:
    """Debian keeps daemons off a user's PATH."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise SystemExit(f"{name} is not installed: run tools/install")
    return found


class Child:
    """A process whose output goes to a file; killed by the kernel when we die."""

    def __init__(self, command: list[str], log: pathlib.Path, environment: dict[str, str] | None = None):
        with open(log, "ab") as output:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *command], stdin=subprocess.DEVNULL, stdout=output,
                stderr=output, env={**os.environ, **(environment or {})})

    @property
    def pid(self) -> int:
        return self._process.pid

    def ended(self) -> int | None:
        """Its exit status (negative: the signal); None while it runs."""
        return self._process.poll()

    def terminate(self) -> int:
        """SIGTERM; how it ended."""
        if self.ended() is None:
            self._process.send_signal(signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        if self.ended() is None:
            self._process.kill()
        self._process.wait()

    def wait(self, deadline_s: float = DEADLINE_S) -> int:
        try:
            return self._process.wait(deadline_s)
        except subprocess.TimeoutExpired as error:
            raise Stuck("a process does not end") from error
