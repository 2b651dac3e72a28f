#!/usr/bin/env python3
"""seeds.py OUT: first inputs for the fuzz targets, one folder a target, made from what the repository holds
already: the conformance vectors, the shipped configuration and scenario. tests/fuzz/corpus holds the rest."""

import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
VECTORS = ROOT / "core/wire/vectors"
# In the order of all_streams (core/record/stream.hpp): the envelope target's first byte.
STREAMS = ["customer", "consent", "pairing", "accelerometer", "step_trainer", "gap"]


def records_of(payload):
    """The records of a vector's payload, as text; none when it is not whole JSON."""
    try:
        value = json.loads(payload)
    except ValueError:
        return []
    if isinstance(value, dict):
        value = value.get("records", [value])
    if not isinstance(value, list):
        return []
    return [json.dumps(record, separators=(",", ":")) for record in value]


def from_payloads(put):
    for vector in json.loads((VECTORS / "payloads.json").read_text()):
        stream, name = vector["stream"], vector["name"]
        choice = bytes([STREAMS.index(stream)])
        put("envelope", name, choice + vector["payload"].encode("utf-8", "surrogatepass"))
        for number, record in enumerate(records_of(vector["payload"])):
            put(stream, f"{name} {number}", record.encode())


def damages():
    """Damages to a killed spool (spool_file.cpp): torn tails of the log, flipped bits, lost sectors."""
    def one(what, where, value, in_log=False):
        return bytes([what | (0x80 if in_log else 0)]) + where.to_bytes(3, "little") + value.to_bytes(2, "little")
    yield "sound", b"d"
    yield "sound log", b"L"
    for where in (0, 24, 32, 4152, 8272, 20000, 60001, 100000):
        yield f"log torn at {where}", b"L" + one(1, where, 0)
        yield f"log flipped at {where}", b"L" + one(5, where, 3)
        yield f"log sector lost at {where}", b"L" + one(2, where, 512)
    for where in (0, 18, 60, 68, 100, 4096, 9000, 20000, 30001):
        yield f"database torn at {where}", b"d" + one(1, where, 0)
        yield f"database flipped at {where}", b"d" + one(5, where, 3)
        yield f"database sector lost at {where}", b"d" + one(2, where, 512)
    yield "log repeated", b"L" + one(4, 32, 4120)
    yield "both", b"d" + one(1, 50000, 0, in_log=True) + one(5, 9000, 1)
    yield "empty database", b"f"
    yield "no database", b"fSQLite format 3\0"
    yield "no log", b"l7\x7f\x06\x82"


def main():
    out = pathlib.Path(sys.argv[1])

    def put(target, name, content):
        folder = out / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name.replace(" ", "_").replace("/", "_")).write_bytes(content)

    from_payloads(put)
    for vector in json.loads((VECTORS / "acks.json").read_text()):
        put("ack", vector["name"], vector["payload"].encode())
    for name, content in damages():
        put("spool_file", name, content)
    put("config", "gateway.toml", (ROOT / "config/gateway.toml").read_bytes())
    put("scenario", "twin.toml", (ROOT / "config/scenarios/twin.toml").read_bytes())
    for name in ("clinic.toml", "hostile.toml"):
        put("people", name, (ROOT / "config/scenarios" / name).read_bytes())
    for stream in STREAMS:
        put("topic", stream, f"stedi/v1/{'0123456789abcdef' * 2}/{stream}".encode())
    put("topic", "ack", b"stedi/v1/d/ack")


if __name__ == "__main__":
    main()
