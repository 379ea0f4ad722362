"""Damaged files: what is whole is still shown, checkpoints are rebuilt, a ledger is refused.

Each kind of damage is done to a closed store, as a bad disk or a torn copy does it.
"""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from expense_agent.agent import ExpenseAgent
from expense_agent.doctor import examine
from expense_agent.domain.approval import Verdict
from expense_agent.errors import StoreUnusable
from expense_agent.service import Scheduled
from expense_agent.storage.sqlite.store_files import CHECKPOINTS_FILE, LEDGER_FILE
from tests.agents import Office, an_office, approve, queue, take, waiting
from tests.builders import an_invoice

ITEMS = 12


B_TREE_PAGES = (2, 5, 10, 13)
"""First bytes of pages with rows or keys; any other page may be free, or the end of a value."""


def zeroed(whole: bytes, size: int, share: float) -> bytes:
    """Zero the last page of a tree that begins in this share of the file."""
    last = int(len(whole) // size * share) - 1
    page = next(at for at in range(last, 0, -1) if whole[at * size] in B_TREE_PAGES)
    return whole[: page * size] + bytes(size) + whole[(page + 1) * size :]


DAMAGES: dict[str, Callable[[bytes, int], bytes]] = {
    "last page zeroed": lambda whole, size: zeroed(whole, size, 1),
    "garbage in a page": lambda whole, size: (
        whole[: 5 * size] + random.Random(1).randbytes(size) + whole[6 * size :]
    ),
    "truncated": lambda whole, size: whole[: len(whole) // size // 2 * size],
    "middle page zeroed": lambda whole, size: zeroed(whole, size, 0.5),
    "no database": lambda whole, _size: b"no database" * (len(whole) // 11),
}  # fmt: skip


def page_size(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA page_size").fetchone()[0])


def damage(path: Path, kind: str) -> None:
    size = page_size(path)
    path.write_bytes(DAMAGES[kind](path.read_bytes(), size))


async def filled(office: Office) -> None:
    """Fill a store: payments, requests, one decision that was not carried out any more."""
    agent = office.person()
    await take(
        agent,
        *(an_invoice("120.00 EUR", number=f"C-{n}") for n in range(3)),
        *(an_invoice("720.00 EUR", number=f"R-{n}") for n in range(ITEMS)),
    )
    await approve(agent, waiting(agent, "R-0"))
    agent._desk.decide(waiting(agent, "R-1").seen, Verdict.APPROVE, "ann", "")
    await office.close()


def paid(agent: ExpenseAgent) -> list[str]:
    return sorted(payment.remittance for payment in agent.payments())


@pytest.mark.parametrize("kind", DAMAGES)
async def test_damaged_checkpoints_are_found_and_rebuilt_and_nothing_vanishes(
    tmp_path: Path, kind: str
) -> None:
    async with an_office(tmp_path) as office:
        await filled(office)
        path = office.folder / CHECKPOINTS_FILE
        damage(path, kind)
        torn = path.read_bytes()
        agent = office.person()
        assert len(queue(agent)) == ITEMS - 2, "the list does not need the checkpoints"
        found = any(CHECKPOINTS_FILE in said for said in examine(agent._settings)["problems"])
        assert found
        recovered = await agent.recover()
        assert recovered.failed == ()
        assert recovered.set_aside
        assert (office.folder / recovered.set_aside).read_bytes() == torn
        for row in queue(agent):
            assert isinstance((await approve(agent, row))[-1], Scheduled)
        everything = [f"C-{n}" for n in range(3)] + [f"R-{n}" for n in range(ITEMS)]
        assert paid(agent) == sorted(everything)
        assert agent.verify().ok
        assert (await agent.recover()).set_aside is None


async def test_whole_checkpoints_stay_where_they_are(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        await filled(office)
        assert (await office.person().recover()).set_aside is None
        assert not list(office.folder.glob("*damaged*"))


async def test_one_thread_that_cannot_be_read_is_rebuilt_and_holds_up_no_other(
    tmp_path: Path,
) -> None:
    """SQLite finds nothing wrong with garbage inside a value."""
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, *(an_invoice("720.00 EUR", number=number) for number in ("A", "B")))
        thread_id = agent.invoice(waiting(agent, "A").seen.invoice_id).thread_id
        with closing(sqlite3.connect(office.folder / CHECKPOINTS_FILE)) as connection, connection:
            connection.execute(
                "UPDATE checkpoints SET checkpoint = x'c1c1c1c1' WHERE thread_id = ?", (thread_id,)
            )
        for number in ("A", "B"):
            assert isinstance((await approve(agent, waiting(agent, number)))[-1], Scheduled)
        assert paid(agent) == ["A", "B"]


@pytest.mark.parametrize("kind", DAMAGES)
async def test_a_damaged_ledger_is_refused_with_a_sentence_and_pays_nothing(
    tmp_path: Path, kind: str
) -> None:
    async with an_office(tmp_path) as office:
        await filled(office)
        path = office.folder / LEDGER_FILE
        damage(path, kind)
        torn = path.read_bytes()
        with pytest.raises(StoreUnusable, match=LEDGER_FILE):
            await office.person().recover()
        assert path.read_bytes() == torn, "evidence is not touched"
