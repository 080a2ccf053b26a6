"""The records of SPEC.md, their printed form, and the command line the Python programs share."""

import argparse
import sys
import threading


def record(producer, sequence):
    """Key, value, headers and timestamp of one record."""
    identity = f"{producer}/{sequence}"
    h = 2166136261
    for byte in identity.encode():
        h = ((h ^ byte) * 16777619) & 0xFFFFFFFF
    key = None if h % 8 == 0 else f"k{sequence % 97}".encode()
    value = None
    if h % 16 != 1:
        value = (identity + "|" + chr(ord("a") + sequence % 26) * ((h >> 8) % 200)).encode()
    headers = [("id", identity.encode())]
    headers += [
        [],
        [("dup", b"a"), ("dup", b"b")],
        [("", b"x")],
        [("null", None), ("empty", b"")],
    ][(h >> 4) % 4]
    return key, value, headers, 1700000000000 + sequence * 1000 + h % 1000


def line(partition, offset, timestamp, key, value, headers):
    """The printed form of a record that was read."""
    shown = ",".join(f"{name.encode().hex()}:{_hex(v)}" for name, v in headers or [])
    return f"{partition}\t{offset}\t{timestamp}\t{_hex(key)}\t{_hex(value)}\t{shown}\n"


def _hex(value):
    return "-" if value is None else "=" + bytes(value).hex()


def options():
    """The command line of SPEC.md."""
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["produce", "consume"])
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--producer")
    parser.add_argument("--count", type=int)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--rate", type=int, default=0)
    parser.add_argument("--codec")
    parser.add_argument("--acks", action="store_true")
    parser.add_argument("--assign", action="store_true")
    parser.add_argument("--from", dest="start")
    parser.add_argument("--group")
    return parser.parse_args()


def parts(opts):
    """(codec, first sequence, end sequence) for each codec; an end of None is no end."""
    codecs = opts.codec.split(",")
    first = opts.first
    for at, codec in enumerate(codecs):
        size = opts.count // len(codecs) + (1 if at < opts.count % len(codecs) else 0)
        yield codec, first, None if opts.count == 0 else first + size
        first += size


def number(start):
    """The number in `offset:N` and `time:MILLIS`."""
    return int(start.split(":")[1])


def input_ended():
    """An event that is set once standard input ends."""
    event = threading.Event()

    def watch():
        while sys.stdin.buffer.read1(4096):
            pass
        event.set()

    threading.Thread(target=watch, daemon=True).start()
    return event
