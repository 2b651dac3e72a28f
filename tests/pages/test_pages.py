"""Each page in a real Chromium, on a desk and on a phone, by day and by night: nothing complains, nothing overflows, no two
labels collide, nothing is loaded, and every number that a reader sees is in the data that the page embeds."""

from __future__ import annotations

import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(pathlib.Path(__file__).resolve().parent)]

from browser import Browser, Tab  # noqa: E402
from pages import library, origin  # noqa: E402
from pages.account.account import Account  # noqa: E402
from pages.account.evidence import Batch, Evidence, Landed  # noqa: E402
from pages.soak import flatness  # noqa: E402
from pages.soak.gateway_metrics import Sample  # noqa: E402

PROGRAMS = pathlib.Path(os.environ.get("STEDI_PROGRAM_DIR", ROOT / "build" / "release" / "bin"))
WIDTHS = (1400, 400)
SCHEMES = ("light", "dark")
DEADLINE_S = 120

# ---- What the browser is asked

LAYOUT = (pathlib.Path(__file__).resolve().parent / "layout.js").read_text(encoding="utf-8")
TEXT = """(() => {
  const words = (holder) => holder.innerText ?? holder.textContent;
  const prose = document.querySelector('main').cloneNode(true);
  prose.querySelectorAll('.chart, table, noscript').forEach((part) => part.remove());
  document.body.append(prose);
  const result = {prose: prose.innerText, tables: [...document.querySelectorAll('main table')].map(words).join(' '),
                  charts: [...document.querySelectorAll('.mark-text.role-mark text')].map(words).join('  ')};
  prose.remove();
  return result;
})()"""
DATA = "JSON.parse(document.getElementById('data').textContent)"
COLOURS = "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color].join()"


# ---- Numbers

NUMBER = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?|[+-]?\d+(\.\d+)?")


def words_of(text: str) -> list[str]:
    """What has a digit in it, without the marks around it."""
    return [word for word in (one.strip("()[];:,.?!✓\u00a0·'\"") for one in text.split()) if re.search("[0-9]", word)]


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for one in value.values() for leaf in leaves(one)]
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves(one)]
    return [value]


class Known:
    """The numbers and words of a part of a page's data."""

    def __init__(self, *parts: Any):
        found = [leaf for part in parts for leaf in leaves(part)]
        self._numbers = [leaf for leaf in found if isinstance(leaf, int | float) and not isinstance(leaf, bool)]
        self._words = {word for leaf in found if isinstance(leaf, str) for word in words_of(leaf)}

    def has(self, word: str) -> bool:
        if word in self._words:
            return True
        if not NUMBER.fullmatch(word):
            return False
        shown = float(word.replace(",", ""))
        half = 0.5 * 10.0 ** -len(word.partition(".")[2]) * (1 + 1e-9)
        return any(abs(number - shown) <= half for number in self._numbers)


def unknown_numbers(tab: Tab) -> list[str]:
    text, data = tab.evaluate(TEXT), tab.evaluate(DATA)
    strings = [[leaf for leaf in leaves(data["tables"]) if isinstance(leaf, str)], data["made"]]
    prose = Known(data["facts"], *strings)
    tables = Known(data["facts"], data["tables"], *strings)
    return ([word for word in words_of(text["prose"]) if not prose.has(word)] +
            [word for part in ("tables", "charts") for word in words_of(text[part]) if not tables.has(word)])


def faults_of(tab: Tab) -> list[str]:
    """All that is wrong with a page, in words."""
    return ([f"complains: {said}" for said in tab.complaints()] + [f"asks for {url}" for url in tab.requests()] +
            [f"layout: {fault}" for fault in tab.evaluate(LAYOUT)] +
            [f"number that is not in the data: {word}" for word in unknown_numbers(tab)])


# ---- The pages, from data that this test makes

def run(*command: Any, expect: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=DEADLINE_S)
    if done.returncode not in expect:
        raise RuntimeError(f"{command[0]} exited {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def simulate(scenario: pathlib.Path, folder: pathlib.Path) -> None:
    run(PROGRAMS / "stedi-device", "simulate", scenario, "--dry-run", folder)


def write_report(work: pathlib.Path, page: pathlib.Path, *expected: Any) -> None:
    """Of the twin, as the demo makes it."""
    lakehouse = [PROGRAMS / "stedi-lakehouse", "--store", work / "store", "--keys", work / "keys"]
    if not (work / "store").exists():
        run(PROGRAMS / "stedi-device", "simulate", ROOT / "config/scenarios/twin.toml", "--dry-run", work / "twin",
            "--expect-out", work / "expect.toml")
        run(*lakehouse, "import", work / "twin")
    profiles = []
    for profile in ("strict", "reference"):
        run(*lakehouse, "run", "--profile", profile)
        validation = work / f"{profile}.json"
        validation.write_text(run(*lakehouse, "validate", "--profile", profile, *expected, "--json", expect=(0, 3)))
        profiles += [f"--{profile}", validation]
    run(ROOT / "tools/report", "--store", work / "store", *profiles, "--html", page, "--title", "The twin, for a test",
        expect=(0, 3))


def write_plot(work: pathlib.Path, scenario: str, page: pathlib.Path, person: int = 0) -> None:
    """With a fault log, whose faults strike each of the person's devices and the website."""
    folder = work / scenario
    simulate(ROOT / f"config/scenarios/{scenario}.toml", folder)
    devices = [json.loads(line) for line in (work / f"{scenario}-truth/devices-{scenario}.ndjson").read_text().splitlines()]
    activity = json.loads((work / f"{scenario}-truth/activities-{scenario}.ndjson").read_text().splitlines()[0])
    fault_log = work / f"{scenario}-faults.ndjson"
    fault_log.write_text("".join(json.dumps({"id": f"{kind}:{number}", "kind": kind, "device": device["id"],
                                          "data_ms": activity["from"] + 1000 * number, "lasts_ms": 2000}) + "\n"
                              for number, device in enumerate(devices) for kind in ("flap", "half_open", "reboot")))
    run(ROOT / "tools/plot", folder, "--person", person, "--faults", fault_log, "--out", page)


DEVICE, BOOT = "d" * 32, "b" * 32


def evidence(faults: list[dict], missing: int) -> Evidence:
    names = [(DEVICE, BOOT, "accelerometer", seq) for seq in range(1, 1201)]
    landed = {name: [Landed(7, 50, 0)] for name in names[missing:]}
    return Evidence(accepted={name: Batch(50, 7) for name in names}, landed=landed, gaps=set(), refused=set(), waiting=0,
                    quarantined_digests=collections.Counter(), quarantined_records=collections.defaultdict(collections.Counter),
                    cut_messages=0, faults=faults, devices={DEVICE})


def write_account(page: pathlib.Path, missing: int) -> None:
    from pages.account.page import render

    faults = [{"id": f"{kind}:{seq}", "kind": kind, "at_ms": seq, "device": DEVICE, "boot": BOOT, "stream": "accelerometer",
               "seq": seq, "expect": "landed_or_gap"} for kind in ("drop", "corrupt_reading", "half_open") for seq in range(1, 800)]
    page.write_text(render(origin.made("a store of a test"), Account(evidence(faults, missing))), encoding="utf-8")


def sample(number: int, mib: float) -> Sample:
    values = {"process_resident_memory_bytes": mib * 1024 * 1024, "stedi_gateway_queue_messages": number % 7}
    values['stedi_gateway_records_landed_total{stream="accelerometer"}'] = 123_456 * number
    for name in ("commit", "ack"):
        for bound, share in (("0.001", 0.5), ("0.01", 0.9), ("0.1", 1), ("+Inf", 1)):
            values[f'stedi_gateway_{name}_seconds_bucket{{le="{bound}"}}'] = 1000 * number * share
    return Sample(2.0 * number, values, 700 * 1024 * 1024)


def write_soak(page: pathlib.Path, leak_mib: float) -> None:
    from pages.soak.page import render

    samples = [sample(number, 20 + leak_mib * number) for number in range(1, 301)]
    verdict = flatness.judge([(one.seconds, one.sum_of("process_resident_memory_bytes")) for one in samples])
    page.write_text(render(origin.made("a store of a test"), "1,000 devices × 50 Hz", samples, verdict, 37_036_800, 37_036_800),
                    encoding="utf-8")


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        library.use()
        cls.work = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="stedi-pages.")))
        cls.browser = cls.enterClassContext(Browser())

    def hold(self, page: pathlib.Path, finding: str) -> None:
        """`finding`: how its first words read."""
        keep = os.environ.get("STEDI_SCREENSHOTS")
        for width in WIDTHS:
            colours = set()
            for scheme in SCHEMES:
                with self.subTest(page=page.name, width=width, scheme=scheme):
                    tab = self.browser.open(page, width, scheme)
                    if keep:
                        tab.screenshot(pathlib.Path(keep) / f"{page.stem}-{width}-{scheme}.png")
                    self.assertEqual(faults_of(tab), [])
                    self.assertRegex(tab.evaluate("document.querySelector('h1').innerText"), finding)
                    self.assertRegex(tab.evaluate("document.querySelector('.made').innerText"),
                                     r"^Made \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC by STEDI Edge \S.* from \S")
                    colours.add(tab.evaluate(COLOURS))
                    tab.close()
            self.assertEqual(len(colours), len(SCHEMES), "dark mode looks like light mode")

    def test_report(self) -> None:
        page = self.work / "report.html"
        write_report(self.work, page, "--expect", self.work / "expect.toml")
        self.hold(page, r"^28\.5.% of the published training rows should not exist$")
        # No email, serial number or pseudonym of anybody.
        self.assertNotRegex(page.read_text(encoding="utf-8"), r"@example|twin\d{4}-")

    def test_report_of_counts_that_differ(self) -> None:
        page = self.work / "report-differs.html"
        write_report(self.work, page, "--expect", ROOT / "config/expect/stedi.toml")
        self.hold(page, "should not exist")
        self.assertIn("Differences found", page.read_text(encoding="utf-8"))

    def test_account(self) -> None:
        page = self.work / "account.html"
        write_account(page, missing=0)
        self.hold(page, "^All 2,397 faults are accounted for")

    def test_account_of_a_loss(self) -> None:
        page = self.work / "account-loss.html"
        write_account(page, missing=300)
        self.hold(page, "problems: not everything is accounted for$")

    def test_soak(self) -> None:
        page = self.work / "soak.html"
        write_soak(page, leak_mib=0)
        self.hold(page, "memory stays flat")

    def test_soak_of_a_leak(self) -> None:
        page = self.work / "soak-leak.html"
        write_soak(page, leak_mib=0.5)
        self.hold(page, "memory grows by")

    def test_plot(self) -> None:
        for scenario, person in (("hostile", 1), ("home", 2), ("embedded", 0)):
            page = self.work / f"plot-{scenario}.html"
            write_plot(self.work, scenario, page, person)
            self.hold(page, r"^Person \d+ took [\d,]+ steps in (one|\d+) sittings?")
            self.assertNotRegex(page.read_text(encoding="utf-8"), "@example")


class Plot(unittest.TestCase):
    """What it says is what the simulation's truth says."""

    def test_it_shows_every_step_and_reading_on_true_time(self) -> None:
        from pages.plot.recording import Recording, read_sittings

        with tempfile.TemporaryDirectory(prefix="stedi-pages.") as folder:
            work = pathlib.Path(folder)
            simulate(ROOT / "config/scenarios/clinic.toml", work / "clinic")
            recording = Recording(work / "clinic")
            sittings = read_sittings(recording, 7, None)
            steps = [json.loads(line) for line in (work / "clinic-truth/steps-clinic.ndjson").read_text().splitlines()]
            self.assertEqual(sum(len(one.steps) for one in sittings), sum(step["person"] == 7 for step in steps))
            for device in recording.devices_of(7):
                self.assertEqual(sum(one.readings[device["device"]] for one in sittings), device["lines"])
            for sitting in sittings:
                for curve in sitting.curves.values():
                    self.assertTrue(all(-1 < at_s < sitting.length_s() + 1 for at_s, _ in curve))

    def hostile(self, lines: list[dict]) -> tuple[list[Any], list[dict]]:
        """The sittings of person 1, with a fault log of these lines; and the truth about that person's sensors."""
        from pages.plot.recording import Recording, read_sittings

        with tempfile.TemporaryDirectory(prefix="stedi-pages.") as folder:
            work = pathlib.Path(folder)
            simulate(ROOT / "config/scenarios/hostile.toml", work / "hostile")
            fault_log = work / "faults.ndjson"
            recording = Recording(work / "hostile")
            phone = recording.devices_of(1)[0]["id"]
            others = recording.devices_of(2)[0]["id"]
            website = recording.devices[0]["id"]
            whose = {"phone": phone, "other": others, "website": website}
            fault_log.write_text("".join(json.dumps(line | {"device": whose[line["device"]]}) + "\n" for line in lines))
            return read_sittings(recording, 1, fault_log), recording.truth("sensor-faults", 1)

    def test_it_shows_every_fault_of_the_sensors(self) -> None:
        sittings, truth = self.hostile([])
        shown = collections.Counter(fault.lane for sitting in sittings for fault in sitting.faults)
        self.assertEqual(shown["damaged"], sum(line["fault"] == "corrupt_reading" for line in truth))
        self.assertGreater(shown["damaged"], 5)
        self.assertEqual(shown["trainer stuck"], sum(line["fault"] == "stuck_sensor" for line in truth))
        self.assertEqual(shown["trainer clock"] + shown["phone clock"], sum(line["fault"] == "clock_step" for line in truth))

    def test_it_shows_what_a_fault_log_says_of_the_persons_devices(self) -> None:
        at_ms = 1709542805000
        sittings, truth = self.hostile([
            {"id": "flap:1", "kind": "flap", "at_ms": 1, "data_ms": at_ms, "lasts_ms": 500, "device": "phone", "expect": "law"},
            {"id": "reboot:1", "kind": "reboot", "data_ms": at_ms, "device": "website"},
            {"id": "half_open:1", "kind": "half_open", "data_ms": at_ms, "device": "other"},
            {"id": "stuck_sensor:1", "kind": "stuck_sensor", "data_ms": at_ms, "device": "phone"},  # told by the truth
            {"id": "drop:1", "kind": "drop", "device": "phone"},  # of one message: it does not say when
            {"id": "flap:2", "kind": "flap", "data_ms": at_ms + 86_400_000, "device": "phone"}])
        added = [fault for sitting in sittings for fault in sitting.faults][len(truth):]
        self.assertEqual([(fault.kind, fault.from_s, fault.until_s) for fault in added],
                         [("flap", 5.0, 5.5), ("reboot", 5.0, 5.0)])

    def test_it_says_in_one_line_what_is_wrong(self) -> None:
        with tempfile.TemporaryDirectory(prefix="stedi-pages.") as folder:
            work = pathlib.Path(folder)
            simulate(ROOT / "config/scenarios/embedded.toml", work / "data")
            (work / "bad.ndjson").write_text('{"data_ms":1,"device":"d","kind":"<b>"}\n')
            for status, arguments in ((1, [work / "absent"]), (2, [work / "data", "--person", "1"]),
                                      (2, [work / "data", "--sitting", "7"]), (1, [work / "data", "--faults", work / "bad.ndjson"]),
                                      (1, [work / "data", "--faults", work / "absent"])):
                done = subprocess.run([ROOT / "tools/plot", *map(str, arguments), "--out", work / "page.html"],
                                      capture_output=True, text=True, timeout=DEADLINE_S)
                self.assertEqual(done.returncode, status, done.stderr)
                self.assertNotIn("Traceback", done.stderr)


class TheseChecks(unittest.TestCase):
    """A check that cannot fail holds nothing: each of them finds what it is for."""

    def test_each_fault_of_a_page_is_found(self) -> None:
        library.use()
        with tempfile.TemporaryDirectory(prefix="stedi-pages.") as folder, Browser() as browser:
            page = pathlib.Path(folder) / "page.html"
            write_soak(page, leak_mib=0)
            sound = page.read_text(encoding="utf-8")
            for fault, spoiled in {
                "complains": sound.replace("drawAll();\n</script>", "drawAll(); console.error('no')</script>"),
                "asks for": sound.replace("default-src 'none'", "default-src *").replace("img-src data:", "img-src *").replace(
                    "<footer>", "<img src='other.png'><footer>"),
                "complains: Refused|complains: .*Content Security": sound.replace("<footer>", "<img src='http://127.0.0.1:9/x.png'><footer>"),
                "layout: .*wider": sound.replace("<footer>", "<div style='width:2000px'>wide</div><footer>"),
                "layout: .*overflows": sound.replace("<footer>", "<p style='width:20px;overflow-wrap:normal'>overflowing</p><footer>"),
                "number that is not": sound.replace("readings landed,", "readings of 17 landed,"),
            }.items():
                self.assertNotEqual(spoiled, sound, fault)
                page.write_text(spoiled, encoding="utf-8")
                tab = browser.open(page, 1400, "light")
                self.assertTrue(any(re.match(fault, found) for found in faults_of(tab)), f"{fault}: {faults_of(tab)}")
                tab.close()


if __name__ == "__main__":
    unittest.main()
