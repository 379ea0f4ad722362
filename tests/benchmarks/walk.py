"""Walks one key and one invoice through the code: modules, functions, SQL, reads of the same row.

python -m tests.benchmarks.walk            the figures
python -m tests.benchmarks.walk --sql      and every statement, with how often it ran
"""

import asyncio
import re
import sqlite3
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

ROOT = Path(__file__).parents[2]
TABLES = ("invoices", "decisions", "approval_requests", "checkpoints", "writes")
"""Tables whose reads are counted one by one."""


@dataclass
class Walk:
    """The functions that ran between `begin` and `end`, in any thread."""

    functions: set[tuple[str, str, int]] = field(default_factory=set)
    statements: Counter[str] = field(default_factory=Counter)
    triggers: int = 0
    walking: bool = False

    def begin(self) -> None:
        """Count from here on."""
        self.functions.clear()
        self.statements.clear()
        self.triggers = 0
        self.walking = True

    def called(self, frame: FrameType, event: str, _given: object) -> None:
        """Note a call of one of our own functions."""
        if self.walking and event == "call":
            code = frame.f_code
            if code.co_filename.startswith((f"{ROOT}/expense_agent", f"{ROOT}/tui")):
                self.functions.add((code.co_filename, code.co_qualname, code.co_firstlineno))

    def trace(self) -> Callable[[str], None]:
        """Return what notes the statements of one connection.

        SQLite tells of a trigger by the statement that fires it, once more.
        """
        last = ""

        def ran(statement: str) -> None:
            nonlocal last
            fires = statement == last and statement.startswith(("INSERT", "UPDATE", "DELETE"))
            last = statement
            if self.walking and fires:
                self.triggers += 1
            elif self.walking:
                self.statements[_shape(statement)] += 1

        return ran

    def report(self, name: str, *, in_full: bool) -> None:
        """Print the figures and go on uncounted."""
        self.walking = False
        modules = {file for file, _, _ in self.functions}
        print(
            f"{name}: {len(modules)} modules, {len(self.functions)} functions,"
            f" {self.statements.total()} statements of SQL, {self.triggers} triggers"
        )
        reads = {table: self._reads(table) for table in TABLES}
        print("   reads:", ", ".join(f"{table} {count}" for table, count in reads.items()))
        if in_full:
            for statement, count in self.statements.most_common():
                print(f"   {count:3} {statement[:160]}")

    def _reads(self, table: str) -> int:
        read = re.compile(rf"^SELECT .*?\bFROM {table}\b")
        return sum(count for text, count in self.statements.items() if read.search(text))


def _shape(statement: str) -> str:
    """Return a statement without its values, so that equal ones count together."""
    text = re.sub(r"'(?:[^']|'')*'", "?", statement)
    text = re.sub(r"\bx?'[0-9a-f]*'|\b\d+(?:\.\d+)?\b", "?", text, flags=re.IGNORECASE)
    return " ".join(text.split())


def watch(walk: Walk) -> None:
    """See every call and every statement from now on; threads begun before are not seen."""
    connect = sqlite3.connect

    def traced(*given: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*given, **named)
        connection.set_trace_callback(walk.trace())
        return connection

    sqlite3.connect = traced  # type: ignore[assignment]
    threading.setprofile(walk.called)
    sys.setprofile(walk.called)


async def one_invoice(walk: Walk, folder: Path, *, in_full: bool) -> None:
    """Import a clean invoice and one that waits, each alone."""
    from tests.agents import an_office  # noqa: PLC0415 - not before it is watched

    head = "Invoice number,Supplier,Amount,Currency,Issue date,Due date,IBAN\n"
    async with an_office(folder) as office:
        agent = office.person()
        await agent.start()
        for name, amount in (("warm", "90.00"), ("clean", "100.00"), ("waits", "900.00")):
            table = folder / f"{name}.csv"
            row = f"{name},Nordwind,{amount},EUR,2026-11-01,2026-12-20,DE89370400440532013000\n"
            table.write_text(head + row, encoding="utf-8")
            walk.begin()
            await agent.submit([table])
            if name != "warm":
                walk.report(f"one invoice ({name})", in_full=in_full)


async def one_key(walk: Walk, folder: Path, *, in_full: bool) -> None:
    """Press `a` on a routine invoice of the queue, until its payment is scheduled."""
    from expense_agent.domain.policy import Policy  # noqa: PLC0415
    from tests.agents import an_office, take  # noqa: PLC0415 - not before it is watched
    from tests.builders import an_invoice  # noqa: PLC0415
    from tests.tui.driving import a_running_app  # noqa: PLC0415
    from tui.choices import Choices  # noqa: PLC0415

    policy = Policy(default_severity="off", severities={"over_limit": "block"})
    async with an_office(folder, policy) as office:
        invoices = (an_invoice("700.00 EUR", number=f"R-{n}") for n in range(3))
        await take(office.person("ines"), *invoices)
        steps = count()
        choices = Choices(ticks=lambda: float(next(steps)), grace_seconds=0.0)
        person = partial(office.person, "ann")
        async with a_running_app(person, choices, (120, 40)) as (_app, board, pilot):
            while board.session.engine != "ready" or not board.session.inbox.loaded:
                await pilot.pause(0.01)
            for again in (False, True):
                walk.begin()
                await pilot.press("a")
                while "scheduled" not in board.session.inbox.status.sentence:
                    await pilot.pause(0.01)
                await pilot.pause()
                if again:
                    walk.report("one key (a)", in_full=in_full)
                board.session.inbox.status.tell("")
                await pilot.press("j")


def main() -> None:
    """Walk both ways."""
    walk, in_full = Walk(), "--sql" in sys.argv
    watch(walk)
    for way in (one_invoice, one_key):
        with TemporaryDirectory() as folder:
            asyncio.run(way(walk, Path(folder), in_full=in_full))


if __name__ == "__main__":
    main()
