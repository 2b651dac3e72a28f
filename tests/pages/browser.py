"""A real Chromium, spoken to over a pipe by the DevTools protocol: no port, no driver, nothing between."""

from __future__ import annotations

import base64
import collections
import fcntl
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
from typing import Any

DEADLINE_S = 120  # only a browser that hangs reaches it
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-extensions", "--hide-scrollbars",
         "--force-device-scale-factor=1", "--remote-debugging-pipe"]


class Browser:
    """One process with a profile of its own; `with` ends it."""

    def __init__(self) -> None:
        program = shutil.which("chromium")
        if program is None:
            raise FileNotFoundError("there is no chromium: run tools/install")
        self._profile = tempfile.TemporaryDirectory(prefix="stedi-chromium.", ignore_cleanup_errors=True)
        self._log = open(pathlib.Path(self._profile.name) / "stderr", "w+", encoding="utf-8", errors="replace")
        commands, self._out = os.pipe()
        self._in, answers = os.pipe()
        self._process = self._start(program, commands, answers)
        os.close(commands)
        os.close(answers)
        self._unread = b""
        self._number = 0
        self.events: collections.deque[dict] = collections.deque(maxlen=10_000)

    def _start(self, program: str, commands: int, answers: int) -> subprocess.Popen:
        # Chromium reads from descriptor 3 and writes to 4; where the pipe's own are must not be in the way.
        high = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, 10) for descriptor in (commands, answers)]
        try:
            return subprocess.Popen(
                ["bash", "-c", f'exec 3<&{high[0]} 4>&{high[1]} {high[0]}<&- {high[1]}>&-; exec "$0" "$@"', program, *FLAGS,
                 f"--user-data-dir={self._profile.name}/profile", "about:blank"],
                pass_fds=high, stdout=subprocess.DEVNULL, stderr=self._log, start_new_session=True)
        finally:
            for descriptor in high:
                os.close(descriptor)

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._out)  # it ends when nobody is left to command it
        try:
            self._process.wait(DEADLINE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._in)
        self._log.close()
        self._profile.cleanup()

    def _read(self, deadline: float) -> dict:
        while b"\0" not in self._unread:
            if time.monotonic() > deadline:
                raise TimeoutError("chromium does not answer")
            piece = os.read(self._in, 1 << 16)
            if not piece:
                self._log.seek(0)
                raise RuntimeError(f"chromium ended: {self._log.read()[-2000:]}")
            self._unread += piece
        message, self._unread = self._unread.split(b"\0", 1)
        return json.loads(message)

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        os.write(self._out, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + DEADLINE_S
        while True:
            answer = self._read(deadline)
            if answer.get("id") != self._number:
                self.events.append(answer)
            elif "error" in answer:
                raise RuntimeError(f"{method}: {answer['error']['message']}")
            else:
                return answer["result"]

    def wait_for(self, method: str, session: str) -> None:
        deadline = time.monotonic() + DEADLINE_S
        while not any(event["method"] == method and event.get("sessionId") == session for event in self.events):
            self.events.append(self._read(deadline))

    def open(self, page: pathlib.Path, width: int, scheme: str) -> "Tab":
        return Tab(self, page, width, scheme)


class Tab:
    """A page in a window so many pixels wide, in a reader's `light` or `dark` mode, with its charts drawn."""

    def __init__(self, browser: Browser, page: pathlib.Path, width: int, scheme: str):
        self._browser = browser
        self._width = width
        self._target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = browser.call("Target.attachToTarget", targetId=self._target, flatten=True)["sessionId"]
        browser.events.clear()
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self._resize(900)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url=page.resolve().as_uri())
        browser.wait_for("Page.loadEventFired", self._session)
        self._wait("document.documentElement.dataset.drawnAt !== undefined")

    def call(self, method: str, **parameters: Any) -> dict:
        return self._browser.call(method, self._session, **parameters)

    def _resize(self, height: int) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=self._width, height=height, deviceScaleFactor=1,
                  mobile=self._width < 600)

    def _wait(self, condition: str) -> None:
        """The browser itself waits, frame by frame."""
        self.evaluate(f"""new Promise((done, failed) => {{
            const deadline = performance.now() + {DEADLINE_S * 500};
            const look = () => ({condition}) ? done(true)
                : performance.now() > deadline ? failed(new Error('never: {condition}')) : setTimeout(look, 20);
            look();
        }})""")

    def evaluate(self, script: str) -> Any:
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get("description", details["text"]))
        return answer["result"].get("value")

    def complaints(self) -> list[str]:
        """What the page said on its console, threw, or was refused."""
        said = []
        for event in self._browser.events:
            content = event.get("params", {})
            if event["method"] == "Runtime.consoleAPICalled" and content["type"] in ("error", "warning", "assert"):
                said.append(" ".join(str(one.get("value", one.get("description"))) for one in content["args"]))
            elif event["method"] == "Runtime.exceptionThrown":
                said.append(str(content["exceptionDetails"]))
            elif event["method"] == "Log.entryAdded" and content["entry"]["level"] in ("error", "warning"):
                said.append(content["entry"]["text"])
        return said

    def requests(self) -> list[str]:
        """What the page asked for, itself aside."""
        asked = [event["params"]["request"]["url"] for event in self._browser.events
                 if event["method"] == "Network.requestWillBeSent"]
        return [url for url in asked[1:] if not url.startswith("data:")]

    def screenshot(self, file: pathlib.Path) -> None:
        height = self.evaluate("Math.ceil(document.documentElement.getBoundingClientRect().height)")
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True,
                         clip={"x": 0, "y": 0, "width": self._width, "height": height, "scale": 1})
        file.write_bytes(base64.b64decode(shot["data"]))

    def close(self) -> None:
        self._browser.call("Target.closeTarget", targetId=self._target)
