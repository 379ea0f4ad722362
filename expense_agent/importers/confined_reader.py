"""The process that `confined` talks to: reads one file after the other from its standard input.

Everything it prints is an answer; what libraries want to say goes nowhere.
"""

import os
import resource
import sys
import time
from collections.abc import Callable
from typing import BinaryIO

from expense_agent.importers.confined import ANSWER, LARGEST_ANSWER, MEMORY, OUT_OF_MEMORY, REQUEST
from expense_agent.importers.problem import UnreadableError

_MORE_THAN_A_TABLE = "it holds more text than a table of invoices can have: split it"


def _pdf(data: bytes) -> bytes:
    from expense_agent.importers import pdf_content  # noqa: PLC0415 - loads pypdf

    return pdf_content.content_of(data)


def _pages(data: bytes) -> bytes:
    from expense_agent.importers import pdf_content  # noqa: PLC0415 - loads pypdf

    return pdf_content.pages_of(data)


def _xlsx(data: bytes) -> bytes:
    from expense_agent.importers import xlsx_content  # noqa: PLC0415 - loads calamine

    return xlsx_content.content_of(data)


TASKS: dict[bytes, tuple[Callable[[bytes], bytes], int]] = {
    b"p": (_pdf, 3),
    b"t": (_pages, 5),
    b"x": (_xlsx, 20),
}
"""What can be asked for, and the seconds of processor time it may take."""


def main() -> None:
    """Answer until the other side closes the pipe."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        while head := sys.stdin.buffer.read(REQUEST.size):
            task, length = REQUEST.unpack(head)
            _answer(task, sys.stdin.buffer.read(length), answers)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def _answer(task: bytes, data: bytes, answers: BinaryIO) -> None:
    read, seconds = TASKS[task]
    _allow(seconds)
    try:
        readable, content = True, read(data)
        if len(content) > LARGEST_ANSWER:
            readable, content = False, _MORE_THAN_A_TABLE.encode()
    except UnreadableError as error:
        readable, content = False, str(error).encode()
    answers.write(ANSWER.pack(readable, len(content)))
    answers.write(content)
    answers.flush()


def _allow(seconds: int) -> None:
    """Let the processor time run out in so many seconds from now."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + seconds, most))


if __name__ == "__main__":
    main()
