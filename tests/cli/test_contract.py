"""The contract with scripts, whole: every command, the fields it promises, and its exit codes.

Fields may be added; one that is missing here breaks somebody's script.
"""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import Shell

READ = "file format container invoice problems"
PROBLEM = "location reason"
INVOICE = """number type_code issue_date due_date currency buyer_reference purchase_order preceding
    supplier payee payment_means remittance payment_terms line_total allowances charges
    tax_exclusive_amount tax_amount tax_inclusive_amount prepaid_amount rounding_amount
    payable_amount lines source"""
SUPPLIER = "name trading_name vat_id legal_id country"
MEANS = "code account account_name bic mandate"
LINE = "id name description quantity unit net_amount price vat_category vat_rate"
SOURCE = "file sha256 bytes"
IMPORT = "documents invoices scheduled waiting booked rejected duplicates problems ids seconds"
ROW = """id number supplier payable_amount currency category due_date state holds approvals_needed
    approvals_given waiting_since expires_at fingerprint"""
HOLD = "rule severity reason"
SHOWN = """id state invoice category suggestion holds approvals_needed approvals_given fingerprint
    decisions edits comments payment steps thread_id"""
PAYMENT = """id invoice_id supplier account amount currency status execution_date payment_key
    approved_by"""
RESULT = "id outcome reason by"
VERIFIED = "ok events payments head findings"

POLICY = """
request_ttl_hours = 1000
[debtor]
name = "Buyer GmbH"
account = "DE75512108001245126199"
bic = "SOLADEST600"
"""


def has(what: dict[str, Any], fields: str) -> None:
    missing = set(fields.split()) - what.keys()
    assert not missing, f"the contract promises {missing}"


def invoice_shape(invoice: dict[str, Any]) -> None:
    has(invoice, INVOICE)
    has(invoice["supplier"], SUPPLIER)
    has(invoice["source"], SOURCE)
    assert isinstance(invoice["payable_amount"], str)
    for means in invoice["payment_means"]:
        has(means, MEANS)
    for line in invoice["lines"]:
        has(line, LINE)


@pytest.fixture
def office(filled: Shell) -> Shell:
    (filled.store / "policy.toml").write_text(POLICY, encoding="utf-8")
    return filled


def test_read_and_import(shell: Shell, tmp_path: Path, invoices: Path) -> None:
    seen = shell("read", invoices, "--json").json
    assert {entry["format"] for entry in seen} >= {"ubl", "cii", "csv", "json", "jsonl"}
    for entry in seen:
        has(entry, READ)
        assert entry["container"] in (None, "pdf")
        for problem in entry["problems"]:
            has(problem, PROBLEM)
        if entry["invoice"]:
            invoice_shape(entry["invoice"])
    (tmp_path / "bad.csv").write_text("nothing,useful\n1,2\n", encoding="utf-8")
    ran = shell("import", invoices, tmp_path / "bad.csv", "--json", by="ines")
    assert ran.code == 1, "a document that cannot be read is a refusal with its reason"
    report = ran.json
    has(report, IMPORT)
    counted = ("scheduled", "waiting", "booked", "rejected", "duplicates")
    assert report["invoices"] == sum(report[kind] for kind in counted) == len(report["ids"])
    for problem in report["problems"]:
        has(problem, f"file {PROBLEM}")


@pytest.fixture
def invoices() -> Path:
    return Path(__file__).parents[2] / "fixtures" / "demo" / "invoices"


def test_queue_and_show(office: Shell) -> None:
    rows = office.data("queue")
    assert rows
    for row in rows:
        has(row, ROW)
        assert row["holds"], "it waits for a reason"
        for hold in row["holds"]:
            has(hold, HOLD)
        Decimal(row["payable_amount"])
        shown = office.data("show", row["id"])
        has(shown, SHOWN)
        invoice_shape(shown["invoice"])
        assert shown["state"] == "waiting"
        assert shown["fingerprint"] == row["fingerprint"]


def test_every_answer(office: Shell) -> None:
    ids = office.ids()
    office.data("suppliers", "import", suppliers(office))
    soon = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    steps: tuple[tuple[object, ...], ...] = (
        ("hold", ids["OTHER"], "--until", soon),
        ("release", ids["OTHER"]),
        ("send-back", ids["OTHER"], "--comment", "which office?"),
        ("comment", ids["OTHER"], "the one in Kiel"),
        ("edit", ids["OTHER"], "--payable-amount", "1200.00", "--comment", "a discount"),
        ("approve", ids["OVER"], "--comment", "fine"),
        ("reject", ids["NOBANK"], "--reason", "not ours"),
        ("undo", ids["OVER"]),
    )
    outcomes = []
    for step in steps:
        ran = office(*step, "--json", by="mia")
        assert ran.out, ran.err
        for result in ran.json:
            has(result, RESULT)
            outcomes.append((step[0], result["outcome"]))
            assert (ran.code != 0) == (result["outcome"] == "refused"), result
    assert ("hold", "held") in outcomes
    assert ("send-back", "sent_back") in outcomes
    assert ("edit", "waiting") in outcomes
    assert ("approve", "scheduled") in outcomes
    assert ("reject", "rejected") in outcomes
    reopened = office("reopen", ids["NOBANK"], "--json", by="mia")
    for result in reopened.json:
        has(result, RESULT)


def test_what_was_seen_must_still_wait(office: Shell) -> None:
    ran = office("approve", office.ids()["OVER"], "--expect", "0" * 16, "--json")
    assert ran.code == 1
    assert ran.json[0]["outcome"] == "refused"
    assert ran.json[0]["reason"]


def suppliers(office: Shell) -> Path:
    path = office.store.parent / "suppliers.csv"
    path.write_text(
        "name,vat_id,account,category\nNordwind Logistik AG,DE1,DE89370400440532013000,vehicles\n",
        encoding="utf-8",
    )
    return path


def test_payments_runs_evidence_and_books(office: Shell, tmp_path: Path) -> None:
    (payment,) = office.data("payments", "--status", "scheduled")
    has(payment, PAYMENT)
    for form in ("pain.001", "csv"):
        path = tmp_path / f"run.{form}"
        ran = office("pay-run", "--until", "2099-12-31", "--output", path, "--format", form)
        assert ran.code == 0, ran.err
        assert path.exists() == (form == "pain.001"), "a payment leaves once"
    (exported,) = office.data("payments", "--status", "exported")
    assert exported["id"] == payment["id"]
    assert office("undo", payment["invoice_id"]).code == 1, "it has left"
    assert office("evidence", payment["invoice_id"], "--output", tmp_path / "e.json").code == 0
    assert json.loads((tmp_path / "e.json").read_text(encoding="utf-8"))
    assert office("journal", "--output", tmp_path / "books.beancount").code == 0
    assert "CLEAN" in (tmp_path / "books.beancount").read_text(encoding="utf-8")


def test_audit_and_upkeep(office: Shell) -> None:
    events = office.data("audit")
    assert events
    assert office.data("audit", office.ids()["OVER"])
    has(office.data("audit", "verify"), VERIFIED)
    assert isinstance(office.data("metrics"), dict)
    assert isinstance(office.data("doctor"), dict)
    assert isinstance(office.data("policy", "try", "auto_approve_limit=750"), dict)
    assert office("policy", "show").code == 0
    assert office("policy", "check", office.store / "policy.toml").code == 0
    assert office("expire", "--dry-run").code == 0
    assert office("recover").code == 0


def test_categories_learn_from_an_old_ledger(office: Shell, tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_text("supplier,description,category\nHaus am See,Rent,rent\n", encoding="utf-8")
    assert office("categories", "learn", path).code == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("no-such-command",), 2),
        (("reject", "abc"), 2),
        (("show", "nobody"), 1),
        (("approve", "nobody"), 1),
        (("policy", "check", "/no/such/policy.toml"), 1),
    ],
)
def test_exit_codes(office: Shell, arguments: tuple[str, ...], code: int) -> None:
    assert office(*arguments).code == code


def test_a_store_that_cannot_be_used(shell: Shell) -> None:
    shell.store.write_text("a file, no folder", encoding="utf-8")
    assert shell("queue").code == 3
