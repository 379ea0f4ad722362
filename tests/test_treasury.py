"""Payment runs on a real store: exported once, whole or not at all, and the same bytes again."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from expense_agent.agent import ExpenseAgent
from expense_agent.desks import treasury
from expense_agent.domain.payment_run import CSV, PAIN_03, Debtor
from expense_agent.domain.policy import Policy
from expense_agent.errors import RequestRefused, UsageProblem
from expense_agent.service import Refused, Undo
from expense_agent.service.payment_runs import DaySum
from expense_agent.storage.payment_runs import PaymentRunTable
from tests.agents import Office, an_office, tables, take
from tests.builders import NORDWIND_IBAN, an_invoice
from tests.storage.books import behind_its_back, without_guards

BUYER = Debtor("Buyer GmbH", "DE02120300000000202051")
INVOICES = (
    an_invoice("120.00 EUR", number="A"),
    an_invoice("80.00 EUR", number="B", due_date=date(2026, 12, 24)),
    an_invoice("70.00 EUR", number="C", supplier="Haus am See", due_date=date(2026, 11, 1)),
)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with an_office(tmp_path, Policy(debtor=BUYER, default_severity="off")) as opened:
        yield opened


@pytest.fixture
async def tess(office: Office) -> ExpenseAgent:
    agent = office.person("tess")
    await take(agent, *INVOICES)
    return agent


def statuses(agent: ExpenseAgent) -> list[str]:
    return [p.status for p in sorted(agent.payments(), key=lambda p: int(p.id))]


def named(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern))


def is_whole(agent: ExpenseAgent) -> bool:
    proof = agent.verify()
    assert proof.findings == ()
    return proof.ok


async def test_a_run_exports_what_is_scheduled_once(tess: ExpenseAgent, tmp_path: Path) -> None:
    file = tmp_path / "run.xml"
    report = tess.treasury.run(file)
    assert (report.payments, report.totals, report.repeated) == (3, {"EUR": "270.00"}, False)
    assert report.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert file.stat().st_mode & 0o777 == 0o600
    assert statuses(tess) == ["exported"] * 3
    assert {p.run for p in tess.payments()} == {report.run}
    nothing = tess.treasury.run(tmp_path / "second.xml")
    assert (nothing.run, nothing.file) == (None, None)
    assert not (tmp_path / "second.xml").exists()
    assert named(tmp_path, ".*draft") == []
    assert is_whole(tess)


async def test_the_file_carries_an_anchor_that_verify_takes(
    tess: ExpenseAgent, tmp_path: Path
) -> None:
    report = tess.treasury.run(tmp_path / "run.xml")
    assert report.head is not None
    assert report.head in (tmp_path / "run.xml").read_text(encoding="utf-8")
    assert tess.verify(report.head).ok
    assert not tess.verify(f"1:{'0' * 64}").ok


async def test_a_plan_changes_nothing_and_says_what_the_bank_will_show(
    tess: ExpenseAgent,
) -> None:
    plan = tess.treasury.plan()
    assert [p.execution_date for p in plan.payments] == [
        "2026-11-22",
        "2026-12-01",
        "2026-12-24",
    ]
    assert plan.dates[0] == DaySum("2026-11-22", "EUR", 1, "70.00")
    assert plan.totals == {"EUR": "270.00"}
    assert statuses(tess) == ["scheduled"] * 3
    assert tess.treasury.runs() == []


async def test_only_what_is_to_be_paid_by_a_day_goes(tess: ExpenseAgent, tmp_path: Path) -> None:
    first = tess.treasury.run(tmp_path / "1.xml", until=date(2026, 12, 1))
    assert first.payments == 2
    assert statuses(tess) == ["exported", "scheduled", "exported"]
    assert tess.treasury.run(tmp_path / "2.xml").payments == 1
    assert [run.payments for run in tess.treasury.runs()] == [1, 2]
    assert is_whole(tess)


async def test_what_the_bank_would_refuse_stays_scheduled(office: Office, tmp_path: Path) -> None:
    tess = office.person("tess")
    await take(tess, *INVOICES[:1], an_invoice("90.00 USD", number="D", supplier="US Inc"))
    report = tess.treasury.run(tmp_path / "run.xml")
    (left,) = report.left_out
    assert (report.payments, left.currency) == (1, "USD")
    assert left.reason == "SEPA transfers are in EUR, not USD: format csv takes it"
    assert statuses(tess) == ["exported", "scheduled"]
    table = tess.treasury.run(tmp_path / "rest.csv", format=CSV)
    assert (table.payments, table.totals) == (1, {"USD": "90.00"})
    assert is_whole(tess)


async def test_exporting_again_gives_the_same_bytes(tess: ExpenseAgent, tmp_path: Path) -> None:
    first = tmp_path / "run.xml"
    report = tess.treasury.run(first)
    assert report.run is not None
    again = tess.treasury.again(report.run, tmp_path / "again.xml")
    assert first.read_bytes() == (tmp_path / "again.xml").read_bytes()
    assert (again.repeated, again.sha256) == (True, report.sha256)
    assert tess.treasury.again(report.run, first).sha256 == report.sha256
    with pytest.raises(UsageProblem, match=f"the last ones are: {report.run}"):
        tess.treasury.again("other", tmp_path / "x.xml")
    assert is_whole(tess)


async def test_another_file_is_never_replaced(tess: ExpenseAgent, tmp_path: Path) -> None:
    file = tmp_path / "run.xml"
    file.write_text("the payroll", encoding="utf-8")
    for target in (file, tmp_path, tmp_path / "nowhere" / "run.xml"):
        with pytest.raises(UsageProblem):
            tess.treasury.run(target)
    assert file.read_text(encoding="utf-8") == "the payroll"
    assert statuses(tess) == ["scheduled"] * 3


async def test_without_a_debtor_only_a_table_can_be_written(office: Office, tmp_path: Path) -> None:
    office.policy = Policy()
    tess = office.person("tess")
    await take(tess, INVOICES[0])
    with pytest.raises(UsageProblem, match=r"needs a \[debtor\]"):
        tess.treasury.run(tmp_path / "run.xml")
    with pytest.raises(UsageProblem, match="no format 'pdf'"):
        tess.treasury.run(tmp_path / "run.xml", format="pdf")
    assert tess.treasury.run(tmp_path / "run.csv", format=CSV).payments == 1


async def test_the_version_is_the_policys(office: Office, tmp_path: Path) -> None:
    office.policy = Policy(debtor=Debtor("Buyer", BUYER.account, pain=PAIN_03))
    tess = office.person("tess")
    await take(tess, INVOICES[0])
    assert tess.treasury.run(tmp_path / "run.xml", format="pain.001").format == PAIN_03


# --- cut off


@pytest.mark.parametrize("where", ["before the file", "after the file", "among the payments"])
async def test_a_run_cut_off_is_finished_with_the_same_bytes(
    tess: ExpenseAgent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        if where == "before the file":
            patch.setattr(treasury, "write_whole", cut)
        elif where == "after the file":
            patch.setattr(PaymentRunTable, "export", cut)
        else:
            patch.setattr(tess.treasury.table._trail, "append", _fails_at(3, tess))
        with pytest.raises(KeyboardInterrupt):
            tess.treasury.run(tmp_path / "first.xml")
    assert statuses(tess) == ["scheduled"] * 3
    before = (tmp_path / "first.xml").read_bytes() if (tmp_path / "first.xml").exists() else None
    assert (before is None) == (where == "before the file")
    await take(tess, an_invoice("10.00 EUR", number="LATER"))
    report = tess.treasury.run(tmp_path / "second.xml")
    assert (report.repeated, report.payments) == (True, 3)
    assert before in (None, (tmp_path / "second.xml").read_bytes())
    assert statuses(tess) == ["exported"] * 3 + ["scheduled"]
    assert is_whole(tess)


def _fails_at(number: int, agent: ExpenseAgent) -> object:
    append, calls = agent.treasury.table._trail.append, iter(range(1, 99))

    def failing(*args: object, **details: object) -> None:
        if next(calls) == number:
            raise KeyboardInterrupt
        append(*args, **details)  # type: ignore[arg-type]

    return failing


async def test_a_full_disk_leaves_a_run_that_goes_on(
    tess: ExpenseAgent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(
            RequestRefused, match=r"No space left on device; run .* is written down"
        ):
            tess.treasury.run(tmp_path / "run.xml")
    assert named(tmp_path, "*.xml") == []
    assert named(tmp_path, ".*draft") == []
    assert tess.treasury.run(tmp_path / "run.xml").repeated


async def test_what_is_in_a_run_is_not_taken_back(
    tess: ExpenseAgent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    known = tess.payments()[0].invoice_id
    with monkeypatch.context() as patch:
        patch.setattr(treasury, "write_whole", cut)
        with pytest.raises(KeyboardInterrupt):
            tess.treasury.run(tmp_path / "run.xml")
    seen = tess.invoice(known).payment
    assert seen is not None
    told = [event async for event in tess.act(Undo(known, seen.id, "late"))][-1]
    assert isinstance(told, Refused)
    assert "is exported: ask the bank to recall it" in told.reason


async def test_nothing_leaves_a_ledger_that_cannot_be_proved(
    tess: ExpenseAgent, tmp_path: Path
) -> None:
    with behind_its_back(tmp_path) as connection:
        without_guards(connection)
        connection.execute("UPDATE payments SET account = ? WHERE payment_id = 1", ("GB1",))
        connection.execute(
            "UPDATE payments SET account = ? WHERE payment_id = 2", ("GB82WEST12345698765432",)
        )
    left_out = tess.treasury.plan().left_out
    assert [left.payment_id for left in left_out] == [1, 2]
    assert "is not what the audit trail recorded" in left_out[1].reason
    with pytest.raises(RequestRefused, match=r"nothing is exported, .*; and \d+ more"):
        tess.treasury.run(tmp_path / "run.xml")
    assert named(tmp_path, "*.xml") == []
    assert tess.treasury.runs() == []


async def test_the_file_of_an_earlier_run_is_not_written_again_either(
    tess: ExpenseAgent, tmp_path: Path
) -> None:
    run = tess.treasury.run(tmp_path / "run.xml").run
    assert run
    with behind_its_back(tmp_path) as connection:
        without_guards(connection)
        connection.execute("DELETE FROM audit WHERE seq = 1")
    with pytest.raises(RequestRefused, match="nothing is exported, `audit verify` finds: "):
        tess.treasury.again(run, tmp_path / "again.xml")
    assert not (tmp_path / "again.xml").exists()


# --- races


async def test_undo_and_pay_run_are_one_race(office: Office, tmp_path: Path) -> None:
    tess, ann = office.person("tess"), office.person("ann")
    invoices = [an_invoice("12.00 EUR", number=f"N{n}") for n in range(12)]
    await take(tess, *invoices)
    seen = [(p.invoice_id, p.id) for p in tess.payments()]

    async def undo(invoice_id: str, payment: int) -> bool:
        events = [event async for event in ann.act(Undo(invoice_id, payment, "race"))]
        return not isinstance(events[-1], Refused)

    run = asyncio.to_thread(tess.treasury.run, tmp_path / "run.xml")
    taking_back = asyncio.gather(*(undo(*one) for one in seen))
    report, undone = await asyncio.gather(run, taking_back)
    assert report.payments + sum(undone) == 12
    assert sorted(statuses(tess)) == ["exported"] * report.payments + ["voided"] * sum(undone)
    assert is_whole(tess)


async def test_of_many_at_once_one_exports(tess: ExpenseAgent, tmp_path: Path) -> None:
    def attempt(number: int) -> int:
        try:
            return tess.treasury.run(tmp_path / f"{number}.xml").payments
        except RequestRefused:
            return 0

    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(attempt, range(8)))
    assert sum(counts) == 3
    assert len(named(tmp_path, "*.xml")) == 1


def four_processes(folder: Path) -> list[bytes]:
    command = [sys.executable, "-m", "expense_agent", "--store", str(folder / "store"), "pay-run"]
    runs = [
        subprocess.Popen(
            [*command, "--format", "csv", "--output", str(folder / f"{n}.csv"), "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for n in range(4)
    ]
    said = [run.communicate(timeout=60)[0] for run in runs]
    assert {run.returncode for run in runs} <= {0, 1}
    return said


@pytest.mark.process
async def test_no_payment_is_exported_by_two_processes(tess: ExpenseAgent, tmp_path: Path) -> None:
    said = await asyncio.to_thread(four_processes, tmp_path)
    counts = [json.loads(out)["payments"] for out in said if out]
    assert sum(counts) == 3
    rows = [row for file in named(tmp_path, "*.csv") for row in file.read_text().splitlines()[1:]]
    assert len(rows) == 3
    assert tables(tess)("SELECT count(*) FROM payment_run_lines") == [(3,)]
    assert NORDWIND_IBAN in "".join(rows)
