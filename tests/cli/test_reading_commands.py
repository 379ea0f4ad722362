"""queue, show, payments, audit: the shapes scripts rely on, and text no terminal obeys."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from expense_agent.cli import payment_commands
from expense_agent.domain.policy import Hold
from expense_agent.storage.sqlite.store_files import LEDGER_FILE
from tests.builders import an_invoice
from tests.cli.shell import Shell
from tests.storage.books import Books, behind_its_back, without_guards

QUEUE = {
    "id", "number", "supplier", "payable_amount", "currency", "category", "due_date", "state",
    "holds", "approvals_needed", "approvals_given", "waiting_since", "expires_at", "fingerprint",
}  # fmt: skip
SHOW = {
    "id", "state", "invoice", "category", "suggestion", "holds", "approvals_needed",
    "approvals_given", "fingerprint", "decisions", "edits", "comments", "payment", "steps",
    "thread_id",
}  # fmt: skip
PAYMENT = {
    "id", "invoice_id", "supplier", "account", "amount", "currency", "status", "execution_date",
    "payment_key", "approved_by",
}  # fmt: skip
INVOICE = {
    "number", "type_code", "issue_date", "due_date", "currency", "buyer_reference",
    "purchase_order", "preceding", "supplier", "payee", "payment_means", "remittance",
    "payment_terms", "line_total", "allowances", "charges", "tax_exclusive_amount", "tax_amount",
    "tax_inclusive_amount", "prepaid_amount", "rounding_amount", "payable_amount", "lines",
    "source",
}  # fmt: skip
PARTS = {
    "supplier": {"name", "trading_name", "vat_id", "legal_id", "country"},
    "source": {"file", "sha256", "bytes"},
    "payment_means": {"code", "account", "account_name", "bic", "mandate"},
    "lines": {
        "id", "name", "description", "quantity", "unit", "net_amount", "price", "vat_category",
        "vat_rate",
    },
}  # fmt: skip
UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")

HOSTILE = "Evil\x1b]0;owned\x07 [link=x]\x9b2J \u202egnp.exe\u2066 \x00\r\n\u200bGmbH \ud800"
OBEYED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def is_invoice(shape: dict[str, Any]) -> bool:
    parts = [shape["supplier"], shape["source"]]
    named = [PARTS["supplier"], PARTS["source"]]
    for name in ("payment_means", "lines"):
        parts += shape[name]
        named += [PARTS[name]] * len(shape[name])
    return shape.keys() >= INVOICE and all(p.keys() >= n for p, n in zip(parts, named, strict=True))


# --- queue


@pytest.mark.parametrize("arguments", [("queue", "--json"), ("--json", "queue")])
def test_the_queue_of_a_fresh_store_is_an_empty_list(
    shell: Shell, arguments: tuple[str, ...]
) -> None:
    ran = shell(*arguments)
    assert (ran.code, ran.out.strip(), ran.err) == (0, "[]", "")


@pytest.mark.parametrize("command", ["payments", "audit"])
def test_a_fresh_store_has_no_payments_and_no_events(shell: Shell, command: str) -> None:
    assert shell.data(command) == []
    assert shell(command).code == 0


def test_the_queue_has_the_shape_of_the_contract(filled: Shell) -> None:
    rows = filled.data("queue")
    assert {row["number"] for row in rows} == {"OVER", "OTHER", "NOBANK"}
    assert all(row.keys() >= QUEUE for row in rows)
    (over,) = (row for row in rows if row["number"] == "OVER")
    assert (over["payable_amount"], over["currency"], over["due_date"]) == (
        "720.00", "EUR", "2099-12-02",
    )  # fmt: skip
    assert (over["supplier"], over["state"]) == ("Bürohaus Quendel", "waiting")
    assert (over["approvals_needed"], over["approvals_given"]) == (1, 0)
    (hold,) = (hold for hold in over["holds"] if hold["rule"] == "over_limit")
    assert (hold["severity"], type(hold["reason"])) == ("block", str)
    assert UTC.fullmatch(over["waiting_since"])
    assert UTC.fullmatch(over["expires_at"])
    assert over["waiting_since"] < over["expires_at"]


def test_what_a_document_does_not_have_is_null(shell: Shell) -> None:
    made = Books(shell.store)
    made.ask(made.register(an_invoice("EUR", number=None, supplier=None, due_date=None)),
             category=None)  # fmt: skip
    made.database.close()
    (row,) = shell.data("queue")
    empty = ("number", "supplier", "payable_amount", "category", "due_date")
    assert [row[name] for name in empty] == [None] * 5
    assert shell("queue").code == 0
    assert shell("show", row["id"]).code == 0


def test_the_queue_is_filtered_and_sorted(filled: Shell) -> None:
    rows = filled.data("queue", "--filter", "supplier:quendel amount>500", "--sort", "amount")
    assert [row["number"] for row in rows] == ["OTHER", "OVER"]
    assert filled.data("queue", "--filter", "amount>99999999999999999999999") == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--filter", "color:red"), "no field 'color'"),
        (("--filter", "amount>many"), "is not an amount"),
        (("--filter", "'"), "quotation mark is not closed"),
        (("--filter", "word " * 500), "500 parts; a filter takes 100 at most"),
        (("--sort", "colour"), "there are holds, due, amount, supplier, waiting, loss"),
    ],
)
def test_a_filter_or_order_that_means_nothing_is_wrong_usage(
    shell: Shell, arguments: tuple[str, ...], said: str
) -> None:
    ran = shell("queue", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_people_get_a_table_with_what_is_needed_and_the_sum(filled: Shell) -> None:
    ran = filled("queue")
    assert ran.out.splitlines()[0].split() == [
        "ID", "SUPPLIER", "INVOICE", "PAYABLE", "CUR", "CATEGORY", "DUE", "NEEDS", "HOLDS"
    ]  # fmt: skip
    assert ran.out.splitlines()[-1] == "3 of 3 waiting: EUR 2760.00"
    assert ran.err == ""


# --- show


def test_show_has_the_shape_of_the_contract(filled: Shell) -> None:
    shown = filled.data("show", filled.ids()["OVER"])
    assert shown.keys() >= SHOW
    assert is_invoice(shown["invoice"])
    assert shown["invoice"]["payee"] is None
    assert shown["invoice"]["supplier"]["legal_id"] is None
    assert shown["invoice"]["payable_amount"] == "720.00"
    assert (shown["state"], shown["payment"]) == ("waiting", None)
    assert (shown["decisions"], shown["edits"], shown["comments"]) == ([], [], [])
    (row,) = filled.data("queue", "--filter", "number=over")
    assert [shown[k] for k in ("fingerprint", "holds")] == [
        row[k] for k in ("fingerprint", "holds")
    ]
    assert [step["node"] for step in shown["steps"]] == [
        "categorize", "check_policy", "request_approval"
    ]  # fmt: skip
    assert {"category", "why"} <= shown["suggestion"].keys()


def test_show_of_a_paid_invoice_has_its_payment(filled: Shell) -> None:
    (payment,) = filled.data("payments")
    shown = filled.data("show", payment["invoice_id"])
    assert (shown["state"], shown["fingerprint"]) == ("scheduled", None)
    assert shown["payment"] == payment


def test_people_read_what_why_and_where_it_came_from(filled: Shell) -> None:
    text = filled("show", filled.ids()["NOBANK"]).out
    for part in ("Haus am See", "800.00 EUR", "why it is here", "account_unknown", "batch.csv"):
        assert part in text


@pytest.mark.parametrize("command", [("show", "zzzzzz"), ("audit", "zzzzzz")])
def test_an_unknown_id_is_refused_with_what_to_do(filled: Shell, command: tuple[str, ...]) -> None:
    for arguments in (command, (*command, "--json")):
        ran = filled(*arguments)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err == (
            "expense-agent: no invoice zzzzzz in this store; `queue` lists those that wait\n"
        )


# --- payments


def test_payments_have_the_shape_of_the_contract(filled: Shell) -> None:
    (payment,) = filled.data("payments")
    assert payment.keys() >= PAYMENT
    expected = {
        "supplier": "Nordwind Logistik AG", "account": "DE89370400440532013000",
        "amount": "120.00", "currency": "EUR", "status": "scheduled",
        "execution_date": "2099-12-01", "approved_by": [],
    }  # fmt: skip
    assert {name: payment[name] for name in expected} == expected


def test_payments_are_chosen_by_status(filled: Shell) -> None:
    assert len(filled.data("payments", "--status", "scheduled")) == 1
    assert filled.data("payments", "--status", "voided") == []
    assert filled("payments", "--status", "lost").code == 2


def test_a_payment_nobody_was_asked_about_is_the_policys(filled: Shell) -> None:
    assert "policy" in filled("payments").out.splitlines()[1]


# --- audit


def test_the_trail_is_told_whole_or_for_one_invoice(filled: Shell) -> None:
    whole = filled.data("audit")
    assert [event["seq"] for event in whole] == list(range(1, len(whole) + 1))
    over = filled.ids()["OVER"]
    mine = filled.data("audit", over)
    assert [event["action"] for event in mine] == ["received", "request_opened"]
    assert all(event["invoice_id"] == over and UTC.fullmatch(event["at"]) for event in mine)
    assert mine[0]["actor"] == "ines"
    assert over in filled("audit", over).out


def test_a_proved_ledger_is_ok(filled: Shell) -> None:
    proof = filled.data("audit", "verify")
    assert proof.keys() >= {"ok", "events", "payments", "head", "findings"}
    assert (proof["ok"], proof["payments"], proof["findings"]) == (True, 1, [])
    assert proof["events"] == len(filled.data("audit"))
    assert proof["head"].startswith(f"{proof['events']}:")
    ran = filled("audit", "verify")
    assert (ran.code, ran.out.startswith("ok: ")) == (0, True)


def test_a_tampered_ledger_is_not_ok(filled: Shell) -> None:
    with behind_its_back(filled.store.parent) as connection:
        without_guards(connection)
        connection.execute("UPDATE payments SET amount_minor = 1")
    ran = filled("audit", "verify", "--json")
    assert (ran.code, ran.json["ok"]) == (1, False)
    assert any("not over what the invoice asks for" in finding for finding in ran.json["findings"])
    told = filled("audit", "verify")
    assert (told.code, told.out.splitlines()[-1].startswith("NOT OK")) == (1, True)


# --- hostile text


@pytest.fixture
def hostile(shell: Shell) -> Shell:
    """Text an importer would have cleaned, put into the ledger itself."""
    made = Books(shell.store)
    text = HOSTILE.replace("\ud800", "")
    invoice = an_invoice("720.00 EUR", number=text, supplier=text, description=text, file=text)
    known = made.register(invoice, by=text)
    made.ask(known, holds=(Hold("over_limit", "block", text, (text,)),), category=text)
    made.edit(known, 2, by=text, payable_amount="700.00", account=text)
    made.decide(known, made.ask(known, "i2", at_round=2), by=text)
    made.pay(known, "f1", account=text, approved_by=(text,))
    made.ask(made.register(an_invoice("9.00 EUR", number=text + "2", supplier=text)), "i3")
    made.database.close()
    return shell


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("command", ["queue", "payments", "audit", "show", "verify"])
def test_hostile_text_is_printed_harmlessly(hostile: Shell, command: str, *, as_json: bool) -> None:
    (payment,) = hostile.data("payments")
    arguments = {"show": ["show", payment["invoice_id"]], "verify": ["audit", "verify"]}
    ran = hostile(*arguments.get(command, [command]), *(["--json"] if as_json else []))
    assert ran.code == 0
    assert not OBEYED.search(ran.out)
    assert not OBEYED.search(ran.err)


def test_json_says_hostile_text_exactly(hostile: Shell) -> None:
    ran = hostile("queue", "--json")
    (row,) = json.loads(ran.out)
    assert row["supplier"] == HOSTILE.replace("\ud800", "")


def test_hostile_arguments_are_printed_harmlessly(filled: Shell) -> None:
    for arguments in (("show", HOSTILE[:-1]), ("queue", "--filter", "amount>1\x1b[2J\x9b")):
        ran = filled(*arguments)
        assert ran.code in (1, 2)
        assert not OBEYED.search(ran.err)


# --- damage


def test_a_damaged_store_cannot_be_used(shell: Shell) -> None:
    shell.store.mkdir()
    (shell.store / LEDGER_FILE).write_bytes(b"no database" * 1000)
    for command in ("queue", "payments", "audit"):
        ran = shell(command)
        assert (ran.code, ran.out) == (3, "")
        assert "cannot be used: ledger.db: file is not a database" in ran.err


def test_a_file_in_the_place_of_the_store_cannot_be_used(shell: Shell) -> None:
    shell.store.write_text("mine")
    ran = shell("queue")
    assert (ran.code, "it is not a folder" in ran.err) == (3, True)


def test_a_store_behind_a_url_is_refused_without_its_password(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = shell.plain("--store", "postgresql://ann:secret@db/books", "queue")
    assert (ran.code, "secret" in ran.err) == (3, False)
    assert list(tmp_path.iterdir()) == []


def test_payments_are_printed_page_by_page_as_if_they_were_one(
    filled: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = filled.ids()
    assert filled("approve", ids["OVER"], ids["OTHER"]).code == 0
    whole = [filled("payments"), filled("payments", "--json")]
    assert len(whole[1].json) == 3
    assert whole[1].out == json.dumps(whole[1].json, indent=1, ensure_ascii=False) + "\n"
    monkeypatch.setattr(payment_commands, "_PAGE", 2)
    assert [filled("payments"), filled("payments", "--json")] == whole
