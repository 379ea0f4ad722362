"""`audit verify` looks at threads, too: what they ask must be what the ledger says is open."""

import sqlite3
from contextlib import closing
from pathlib import Path

from expense_agent.storage.database import CHECKPOINTS_FILE
from expense_agent.storage.threads import disagreements
from tests.agents import Office, an_office, approve, reject, take, waiting
from tests.builders import an_invoice


async def filled(office: Office) -> list[str]:
    """One is paid, one rejected, one waits; give what verify says of the threads."""
    agent = office.person()
    numbers = ("PAID", "REFUSED", "WAITS")
    await take(agent, *(an_invoice("720.00 EUR", number=number) for number in numbers))
    await approve(agent, waiting(agent, "PAID"))
    await reject(agent, waiting(agent, "REFUSED"))
    return list(disagreements(agent._database))


def behind_its_back(office: Office, sql: str) -> None:
    with closing(sqlite3.connect(office.folder / CHECKPOINTS_FILE)) as connection, connection:
        connection.execute(sql)


async def test_threads_that_ask_what_is_open_are_in_order(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        assert await filled(office) == []
        agent = office.person()
        assert agent.verify().ok


async def test_a_finished_invoice_whose_thread_was_put_back_is_named(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        await filled(office)
        agent = office.person()
        thread = next(p for p in agent.payments())["invoice_id"]
        thread_id = agent.invoice(str(thread)).thread_id
        pending = "SELECT checkpoint_id FROM writes WHERE idx = -3 AND thread_id = w.thread_id"
        behind_its_back(
            office,
            f"DELETE FROM checkpoints AS w WHERE thread_id = '{thread_id}'"
            f" AND checkpoint_id > ({pending})",
        )
        behind_its_back(office, f"DELETE FROM writes WHERE thread_id = '{thread_id}' AND idx >= 0")
        (finding,) = agent.verify().findings
        assert "is scheduled, its thread still asks" in finding


async def test_a_thread_that_asks_something_else_is_named(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        await filled(office)
        behind_its_back(office, "UPDATE writes SET value = x'c1' WHERE idx = -3")
        (finding,) = office.person().verify().findings
        assert "waits, its thread does not ask" in finding


async def test_a_store_without_checkpoints_is_not_blamed_for_it(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        await filled(office)
        await office.close()
        (office.folder / CHECKPOINTS_FILE).unlink()
        agent = office.person()
        assert agent.verify().ok


async def test_what_is_being_carried_out_is_left_out(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        await filled(office)
        agent = office.person()
        behind_its_back(office, "UPDATE writes SET value = x'c1' WHERE idx = -3")
        detail = agent.invoice(waiting(agent, "WAITS").seen.invoice_id)
        agent._ledger.claims.take(detail.thread_id, "somebody", "recovery")
        assert list(disagreements(agent._database)) == []
