"""The process that `confined` starts: reads one file after the other for its pool.

It sees no terminal, no file of ours and no secret, and what libraries want to say goes nowhere.
"""

import fcntl
import importlib
import os
import pickle
import resource
import select
import sys
import time
from typing import NamedTuple

from expense_agent.importers.problem import UnreadableError

MEMORY = 256 * 1024 * 1024
"""Bytes this process may use, the file itself included."""
LARGEST_ANSWER = 96 * 1024 * 1024
"""Bytes of what is made of one file: 200,000 rows of a wide table."""


class Task(NamedTuple):
    """A function from bytes to bytes, which only this process loads."""

    module: str
    function: str
    processor_seconds: int
    clock_seconds: float
    """More by far, for a machine that is busy with other things."""


PDF = Task("expense_agent.importers.pdf_content", "content_of", 3, 15)
PAGES = Task("expense_agent.importers.pdf_content", "pages_of", 5, 25)
XLSX = Task("expense_agent.importers.xlsx_content", "content_of", 20, 100)


def main() -> None:
    """Do what stands in the standard input, until the other side of it closes."""
    target, args, kwargs = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by `reading_pool`
    _end_with_the_other_side(sys.stdin.fileno())
    target(*args, **kwargs)


def confine() -> None:
    """Set the limits that hold for all files together."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def read(task: Task, data: bytes) -> bytes:
    """Run a task; raises UnreadableError, and anything that a library may raise."""
    _allow(task.processor_seconds)
    function = getattr(importlib.import_module(task.module), task.function)
    content: bytes = function(data)
    if len(content) > LARGEST_ANSWER:
        raise UnreadableError("it holds more text than a table of invoices can have: split it")
    return content


def _allow(seconds: int) -> None:
    """Let the processor time run out in so many seconds from now."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + seconds, most))


def _end_with_the_other_side(pipe: int) -> None:
    """Let the kernel end this process when a pipe closes, whatever it is doing then.

    SIGIO does so on Linux; elsewhere it is ignored, and the processor time runs out.
    """
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETFL, os.O_ASYNC)
    closed, _, _ = select.select([pipe], [], [], 0)
    if closed:
        sys.exit()
