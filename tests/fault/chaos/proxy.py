"""A TCP proxy before the broker that knows where MQTT packets begin and end: it cuts, delays, stalls, and loses,
repeats and reorders the messages of one client. Status topics keep the order that MQTT grants them."""

from __future__ import annotations

import asyncio
import dataclasses
import random
import threading
from typing import Coroutine

PUBLISH = 3
MOST_LENGTH_BYTES = 4


@dataclasses.dataclass
class Mischief:
    """Shares of the PUBLISH packets, 0 to 1, and milliseconds for every packet."""
    lose: float = 0.0
    repeat: float = 0.0
    reorder: float = 0.0
    delay_ms: float = 0.0


def may_be_harmed(packet: bytes) -> bool:
    if packet[0] >> 4 != PUBLISH:
        return False
    start = 1
    while packet[start] & 0x80:
        start += 1
    topic_bytes = int.from_bytes(packet[start + 1:start + 3], "big")
    return not packet[start + 3:start + 3 + topic_bytes].endswith(b"/status")


def harm(packet: bytes, held: list[bytes], mischief: Mischief, dice: random.Random) -> list[bytes]:
    """What goes out now for one packet that came in; `held` keeps the one that is being overtaken."""
    if not may_be_harmed(packet):
        return [packet]
    if dice.random() < mischief.lose:
        return []
    if not held and dice.random() < mischief.reorder:
        held.append(packet)
        return []
    out = [packet, *held]
    held.clear()
    return out + [packet] if dice.random() < mischief.repeat else out


async def read_packet(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(1)
    length, shift = 0, 0
    for _ in range(MOST_LENGTH_BYTES):
        byte = await reader.readexactly(1)
        head += byte
        length |= (byte[0] & 0x7F) << shift
        shift += 7
        if not byte[0] & 0x80:
            break
    return head + await reader.readexactly(length)


class Proxy:
    """Listens on a free port, in a thread of its own. Thread-safe."""

    def __init__(self, broker_port: int, seed: int):
        self._broker_port = broker_port
        self._dice = random.Random(seed)
        self._mischief = Mischief()
        self._refusing = False
        self.strikes = 0  # connections broken, packets held up or harmed
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = int(self._server.sockets[0].getsockname()[1])

    def harm(self, mischief: Mischief) -> None:
        self._mischief = mischief

    def cut(self) -> None:
        """Connections break and new ones are refused, until mend()."""
        self._refusing = True
        self._run(self._drop_all())

    def stall(self) -> None:
        """Connections stay and carry nothing, until mend()."""
        self._loop.call_soon_threadsafe(self._flowing.clear)

    def mend(self) -> None:
        self._refusing = False
        self._mischief = Mischief()
        self._loop.call_soon_threadsafe(self._flowing.set)

    def close(self) -> None:
        self._run(self._drop_all())
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _drop_all(self) -> None:
        for writer in list(self._writers):
            self.strikes += 1
            writer.transport.abort()

    async def _serve(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        self._writers.add(to_client)
        try:
            if self._refusing:
                return
            from_broker, to_broker = await asyncio.open_connection("127.0.0.1", self._broker_port)
            self._writers.add(to_broker)
            pumps = [asyncio.ensure_future(self._pump(from_client, to_broker)),
                     asyncio.ensure_future(self._pump(from_broker, to_client))]
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            self._writers.discard(to_broker)
            to_broker.transport.abort()
        except OSError:
            pass  # the broker is away
        finally:
            self._writers.discard(to_client)
            to_client.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held: list[bytes] = []
        try:
            while True:
                packet = await read_packet(reader)
                if not self._flowing.is_set():
                    self.strikes += 1
                await self._flowing.wait()
                mischief = self._mischief
                if mischief.delay_ms:
                    self.strikes += 1
                    await asyncio.sleep(mischief.delay_ms / 1000)
                out = harm(packet, held, mischief, self._dice)
                self.strikes += out != [packet]
                for one in out:
                    writer.write(one)
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            pass  # one side is gone: so goes the other
