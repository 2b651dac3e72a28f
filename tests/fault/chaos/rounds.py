"""One round: a system at work, a fault, recovery, judgement. A round is named by the run's seed and its number."""

from __future__ import annotations

import dataclasses
import pathlib
import random
import shutil
import time

from chaos import law
from chaos.faults import ALL, Fault
from chaos.processes import Stuck, wait_until
from chaos.system import Programs, System

MOST_BATCHES_BEFORE = 25  # accepted before the fault
ROUND_DEADLINE_S = 60.0


@dataclasses.dataclass
class Round:
    number: int
    fault: str
    judgement: law.Judgement
    struck: bool = False  # the programs felt the fault
    recovery_s: float | None = None  # from the fault's end until all accepted until then was landed or in a gap
    trouble: str | None = None  # it did not come to an end, or a program did what it must not

    def failed(self) -> bool:
        return self.trouble is not None or not self.judgement.holds()


def fault_of(number: int) -> Fault:
    return ALL[(number - 1) % len(ALL)]


def run_round(seed: int, number: int, work: pathlib.Path, programs: Programs) -> Round:
    fault = fault_of(number)
    dice = random.Random(f"{seed}/{number}")
    result = Round(number, fault.name, law.Judgement())
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    system = System(work, programs, fault.load, dice)
    try:
        play(system, fault, result)
        readings = None if fault.load.drops else system.readings
        result.judgement = law.judge(system.accepted(), system.landing, readings)
        if fault.load.drops:
            result.struck = result.judgement.gaps > 0
    except (Stuck, AssertionError, ValueError) as error:
        result.trouble = f"{type(error).__name__}: {error}"
    finally:
        system.close()
    return result


def play(system: System, fault: Fault, result: Round) -> None:
    system.start_broker()
    system.start_gateway()
    system.start_device()
    before = system.dice.randint(1, MOST_BATCHES_BEFORE)
    wait_until(lambda: system.accepted_batches() >= before or system.device_is_done(), "the device accepts nothing")
    result.struck = fault.befall(system)
    result.recovery_s = recover(system)
    wait_until(lambda: keep_up_until_done(system), "not everything is acknowledged", ROUND_DEADLINE_S)
    system.stop_gateway()


def keep_up_until_done(system: System) -> bool:
    system.keep_up()
    return system.device_is_done()


def recover(system: System) -> float:
    """Seconds from now until everything accepted by now is accounted for."""
    start = time.monotonic()
    system.keep_up()
    accepted = set(system.accepted())

    def is_accounted_for() -> bool:
        system.keep_up()
        return accepted <= law.accounted_for(system.landing)

    wait_until(is_accounted_for, "what was accepted does not land", ROUND_DEADLINE_S)
    return time.monotonic() - start
