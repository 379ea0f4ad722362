"""Bytes of a closed ledger change: `audit verify` says so, and nothing is paid from them.

`EXPENSE_AGENT_CHAOS=10000 pytest tests/chaos/test_tamper.py` changes as many as wanted.
"""

import asyncio
import os
import random
import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

import pytest

from expense_agent.agent import ExpenseAgent
from expense_agent.domain.approval import Seen, Verdict
from expense_agent.domain.policy import Policy
from expense_agent.errors import ExpenseAgentError, UsageProblem
from expense_agent.service import Failed, PaymentView
from expense_agent.settings import settings_from
from expense_agent.storage.audit_table import SEALED
from expense_agent.storage.sqlite.folder_store import FolderStore
from expense_agent.storage.sqlite.ledger_file import SqliteDatabase
from expense_agent.storage.sqlite.store_files import LEDGER_FILE
from expense_agent.storage.verify import verify
from tests.agents import approve, queue, take, waiting
from tests.builders import NORDWIND_IBAN, an_invoice
from tests.fakes import FixedClock
from tests.storage.books import behind_its_back, without_guards

CHANGES = int(os.environ.get("EXPENSE_AGENT_CHAOS", "40"))
FIRST = int(os.environ.get("EXPENSE_AGENT_CHAOS_SEED", "0"))
IN_A_TRIAL = 10
"""Single-byte changes whose ledgers are looked at before the next trial begins."""
LATER = FixedClock().at.replace(hour=12)


def opened(folder: Path, clock: FixedClock | None = None) -> ExpenseAgent:
    settings = settings_from(str(folder), None, "ann", environ={})
    clock = clock or FixedClock(LATER)
    return ExpenseAgent(settings, Policy(), FolderStore(folder, 1.0), clock)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with what may still be paid: registered, decided, edited and waiting."""
    folder = tmp_path_factory.mktemp("written") / "store"
    asyncio.run(write(folder))
    return folder


async def write(folder: Path) -> None:
    agent = opened(folder, FixedClock())
    await take(agent, an_invoice("110.00 EUR", number="PAID"))
    await take(agent, *(an_invoice(f"7{n}0.00 EUR", number=f"W-{n}") for n in range(4)))
    agent._desk.decide(waiting(agent, "W-0").seen, Verdict.APPROVE, "ann", "")
    agent._desk.edit(waiting(agent, "W-1").seen, {"payable_amount": "71.00"}, "ann", "typo")
    agent._ledger.register(an_invoice("120.00 EUR", number="NEW"), "ab" * 32, "ann")
    await agent.close()


RIGHT = {"PAID": "110.00", "NEW": "120.00", "W-0": "700.00", "W-2": "720.00", "W-3": "730.00"}


MONEY = (b"120.00", b"720.00", b"71.00", NORDWIND_IBAN.encode(), b"approve", b"EUR")
"""Every other change hits one of these, somewhere in the file."""


def places(whole: bytes, word: bytes) -> list[int]:
    return [found.start() for found in re.finditer(re.escape(word), whole)]


def changed_ledgers(written: Path, folder: Path, seed: int) -> Iterator[Path]:
    """Yield stores that differ from the written one in a single byte of the ledger."""
    chance = random.Random(seed)
    whole = (written / LEDGER_FILE).read_bytes()
    money = [at + n for word in MONEY for at in places(whole, word) for n in range(len(word))]
    for number in range(IN_A_TRIAL):
        store = folder / str(number)
        shutil.copytree(written, store)
        place = chance.choice(money) if number % 2 else chance.randrange(len(whole))
        other = whole[place] ^ (1 << chance.randrange(8))
        (store / LEDGER_FILE).write_bytes(whole[:place] + bytes([other]) + whole[place + 1 :])
        yield store


def facts(store: Path) -> list[list[tuple[object, ...]]] | None:
    """Read every sealed column and the trail; None when that is not possible any more."""
    with closing(sqlite3.connect(store / LEDGER_FILE)) as connection:
        connection.text_factory = bytes
        try:
            return [
                sorted(connection.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)
                for table, columns in (
                    *((sealed.table, ", ".join(sealed.columns)) for sealed in SEALED),
                    ("audit", "seq, invoice_id, prev, body, hash"),
                )
            ]
        except sqlite3.Error:
            return None


async def work_on(store: Path, seen: Sequence[Seen]) -> list[PaymentView]:
    """Recover, then approve what was seen before the change; give what is paid now."""
    agent = opened(store)
    try:
        with suppress(Exception):  # whatever it ends with, the law is about what is paid
            await agent.recover()
        for shown in seen:
            with suppress(Exception):
                await approve(agent, shown)
        return agent.payments()
    finally:
        await agent.close()


def findings(store: Path) -> tuple[str, ...]:
    try:
        with closing(SqliteDatabase(store, 1.0)) as database:
            return verify(database).findings
    except ExpenseAgentError as refusal:
        return (str(refusal),)


@pytest.mark.timeout(30 + 2 * IN_A_TRIAL)
@pytest.mark.parametrize("seed", range(FIRST, FIRST + max(1, CHANGES // IN_A_TRIAL)))
def test_a_changed_byte_is_named_or_changed_no_fact_and_nothing_is_paid_from_it(
    written: Path, tmp_path: Path, seed: int
) -> None:
    untouched = facts(written)
    whole = opened(written)
    seen = [row.seen for row in queue(whole)]
    whole.shut()
    for store in changed_ledgers(written, tmp_path, seed):
        named = findings(store)
        assert named or facts(store) == untouched
        try:
            paid = asyncio.run(work_on(store, seen))
        except (ExpenseAgentError, ValueError, LookupError):
            assert named
            continue
        for payment in paid:
            if payment.remittance != "PAID" or not named:
                assert payment.amount == RIGHT[payment.remittance]
                assert payment.account == NORDWIND_IBAN


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE invoices SET body = replace(body, '720.00', '920.00')",
        "UPDATE approval_requests SET approvals_needed = 1, payable = '1.00'",
        "UPDATE decisions SET approver = 'eve'",
        "UPDATE audit SET body = replace(body, '\"rows\"', '\"rowz\"')",
        "UPDATE audit SET invoice_id = 'other'",
    ],
)
async def test_nothing_is_paid_from_a_row_that_was_changed_between_decision_and_payment(
    tmp_path: Path, sql: str
) -> None:
    agent = opened(tmp_path / "store", FixedClock())
    try:
        await take(agent, an_invoice("720.00 EUR"))
        seen = waiting(agent, "R-1001").seen
        job = agent._desk.decide(seen, Verdict.APPROVE, "ann", "")
        agent._ledger.claims.leave(job.owner)
        with behind_its_back(tmp_path) as connection:
            without_guards(connection)
            connection.execute(sql)
        await agent.recover()
        assert agent.payments() == []
        assert not agent.verify().ok
    finally:
        await agent.close()


async def test_a_clean_invoice_is_not_paid_over_an_amount_changed_before_its_first_run(
    tmp_path: Path,
) -> None:
    """Nobody was asked, so that no fingerprint stands against it: the trail does."""
    agent = opened(tmp_path / "store", FixedClock())
    try:
        agent._ledger.register(an_invoice("120.00 EUR"), "ab" * 32, "ann")
        with behind_its_back(tmp_path) as connection:
            without_guards(connection)
            connection.execute("UPDATE invoices SET body = replace(body, '120.00', '420.00')")
        ((_, reason),) = (await agent.recover()).failed
        assert "not what the audit trail recorded" in reason
        assert agent.payments() == []
    finally:
        await agent.close()


async def test_one_invoice_that_cannot_be_read_holds_up_no_other(tmp_path: Path) -> None:
    agent = opened(tmp_path / "store", FixedClock())
    try:
        agent._ledger.register(an_invoice("120.00 EUR", number="TORN"), "ab" * 32, "ann")
        agent._ledger.register(an_invoice("130.00 EUR", number="WHOLE"), "cd" * 32, "ann")
        with behind_its_back(tmp_path) as connection:
            without_guards(connection)
            connection.execute("UPDATE invoices SET body = '{' WHERE body LIKE '%TORN%'")
        report = await agent.recover()
        assert len(report.failed) == 1
        assert "cannot be read from the ledger" in report.failed[0][1]
        assert [payment.remittance for payment in agent.payments()] == ["WHOLE"]
    finally:
        await agent.close()


# --- the head, kept elsewhere


async def with_history(folder: Path) -> ExpenseAgent:
    agent = opened(folder, FixedClock())
    await take(agent, an_invoice("720.00 EUR"), an_invoice("820.00 EUR", number="R-2"))
    return agent


async def test_the_head_stays_an_anchor_while_the_trail_grows(tmp_path: Path) -> None:
    agent = await with_history(tmp_path / "store")
    head = agent.verify().head
    assert not isinstance((await approve(agent, waiting(agent, "R-2")))[-1], Failed)
    assert agent.verify(head).ok
    assert head is not None
    assert agent.verify(head.upper()).ok
    await agent.close()


async def test_a_trail_cut_off_behind_the_anchors_back_is_named(tmp_path: Path) -> None:
    agent = await with_history(tmp_path / "store")
    head = agent.verify().head
    with behind_its_back(tmp_path) as connection:
        without_guards(connection)
        for table in ("audit", "approval_requests"):
            last = f"(SELECT max(rowid) FROM {table})"
            connection.execute(f"DELETE FROM {table} WHERE rowid = {last}")
    assert any("cut off, or written anew" in said for said in agent.verify(head).findings)
    assert all("anchor" not in said for said in agent.verify().findings)
    await agent.close()


async def test_a_trail_written_anew_from_its_beginning_is_named_by_its_anchor_only(
    tmp_path: Path,
) -> None:
    agent = await with_history(tmp_path / "one")
    head = agent.verify().head
    await agent.close()
    other = opened(tmp_path / "two", FixedClock())
    await take(other, an_invoice("1720.00 EUR"), an_invoice("1820.00 EUR", number="R-2"))
    assert other.verify().ok
    assert not other.verify(head).ok
    await other.close()


@pytest.mark.parametrize("anchor", ["", "12", "12:abc", "x:" + "0" * 64, "1:" + "0" * 65])
async def test_an_anchor_that_is_none_is_wrong_usage(tmp_path: Path, anchor: str) -> None:
    agent = opened(tmp_path / "store", FixedClock())
    with pytest.raises(UsageProblem, match="NUMBER:HASH"):
        agent.verify(anchor)
    await agent.close()
