"""What can go wrong. Each fault befalls a running system and returns when it is over; who it killed may still be
down (System.keep_up starts it again). Durations are long against the work in hand and short against a person's
patience."""

from __future__ import annotations

import dataclasses
import time
from typing import Callable

from chaos.machine import Machine, Trouble
from chaos.processes import NAP_S, Child, wait_until
from chaos.proxy import Mischief, Proxy
from chaos.system import Load, System

TWO_DAYS_MS = 2 * 86_400_000
OVERFLOWING = Load(readings=2_400, seconds=0, drops=True,
                   device_options=("--spool-max-bytes", "65536", "--spool-policy"))


@dataclasses.dataclass(frozen=True)
class Fault:
    name: str
    befall: Callable[[System], bool]  # whether it struck: a program that had nothing to write feels no full disk
    load: Load = Load()


def a_while(system: System, least_s: float = 0.05, most_s: float = 0.3) -> None:
    time.sleep(system.dice.uniform(least_s, most_s))


def happens(condition: Callable[[], bool], patience_s: float) -> bool:
    end = time.monotonic() + patience_s
    while not condition() and time.monotonic() < end:
        time.sleep(NAP_S)
    return condition()


def kill(child: Child | None) -> bool:
    assert child is not None
    was_alive = child.ended() is None
    child.kill()
    return was_alive


def die_at_a_write(system: System, machine: Machine, child: Child | None) -> bool:
    """It kills itself between two effects; when it has none in time, it is killed."""
    assert child is not None
    machine.die_after(system.dice.randint(0, 30))
    died = happens(lambda: child.ended() is not None, 0.5)
    child.kill()
    machine.live_on()
    return died


def storage_trouble(system: System, machine: Machine, trouble: Trouble) -> bool:
    before = machine.strikes()
    machine.set_trouble(trouble)
    struck = happens(lambda: machine.strikes() > before, 0.5)
    a_while(system)
    machine.set_trouble(Trouble.NONE)
    return struck


# ---- The gateway

def gateway_killed(system: System) -> bool:
    struck = kill(system.gateway)
    a_while(system, 0, 0.2)
    return struck


def gateway_told_to_stop(system: System) -> bool:
    system.stop_gateway()
    a_while(system, 0, 0.2)
    return True


def gateway_dies_at_a_write(system: System) -> bool:
    return die_at_a_write(system, system.gateway_machine, system.gateway)


def gateway_power_cut(system: System) -> bool:
    died = die_at_a_write(system, system.gateway_machine, system.gateway)
    return system.gateway_machine.cut_power(system.dice) or died


def gateway_trouble(trouble: Trouble) -> Callable[[System], bool]:
    return lambda system: storage_trouble(system, system.gateway_machine, trouble)


def gateway_sync_errors_then_power_cut(system: System) -> bool:
    struck = storage_trouble(system, system.gateway_machine, Trouble.SYNC_ERROR)
    if system.dice.random() < 0.5:
        kill(system.gateway)
        system.start_gateway()
        a_while(system)
    gateway_power_cut(system)
    return struck


def gateway_slow_disk(system: System) -> bool:
    machine = system.gateway_machine
    before = machine.strikes()
    machine.slow_syncs(system.dice.randint(5_000, 60_000))
    a_while(system)
    machine.slow_syncs(0)
    return machine.strikes() > before


# ---- The device

def device_killed(system: System) -> bool:
    struck = kill(system.device)
    a_while(system, 0, 0.1)
    return struck


def device_told_to_stop(system: System) -> bool:
    assert system.device is not None
    was_alive = system.device.ended() is None
    system.device.terminate()
    return was_alive


def device_dies_at_a_write(system: System) -> bool:
    return die_at_a_write(system, system.device_machine, system.device)


def device_power_cut(system: System) -> bool:
    died = die_at_a_write(system, system.device_machine, system.device)
    return system.device_machine.cut_power(system.dice) or died


def device_torn_spool_tail(system: System) -> bool:
    die_at_a_write(system, system.device_machine, system.device)
    return system.device_machine.tear_log(system.dice)


def device_trouble(trouble: Trouble) -> Callable[[System], bool]:
    return lambda system: storage_trouble(system, system.device_machine, trouble)


def device_sync_errors_then_power_cut(system: System) -> bool:
    struck = storage_trouble(system, system.device_machine, Trouble.SYNC_ERROR)
    system.keep_up()
    a_while(system)
    if not system.device_is_done():
        device_power_cut(system)
    return struck


# ---- The broker

def broker_killed(system: System) -> bool:
    struck = kill(system.broker)
    a_while(system, 0, 0.2)
    system.start_broker()
    return struck


def broker_killed_that_remembers(system: System) -> bool:
    """Its first death makes it remember; at the second it has old retained messages on its disk."""
    assert system.broker is not None
    system.remember_on_broker()
    system.broker.terminate()
    system.start_broker()
    a_while(system, 0.1, 0.3)
    struck = system.broker.ended() is None
    if system.dice.random() < 0.5:
        system.broker.terminate()
    else:
        kill(system.broker)
    kill(system.gateway)
    system.start_broker()
    a_while(system, 0, 0.1)
    return struck


# ---- The network

def a_link(system: System) -> Proxy:
    return system.dice.choice((system.gateway_link, system.device_link))


def network_cut(system: System) -> bool:
    link = a_link(system)
    before = link.strikes
    for _ in range(system.dice.randint(1, 3)):
        link.cut()
        a_while(system, 0.02, 0.2)
        link.mend()
        a_while(system, 0.02, 0.1)
    return link.strikes > before


def network_stalled(system: System) -> bool:
    link = a_link(system)
    before = link.strikes
    link.stall()
    a_while(system, 0.1, 0.4)
    link.mend()
    return link.strikes > before


def network_mischief(**shares: float) -> Callable[[System], bool]:
    def befall(system: System) -> bool:
        links = (system.gateway_link, system.device_link)
        before = sum(link.strikes for link in links)
        for link in links:
            link.harm(Mischief(**shares))
        a_while(system, 0.2, 0.4)
        for link in links:
            link.mend()
        return sum(link.strikes for link in links) > before
    return befall


# ---- Clocks, bounds, everything

def clock_stepped(system: System) -> bool:
    machine = system.dice.choice((system.gateway_machine, system.device_machine))
    before = machine.strikes()
    for _ in range(system.dice.randint(1, 3)):
        machine.step_clock(system.dice.randint(-TWO_DAYS_MS, TWO_DAYS_MS))
        a_while(system, 0.05, 0.15)
    if system.dice.random() < 0.5:
        kill(system.device)
    return machine.strikes() > before


def spool_overflows(system: System) -> bool:
    gateway_told_to_stop(system)
    wait_until(lambda: system.accepted_batches() > 60, "the device accepts nothing")
    a_while(system, 0.2, 0.5)
    return True  # the gaps that land say it


def readings_too_old(system: System) -> bool:
    gateway_killed(system)
    time.sleep(1.3)
    return True  # the gaps that land say it


def three_in_a_row(system: System) -> bool:
    struck = False
    for fault in system.dice.sample([one for one in SINGLE if one.load == Load()], 3):
        struck |= fault.befall(system)
        system.keep_up()
        if system.device_is_done():
            break
    return struck


def nothing(system: System) -> bool:
    a_while(system)
    return True


SINGLE = [
    Fault("gateway killed", gateway_killed),
    Fault("gateway told to stop", gateway_told_to_stop),
    Fault("gateway dies at a write", gateway_dies_at_a_write),
    Fault("gateway power cut", gateway_power_cut),
    Fault("gateway disk full", gateway_trouble(Trouble.FULL)),
    Fault("gateway write errors", gateway_trouble(Trouble.WRITE_ERROR)),
    Fault("gateway sync errors", gateway_trouble(Trouble.SYNC_ERROR)),
    Fault("gateway disk read-only", gateway_trouble(Trouble.READ_ONLY)),
    Fault("gateway sync errors, power cut", gateway_sync_errors_then_power_cut),
    Fault("gateway slow disk", gateway_slow_disk),
    Fault("device killed", device_killed),
    Fault("device told to stop", device_told_to_stop),
    Fault("device dies at a write", device_dies_at_a_write),
    Fault("device power cut", device_power_cut),
    Fault("device torn spool tail", device_torn_spool_tail),
    Fault("device disk full", device_trouble(Trouble.FULL)),
    Fault("device write errors", device_trouble(Trouble.WRITE_ERROR)),
    Fault("device sync errors, power cut", device_sync_errors_then_power_cut),
    Fault("broker killed", broker_killed),
    Fault("broker with persistence killed", broker_killed_that_remembers),
    Fault("network cut", network_cut),
    Fault("network stalled", network_stalled),
    Fault("network delayed", network_mischief(delay_ms=15.0)),
    Fault("messages lost", network_mischief(lose=0.25)),
    Fault("messages repeated", network_mischief(repeat=0.4)),
    Fault("messages reordered", network_mischief(reorder=0.4)),
    Fault("clock stepped", clock_stepped),
    Fault("spool overflows, oldest dropped", spool_overflows,
          dataclasses.replace(OVERFLOWING, device_options=(*OVERFLOWING.device_options, "drop_oldest"))),
    Fault("spool overflows, newest dropped", spool_overflows,
          dataclasses.replace(OVERFLOWING, device_options=(*OVERFLOWING.device_options, "drop_newest"))),
    Fault("readings too old", readings_too_old, Load(drops=True, device_options=("--spool-max-age", "1"))),
]
ALL = [*SINGLE, Fault("three of these in a row", three_in_a_row), Fault("nothing", nothing)]
