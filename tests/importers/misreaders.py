"""Readers of a file that a library might be, at its worst; the confined process runs them."""

import ctypes
import json
import os
import re
import signal
import time
from pathlib import Path


def sees(data: bytes) -> bytes:
    """The process as it can tell: its environment, its session and the files it has open."""
    del data
    own = Path("/proc/self")
    files = [str(place.readlink()) for place in (own / "fd").iterdir() if place.exists()]
    said = own.joinpath("environ").read_bytes().decode()
    return json.dumps({"environment": said, "session": os.getsid(0), "files": files}).encode()


def number(data: bytes) -> bytes:
    """The number of the process."""
    del data
    return b"%d" % os.getpid()


def repeats(data: bytes) -> bytes:
    return data


def hangs(data: bytes) -> bytes:
    Path(os.fsdecode(data)).write_text(str(os.getpid()), "ascii")
    time.sleep(600)
    return b""


def hangs_deaf(data: bytes) -> bytes:
    """Be busy in a library in C, where no handler of a signal and no other thread comes in."""
    Path(os.fsdecode(data)).write_text(str(os.getpid()), "ascii")
    re.match("(a+)+b", "a" * 60)
    return b""


def toils(data: bytes) -> bytes:
    while True:
        del data
        data = b""


def is_killed(data: bytes) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return data


def exits(data: bytes) -> bytes:
    """End as if all were well."""
    del data
    os._exit(0)


def crashes(data: bytes) -> bytes:
    ctypes.string_at(0)
    return data


def raises(data: bytes) -> bytes:
    raise RecursionError(data)


def wants_memory(data: bytes) -> bytes:
    return data * 2_000_000_000


def answers_100_mb(data: bytes) -> bytes:
    del data
    return bytes(100 * 1024 * 1024)


def dies_while_it_answers(data: bytes) -> bytes:
    """Write half an answer past everybody into the pipe of answers, and die."""
    del data
    pipes = [int(place.name) for place in Path("/proc/self/fd").iterdir() if int(place.name) > 2]
    for pipe in pipes:
        try:
            os.write(pipe, b"\x00\x10\x00\x00half")
        except OSError:
            continue
    os._exit(1)


def answers_nothing(data: bytes) -> None:
    del data
