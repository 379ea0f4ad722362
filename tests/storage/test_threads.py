"""`audit verify` looks at threads, too: what they ask must be what the ledger says is open."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from expense_agent.domain.policy import Policy
from expense_agent.service import Scheduled
from expense_agent.storage.sqlite.store_files import CHECKPOINTS_FILE
from tests.agents import Office, an_office, approve, edit, queue, reject, take, waiting
from tests.builders import an_invoice


async def filled(office: Office) -> list[str]:
    """One is paid, one rejected, one waits; give what verify says of the threads."""
    agent = office.person()
    numbers = ("PAID", "REFUSED", "WAITS")
    await take(agent, *(an_invoice("720.00 EUR", number=number) for number in numbers))
    await approve(agent, waiting(agent, "PAID"))
    await reject(agent, waiting(agent, "REFUSED"))
    return list(agent._database.astray().values())


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
        thread = next(p for p in agent.payments()).invoice_id
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
        assert (await agent.recover()).finished == (thread,)
        assert agent.verify().ok


async def test_a_thread_that_asks_something_else_is_named(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        await filled(office)
        behind_its_back(office, "UPDATE writes SET value = x'c1' WHERE idx = -3")
        agent = office.person()
        (finding,) = agent.verify().findings
        assert "waits, its thread asks something else: run `recover`" in finding
        row = waiting(agent, "WAITS")
        assert (await agent.recover()).finished == (row.seen.invoice_id,)
        assert agent.verify().ok
        assert isinstance((await approve(agent, waiting(agent, "WAITS")))[-1], Scheduled)


async def test_older_checkpoints_are_mended_and_everything_can_be_answered(tmp_path: Path) -> None:
    """As when somebody puts back a backup of the one file."""
    policy = Policy(second_above=Decimal("1000.00"))
    async with an_office(tmp_path, policy) as office:
        agent = office.person()
        numbers = {"PAID": "720.00", "TWO": "1720.00", "EDITED": "730.00", "WAITS": "740.00"}
        await take(agent, *(an_invoice(f"{numbers[n]} EUR", number=n) for n in numbers))
        await office.close()
        path = office.folder / CHECKPOINTS_FILE
        older = path.read_bytes()
        agent = office.person()
        await approve(agent, waiting(agent, "PAID"))
        await approve(agent, waiting(agent, "TWO"))
        await edit(agent, waiting(agent, "EDITED"), payable_amount="80.00")
        await take(agent, an_invoice("750.00 EUR", number="LATER"))
        await office.close()
        path.write_bytes(older)
        agent = office.person("bob")
        assert len(agent.verify().findings) == 3
        assert len((await agent.recover()).finished) == 3
        assert agent.verify().findings == ()
        assert (await agent.recover()).finished == ()
        for row in queue(agent):
            assert isinstance((await approve(agent, row))[-1], Scheduled), row.number
        amounts = {payment.remittance: payment.amount for payment in agent.payments()}
        assert amounts == {**numbers, "EDITED": "80.00", "LATER": "750.00"}


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
        assert agent._database.astray() == {}
