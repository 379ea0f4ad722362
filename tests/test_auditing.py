"""Evidence that proves itself without the program, and a journal that balances."""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from expense_agent.agent import ExpenseAgent
from expense_agent.domain.category import Category
from expense_agent.domain.payment_run import CSV
from expense_agent.domain.policy import Policy
from expense_agent.errors import UnknownInvoice, UsageProblem
from expense_agent.exporters.evidence_export import CHECK, as_json, as_text
from expense_agent.exporters.journal import account_of
from expense_agent.service import Undo
from tests.agents import Office, an_office, approve, edit, reject, take, waiting
from tests.builders import an_invoice

EVIL = 'Evil" ; | # <b> \\ \n=cmd\x1b]52;c;x\x07 & Søn'


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with an_office(tmp_path, Policy(default_severity="off")) as opened:
        yield opened


@pytest.fixture
async def ann(office: Office, tmp_path: Path) -> ExpenseAgent:
    """One taken back, paid again and exported; one edited, then rejected; one EVIL; a credit."""
    office.policy = Policy(default_severity="off", severities={"over_limit": "block"})
    ann = office.person("ann")
    vat = {"tax_exclusive_amount": Decimal("600.00"), "tax_amount": Decimal("120.00")}
    await take(
        ann,
        replace(an_invoice("720.00 EUR", number="A"), **vat),  # type: ignore[arg-type]
        an_invoice("800.00 EUR", number="B"),
        an_invoice("50.00 EUR", number="C", supplier=EVIL, due_date=date(2027, 1, 31)),
        an_invoice("30.00 EUR", number="CN", type_code="381", supplier="Haus am See"),
    )
    await approve(ann, waiting(ann, "A"))
    known = id_of(ann, "A")
    payment = ann.invoice(known).payment
    assert payment is not None
    assert [e async for e in ann.act(Undo(known, payment.id, "too early"))]
    await approve(ann, waiting(ann, "A"))
    await edit(ann, waiting(ann, "B"), category="travel")
    await reject(ann, waiting(ann, "B"))
    ann.treasury.run(tmp_path / "run.csv", until=date(2026, 12, 31), format=CSV)
    return ann


def id_of(agent: ExpenseAgent, number: str) -> str:
    sql = "SELECT invoice_id FROM invoices WHERE json_extract(body, '$.number') = ?"
    return str(agent._database.all(sql, number)[0][0])


def checked(folder: Path, evidence: bytes) -> subprocess.CompletedProcess[str]:
    """Run the program that the evidence itself carries."""
    (folder / "evidence.json").write_bytes(evidence)
    call = [sys.executable, "-I", "-c", CHECK, str(folder / "evidence.json")]
    return subprocess.run(call, capture_output=True, text=True, check=False)


async def test_evidence_tells_the_whole_story(ann: ExpenseAgent, tmp_path: Path) -> None:
    found = ann.auditor.evidence(id_of(ann, "A"))
    assert [d["verdict"] for d in found["decisions"]] == ["approve", "approve"]
    assert [u["reason"] for u in found["reversals"]] == ["too early"]
    assert [p["status"] for p in found["payments"]] == ["voided", "exported"]
    assert len(found["requests"]) == 2
    assert found["requests"][0]["fingerprint"] == found["decisions"][0]["fingerprint"]
    (run,) = found["runs"]
    assert run["sha256"] == hashlib.sha256((tmp_path / "run.csv").read_bytes()).hexdigest()
    assert found["proof"]["head"] == ann.verify().head
    assert ann.verify(found["proof"]["head"]).ok


async def test_evidence_is_checked_without_the_program(ann: ExpenseAgent, tmp_path: Path) -> None:
    for number in ("A", "B", "C"):
        evidence = as_json(ann.auditor.evidence(id_of(ann, number)))
        said = checked(tmp_path, evidence)
        assert said.returncode == 0, said.stderr
        assert said.stdout.startswith("verified:")


async def test_evidence_has_the_forms_of_its_requests_whoever_was_asked_by_them_first(
    ann: ExpenseAgent, tmp_path: Path
) -> None:
    both = [ann.auditor.evidence(id_of(ann, number)) for number in ("A", "B")]
    forms = [found["proof"]["forms"] for found in both]
    assert forms[0] == forms[1]
    for found in both:
        requests = [row for row in found["proof"]["rows"] if row["table"] == "approval_requests"]
        named = {row["values"][row["columns"].index("edit_schema")] for row in requests}
        assert named == set(found["proof"]["forms"])
        (form,) = found["proof"]["forms"].values()
        assert "payable_amount" in json.loads(form)["properties"]
    changed = as_json(both[1]).replace(b"Payable amount", b"Payable_amount")
    assert "the form" in checked(tmp_path, changed).stderr


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"ann"', b'"bob"'), (b"72000", b"72001"), (b"too early", b"too late ")],
)
async def test_evidence_that_was_changed_is_found_out(
    ann: ExpenseAgent, tmp_path: Path, old: bytes, new: bytes
) -> None:
    evidence = as_json(ann.auditor.evidence(id_of(ann, "A")))
    proof = evidence.index(b'"proof"')
    assert old in evidence[proof:]
    said = checked(tmp_path, evidence[:proof] + evidence[proof:].replace(old, new))
    assert said.returncode != 0
    assert "AssertionError" in said.stderr


async def test_evidence_reads_as_text_and_no_text_of_a_supplier_is_markup(
    ann: ExpenseAgent,
) -> None:
    text = as_text(ann.auditor.evidence(id_of(ann, "A"))).decode()
    for section in ("Asked", "Decided", "Taken back", "Paid", "Left in a payment run"):
        assert f"## {section}\n" in text
    assert CHECK in text
    evil = as_text(ann.auditor.evidence(id_of(ann, "C"))).decode()
    assert "\x1b" not in evil
    assert "\\<b\\>" in evil.splitlines()[0]


async def test_evidence_of_nothing_is_refused(ann: ExpenseAgent) -> None:
    with pytest.raises(UnknownInvoice):
        ann.auditor.evidence("nobody")


# --- the journal


def entries(journal: str) -> list[tuple[str, list[tuple[str, Decimal, str]]]]:
    """Read a journal by its grammar: a heading, comments, postings; anything else is an error."""
    found: list[tuple[str, list[tuple[str, Decimal, str]]]] = []
    for line in journal.splitlines():
        if not line or line.lstrip().startswith(";") or re.fullmatch(OPEN, line):
            continue
        if re.fullmatch(HEADING, line):
            found.append((line, []))
            continue
        posting = re.fullmatch(POSTING, line)
        assert posting, line
        found[-1][1].append((posting[1], Decimal(posting[2]), posting[3]))
    return found


ACCOUNT = r"(?:Assets|Liabilities|Expenses)(?::[A-Z0-9][A-Za-z0-9-]*)+"
TEXT = r'"(?:[^"\\]|\\["\\])*"'
OPEN = rf"\d{{4}}-\d\d-\d\d open {ACCOUNT}"
HEADING = rf"\d{{4}}-\d\d-\d\d [*!] {TEXT} {TEXT} \^[A-Za-z0-9\-_/.]+"
POSTING = rf"  ({ACCOUNT}) +(-?\d+(?:\.\d+)?) ([A-Z]{{3}})"


async def test_the_journal_balances_and_opens_every_account_first(ann: ExpenseAgent) -> None:
    journal = ann.auditor.journal().decode()
    found = entries(journal)
    assert [sum(amount for _, amount, _ in postings) for _, postings in found] == [0] * 4
    opened = re.findall(r"(\S+) open (\S+)", journal)
    used = {account for _, postings in found for account, _, _ in postings}
    assert {account for _, account in opened} == used
    assert {day for day, _ in opened} == {min(heading[:10] for heading, _ in found)}


async def test_an_invoice_is_expense_vat_and_liability(ann: ExpenseAgent) -> None:
    found = dict(entries(ann.auditor.journal().decode()))
    (invoice,) = (p for h, p in found.items() if '"invoice A"' in h)
    assert invoice == [
        ("Expenses:Vehicles-Fuel-Freight", Decimal("600.00"), "EUR"),
        ("Assets:InputVAT", Decimal("120.00"), "EUR"),
        ("Liabilities:Payables", Decimal("-720.00"), "EUR"),
    ]
    (paid,) = (p for h, p in found.items() if "of A" in h)
    assert [amount for _, amount, _ in paid] == [Decimal("720.00"), Decimal("-720.00")]
    (credit,) = (p for h, p in found.items() if '"credit note CN"' in h)
    assert credit[-1] == ("Liabilities:Payables", Decimal("30.00"), "EUR")


async def test_what_is_not_paid_is_not_in_the_journal(ann: ExpenseAgent) -> None:
    journal = ann.auditor.journal().decode()
    assert "invoice B" not in journal
    assert "payment 1 of A" not in journal
    assert journal.count("payment ") == 2  # its text, and the run it left in
    assert ann.auditor.journal().decode() == journal


async def test_no_text_of_a_supplier_leaves_its_quotes(ann: ExpenseAgent) -> None:
    journal = ann.auditor.journal().decode()
    (line,) = (line for line in journal.splitlines() if "Evil" in line)
    assert re.fullmatch(HEADING, line)
    assert line.isprintable()


@pytest.mark.parametrize(
    ("category", "account"),
    [
        (None, "Expenses:Uncategorized"),
        ("travel", "Expenses:4660-Reisen-Bewirtung"),
        ("own", "Expenses:Own-Ocean"),
        ("océan_2", "Expenses:Ocean-2"),
        ("???", "Expenses:Other"),
    ],
)
def test_accounts_come_from_the_users_own_chart(category: str | None, account: str) -> None:
    known = {
        "travel": Category("travel", "Reisen & Bewirtung", gl_code="4660"),
        "own": Category("own", "Own_océan"),
    }
    assert account_of(category, known) == account


async def test_the_json_form_has_everything(ann: ExpenseAgent) -> None:
    found = json.loads(as_json(ann.auditor.evidence(id_of(ann, "B"))))
    assert found.keys() >= {"invoice", "invoice_as_read", "edits", "proof", "how_to_verify"}
    assert found["edits"][0]["after"] == {"category": "travel"}


async def test_evidence_is_written_once_into_a_folder_or_under_the_name_given(
    ann: ExpenseAgent, tmp_path: Path
) -> None:
    invoice_id, folder = id_of(ann, "A"), tmp_path / "out"
    folder.mkdir()
    said = ann.auditor.write_evidence(invoice_id, folder)
    (written,) = folder.iterdir()
    assert said.startswith(f"{written}: ")
    assert written.name == f"evidence-{invoice_id}.md"
    assert written.stat().st_mode & 0o777 == 0o600
    before = written.read_bytes()
    with pytest.raises(UsageProblem, match="exists: choose another name"):
        ann.auditor.write_evidence(invoice_id, folder)
    assert written.read_bytes() == before
    ann.auditor.write_evidence(invoice_id, folder / "a.json")
    assert json.loads((folder / "a.json").read_text())["id"] == invoice_id
