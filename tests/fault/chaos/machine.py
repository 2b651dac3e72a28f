"""The computer a program under test runs on: its storage can fail, its power can go (shim/fault_shim.cpp)."""

from __future__ import annotations

import enum
import mmap
import pathlib
import random
import struct

SECTOR_BYTES = 512
CONTROL_WORDS = 5


class Trouble(enum.IntEnum):
    """As in the shim."""
    NONE = 0
    FULL = 1
    WRITE_ERROR = 2
    SYNC_ERROR = 3
    READ_ONLY = 4


class Machine:
    """Watches one folder of one program; outlives the program's processes."""

    def __init__(self, folder: pathlib.Path, work: pathlib.Path, shim: pathlib.Path):
        self.folder = folder
        self._durable = work / "durable"
        self._shim = shim
        folder.mkdir(parents=True)
        self._durable.mkdir(parents=True)
        self._control_file = work / "control"
        self._control_file.write_bytes(struct.pack(f"={CONTROL_WORDS}q", Trouble.NONE, -1, 0, 0, 0))
        with open(self._control_file, "r+b") as control:
            self._control = mmap.mmap(control.fileno(), CONTROL_WORDS * 8)

    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(self._shim),
            "STEDI_FAULT_FOLDER": str(self.folder),
            "STEDI_FAULT_DURABLE": str(self._durable),
            "STEDI_FAULT_CONTROL": str(self._control_file),
            "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0",
        }

    def _set(self, word: int, value: int) -> None:
        struct.pack_into("=q", self._control, word * 8, value)

    def set_trouble(self, trouble: Trouble) -> None:
        self._set(0, trouble)

    def die_after(self, effects: int) -> None:
        """The process kills itself at the write or sync after so many more."""
        self._set(1, effects)

    def live_on(self) -> None:
        self._set(1, -1)

    def step_clock(self, milliseconds: int) -> None:
        self._set(2, milliseconds)

    def slow_syncs(self, microseconds: int) -> None:
        self._set(3, microseconds)

    def strikes(self) -> int:
        """How often the program has felt any of the above."""
        return int(struct.unpack_from("=q", self._control, 4 * 8)[0])

    def cut_power(self, dice: random.Random) -> bool:
        """The process is dead. Of what it wrote and did not sync, all, nothing or any sectors are lost; whether
        anything was."""
        something_is_lost = False
        for file in self._data_files():
            durable = self._durable / file.name
            if not durable.exists() and dice.random() < 0.5:
                file.unlink()
                something_is_lost = True
                continue
            synced = durable.read_bytes() if durable.exists() else b""
            written = file.read_bytes()
            content = survive(synced, written, dice)
            something_is_lost |= content != written
            file.write_bytes(content)
            durable.write_bytes(content)
        return something_is_lost

    def tear_log(self, dice: random.Random) -> bool:
        """The process is dead. The last thing it wrote to the write-ahead log is there in part, with rubbish;
        whether that changed anything."""
        is_torn = False
        for log in self.folder.glob("*-wal"):
            durable = self._durable / log.name
            synced_bytes = durable.stat().st_size if durable.exists() else 0
            content = log.read_bytes()
            torn = content[:dice.randint(min(synced_bytes, len(content)), len(content))]
            torn += dice.randbytes(dice.randint(0, 600))
            is_torn |= torn != content
            log.write_bytes(torn)
        return is_torn

    def _data_files(self) -> list[pathlib.Path]:
        return [file for file in sorted(self.folder.iterdir())
                if file.is_file() and not file.name.endswith(("-shm", ".lock"))]


def survive(synced: bytes, written: bytes, dice: random.Random) -> bytes:
    """What a disk holds after a power cut: of each sector what was synced or what was written since."""
    fate = dice.choice(("all lost", "nothing lost", "any sectors"))
    if fate == "all lost":
        return synced
    if fate == "nothing lost":
        return written
    size = dice.choice((len(synced), len(written)))
    sectors = []
    for start in range(0, size, SECTOR_BYTES):
        source = dice.choice((synced, written))
        sectors.append(source[start:start + SECTOR_BYTES].ljust(SECTOR_BYTES, b"\0"))
    return b"".join(sectors)[:size]
