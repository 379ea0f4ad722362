"""The output of commands: JSON for programs, plain tables for people, nothing a terminal obeys."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from itertools import chain, islice
from typing import Any

from expense_agent.domain.invisible_chars import UNSAFE, safe
from expense_agent.service import ImportProgress

_BAR_WIDTH = 30
_PIECES = 1_000
"""Of JSON that is printed at a time: brackets, keys and values."""


def print_json(data: Any) -> None:
    """Print one JSON document: the same data, with everything a terminal could obey escaped.

    A dataclass is an object; however long it is, no more than a piece of its text is held.
    """
    sys.stdout.writelines(_json_blocks(data))
    print()


def print_json_list(entries: Iterable[Any]) -> None:
    """Print what print_json prints of a list, entry by entry: it may be longer than memory."""
    before = "[\n"
    for entry in entries:
        lines = "".join(_json_blocks([entry])).split("\n")
        print(before + "\n".join(lines[1:-1]), end="")
        before = ",\n"
    print("[]" if before == "[\n" else "\n]")


def _json_blocks(data: Any) -> Iterator[str]:
    ascii_only = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    encoder = json.JSONEncoder(ensure_ascii=ascii_only, indent=1, default=_plain)
    pieces = encoder.iterencode(data)
    while block := "".join(islice(pieces, _PIECES)):
        yield "\n".join(UNSAFE.sub(_escaped, line) for line in block.split("\n"))


def _plain(value: Any) -> dict[str, Any]:
    if not is_dataclass(value):
        raise TypeError(f"no JSON is made of {type(value).__name__}")
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def print_table(headers: Sequence[str], rows: Iterable[Sequence[object]], right: str = "") -> None:
    """Print rows under headers, as wide as their content; `right` names right-aligned columns.

    The rows are gone through twice, so that they need not all be held.
    """
    widths = [len(header) for header in headers]
    for row in rows:
        widths = list(map(max, widths, (len(_cell(cell)) for cell in row)))
    for row in chain([headers], rows):
        cells = (
            cell.rjust(width) if header in right.split() else cell.ljust(width)
            for header, cell, width in zip(headers, map(_cell, row), widths, strict=True)
        )
        print("  ".join(cells).rstrip())


def _cell(value: object) -> str:
    return safe("" if value is None else value)


def print_fields(fields: dict[str, object]) -> None:
    """Print names and values, one a line; empty ones are left out."""
    width = max(len(name) for name in fields)
    for name, value in fields.items():
        if value not in (None, "", [], ()):
            print(f"{name.ljust(width)}  {safe(value)}")


@contextmanager
def progress_bar() -> Iterator[Callable[[ImportProgress], None] | None]:
    """Show an import's progress on standard error, if that is a terminal; else give None."""
    if not sys.stderr.isatty():
        yield None
        return
    try:
        yield _draw
    finally:
        _redraw("")


def _draw(progress: ImportProgress) -> None:
    filled = round(progress.share * _BAR_WIDTH)
    bar = "#" * filled + "." * (_BAR_WIDTH - filled)
    text = f"[{bar}] {progress.share:4.0%} {progress.done:,} invoices {safe(progress.file)[-40:]}"
    _redraw(text)


def _redraw(line: str) -> None:
    with suppress(OSError):  # a terminal that is gone stops no import
        print(f"\r{line}\x1b[K", end="", file=sys.stderr, flush=True)
