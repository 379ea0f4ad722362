"""A small stable door to the real engine, for comparisons that live outside this project.

Names behind it may change; these do not: `open(policy_text, folder)` returns an object with
synchronous `import_rows(rows)`, `waiting()`, `approve(ids, at_once)` and `close()`.
"""

import asyncio
import csv
from collections.abc import Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from expense_agent.agent import open_agent
from expense_agent.service import Approve, AskedAgain, Event, QueueQuery, Scheduled
from expense_agent.settings import Settings

COLUMNS = {
    "number": "Invoice number",
    "vendor": "Supplier",
    "description": "Description",
    "amount": "Amount",
    "currency": "Currency",
    "issue_date": "Issue date",
    "due_date": "Due date",
    "iban": "IBAN",
}
"""Keys of a row, and the heads they have in the table that is imported."""
_T = TypeVar("_T")


def open(policy_text: str, folder: Path) -> "Product":  # noqa: A001 - the name outsiders rely on
    """Open a new store in a folder under a policy, with the engine loaded."""
    return Product(policy_text, folder)


class Product:
    """The agent on an event loop of its own, driven from one thread."""

    def __init__(self, policy_text: str, folder: Path) -> None:
        policy = folder / "policy.toml"
        policy.write_text(policy_text, encoding="utf-8")
        self._folder = folder
        self._tables = 0
        self._loop = asyncio.new_event_loop()
        self._agent = open_agent(Settings(folder / "store", approver="me", policy=policy))
        self._wait(self._agent.start())

    def import_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Import invoices the way a person does, as a table; raise on the first problem."""
        self._tables += 1
        table = self._folder / f"rows-{self._tables}.csv"
        with table.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS.values())
            writer.writerows([_cell(row[key]) for key in COLUMNS] for row in rows)
        report = self._wait(self._agent.submit([table]))
        assert not report.problems, report.problems[0]
        assert report.invoices == len(rows)

    def waiting(self) -> list[str]:
        """Return the ids of the invoices that wait for a person."""
        return list(self._seen())

    def approve(self, ids: Sequence[str], at_once: int) -> None:
        """Approve invoices as shown, so many at once, until each is scheduled."""
        self._wait(self._approve_all(ids, at_once))

    def close(self) -> None:
        """Let what runs finish, and close the store."""
        self._wait(self._agent.close())
        self._loop.close()

    def _seen(self) -> dict[str, Any]:
        rows = self._agent.rows(self._agent.overview(QueueQuery()).keys)
        return {row.seen.invoice_id: row.seen for row in rows}

    async def _approve_all(self, ids: Sequence[str], at_once: int) -> None:
        seen, slots = self._seen(), asyncio.Semaphore(at_once)

        async def one(invoice_id: str) -> None:
            last: Event | None = None
            async with slots:
                what = Approve(seen[invoice_id], bulk=at_once > 1)
                async for event in self._agent.act(what):
                    last = event
            assert isinstance(last, Scheduled | AskedAgain), last

        await asyncio.gather(*map(one, ids))

    def _wait(self, work: Coroutine[Any, Any, _T]) -> _T:
        return self._loop.run_until_complete(work)


def _cell(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
