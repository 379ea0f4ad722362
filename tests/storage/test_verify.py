"""`audit verify`: what is changed behind the program's back, guards dropped, is named."""

import json
import random
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from expense_agent.domain.approval import Verdict
from expense_agent.domain.audit import chained
from expense_agent.domain.payment_run import CSV
from expense_agent.domain.supplier import Supplier
from expense_agent.errors import StoreUnusable
from expense_agent.exporters.csv_export import CsvExporter
from expense_agent.exporters.given_back import read_back
from expense_agent.ports import Attached
from expense_agent.service.readings import Verification
from expense_agent.storage.audit_table import SEALED
from expense_agent.storage.forgotten_table import ForgottenTable
from expense_agent.storage.restorations import RestorationTable
from expense_agent.storage.sqlite.ledger_file import SqliteDatabase
from expense_agent.storage.sqlite.schema import SCHEMA_VERSION
from expense_agent.storage.sqlite.store_files import LEDGER_FILE
from expense_agent.storage.verify import verify
from tests.builders import NORDWIND_IBAN, an_invoice
from tests.exporters.runs import a_run
from tests.storage.books import Books, behind_its_back, books, without_guards
from tests.storage.words import a_word

PROJECTIONS = {
    "payment_runs": {"content"},  # its hash is sealed
    "invoices": {
        "seq",
        "status",
        "category",
        "suggestion",
        "round",
        "failures",
        "steps",
        "doubt",
    },
    "approval_requests": {"key", "status", "answered_by", "answered_at", "standing"},
    "supplier_accounts": {"since"},
}
MADE_AGAIN = {"invoice_marks", "invoice_amounts", "automatic_sums", "committed_sums",
              "supplier_shapes", "first_keys"}  # fmt: skip
UNSEALED = {"audit", "claims", "edit_leases", "next_steps", "standings", "supplier_categories"}
UNSEALED |= MADE_AGAIN
UNSEALED |= {"model_answers", "model_usage", "store_identity"}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger in which everything has happened once."""
    folder = tmp_path_factory.mktemp("told")
    with books(folder) as made:
        made.suppliers.add(Supplier("Nordwind AG", vat_id="DE1"), NORDWIND_IBAN, "vehicles", "ann")
        story(made)
    return folder


def story(made: Books) -> None:
    clean = made.register(an_invoice("90.00 EUR", number="CLEAN"))
    made.pay(clean)
    pair = made.register(an_invoice("20000.00 EUR", number="PAIR"))
    made.decide(pair, made.ask(pair, "p1", needed=2))
    second = made.ask(pair, "p2", level=2, needed=2)
    made.decide(pair, second, by="bob", on_behalf_of="eve")
    made.pay(pair, "f1", approved_by=("ann", "bob"))
    made.ledger.tell_apart(pair, [clean.id], "bob")
    edited = made.register(an_invoice("720.00 EUR", number="EDITED"))
    made.ask(edited, "e1")
    made.edit(edited, 2, payable_amount="700.00")
    made.decide(edited, made.ask(edited, "e2", at_round=2, fingerprint="f2"))
    made.pay(edited, "f2", approved_by=("ann",))
    rejected = made.register(an_invoice("730.00 EUR", number="REJECTED"))
    made.refuse(rejected, made.ask(rejected, "r1"))
    parked = made.register(an_invoice("735.00 EUR", number="PARKED"))
    made.decide(parked, made.ask(parked, "h1"), verdict=Verdict.HOLD)
    made.ask(parked, "h2", at_round=2, fingerprint="f2", held_until="2026-12-24")
    made.ledger.add_comment(made.ledger.registered(parked.thread_id), "bob", "they will call")
    offer = Attached("offer.pdf", "ab" * 32)
    made.ledger.add_comment(made.ledger.registered(parked.thread_id), "bob", "see", offer)
    made.ask(made.register(an_invoice("740.00 EUR", number="WAITS")), "w1")
    (soon, *_) = made.overdue.due(24 * 365)
    assert made.overdue.note(soon)
    credit = made.register(an_invoice("20.00 EUR", number="CREDIT", type_code="381"))
    made.book(credit)
    lowered = made.register(an_invoice("760.00 EUR", number="LOWERED"))
    made.ask(lowered, "o1")
    made.offset(lowered, 2)
    made.feedback.add(a_word(clean, suggested="fees", evidence="rule"), clean.id)
    made.feedback.add(replace(a_word(clean), thread_id=None, subject="rule 1", kind="rule"))
    made.feedback.take_back(made.feedback.words_on("rule 1"), "ann")
    twice = made.register(an_invoice("745.00 EUR", number="TWICE"))
    made.decide(twice, made.ask(twice, "t1"))
    made.pay(twice, "f1", approved_by=("ann",))
    made.take_back(twice, 4)
    made.decide(twice, made.ask(twice, "t2", at_round=2))
    made.pay_again(twice, "f1", 4)
    refused = made.register(an_invoice("746.00 EUR", number="UNREFUSED"))
    made.refuse(refused, made.ask(refused, "u1"))
    made.take_back(refused, None)
    made.decide(refused, made.ask(refused, "u2", at_round=2))
    made.pay(refused, "f1", approved_by=("ann",))
    made.ledger.reversals.reopen(rejected, "bob", "they have explained it")
    made.send("RUN", pair, edited)
    forgotten(made)


def forgotten(made: Books) -> None:
    """Let the store be restored, a payment file come back, and somebody say that this was all."""
    restorations = RestorationTable(made.database, made.clock, made.trail)
    head = made.runs.head()
    restored = restorations.add(head, head, 1, "ann", "the disk broke")
    written = CsvExporter().write(replace(a_run(format=CSV, debtor=None), store="ab" * 16))
    table = ForgottenTable(made.database, made.clock, made.trail)
    assert table.record(read_back(written), restored, "old.csv", "ann").remembered == 1
    restorations.state_no_more(restored, "bob", "that was all", 1)


@pytest.fixture
def folder(told: Path, tmp_path: Path) -> Path:
    shutil.copytree(told / "store", tmp_path / "store")
    return tmp_path


def proof(folder: Path) -> Verification:
    with closing(SqliteDatabase(folder / "store", 5.0)) as database:
        return verify(database)


def tampered(folder: Path, sql: str, *values: Any) -> str:
    """Change the ledger with all guards off and put back; give the findings as one text."""
    with behind_its_back(folder, foreign_keys="OFF") as connection:
        guards = connection.execute("SELECT sql FROM sqlite_schema WHERE type = 'trigger'")
        statements = [row[0] for row in guards]
        without_guards(connection)
        assert connection.execute(sql, values).rowcount > 0
        for statement in statements:
            connection.execute(statement)
    found = proof(folder)
    assert found.ok is False
    return "\n".join(found.findings)


def id_of(folder: Path, number: str) -> str:
    with behind_its_back(folder) as connection:
        where = "json_extract(body, '$.number') = ?"
        found = connection.execute(f"SELECT invoice_id FROM invoices WHERE {where}", (number,))
        return str(found.fetchone()[0])


def test_an_untouched_ledger_is_proved_with_its_head(folder: Path) -> None:
    with behind_its_back(folder) as connection:
        last = connection.execute("SELECT seq, hash FROM audit ORDER BY seq DESC").fetchone()
    expected = Verification(last[0], 6, f"{last[0]}:{last[1].hex()}", ())
    assert proof(folder) == expected


def test_an_empty_ledger_is_proved(tmp_path: Path) -> None:
    with books(tmp_path) as made:
        assert verify(made.database) == Verification(0, 0, None, ())


def test_every_column_of_every_table_is_sealed_or_a_named_projection(folder: Path) -> None:
    sealed = {sealed.table: set(sealed.columns) for sealed in SEALED}
    with behind_its_back(folder) as connection:
        tables = [r[0] for r in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )]  # fmt: skip
        for table in set(tables) - UNSEALED:
            columns = {r[1] for r in connection.execute(f"PRAGMA table_info({table})")}
            assert columns - sealed[table] == PROJECTIONS.get(table, set()), table


def columns_of_facts() -> list[tuple[str, str]]:
    return [(sealed.table, column) for sealed in SEALED for column in sealed.columns]


@pytest.mark.parametrize(("table", "column"), columns_of_facts())
def test_a_change_of_any_fact_of_any_table_is_named(folder: Path, table: str, column: str) -> None:
    numbers = {"round", "level", "approvals_needed", "payable_minor", "hold_rank", "amount_minor",
               "payment_id", "number", "seq", "feedback", "replaces", "one", "other", "ordinal",
               "payments", "signs", "loss_minor", "expected", "needed"}  # fmt: skip
    counted = column in numbers and (table, column) != ("approval_requests", "number")
    new = f"{column} + 1000" if counted else f"{column} || 'x'"
    fixed = {"verdict": "'reject'", "origin": "'last paid'", "currency": "'USD'",
             "kind": "'rule'", "scope": "'invoice'", "one": "one - 9",
             "sha256": f"'{'f' * 64}'",
             "preparers_may_approve": "0", "importers_may_edit": "0",
             "name": "substr(name, 2) || 'x'",
             "restoration": "substr(restoration, 2) || 'x'"}  # fmt: skip
    if table == "reopenings":
        fixed = {}
    new = fixed.get(column, new)
    if (table, column) == ("payment_events", "status"):
        new = "'voided'"
    where = {
        ("decisions", "verdict"): "verdict = 'approve'",
        ("supplier_accounts", "origin"): "origin = 'supplier list'",
    }.get((table, column), f"{column} IS NOT NULL")
    said = tampered(folder, f"UPDATE OR IGNORE {table} SET {column} = {new} WHERE {where}")
    assert f"{table}: " in said


@pytest.mark.parametrize("table", [sealed.table for sealed in SEALED])
def test_a_row_removed_from_any_table_is_named(folder: Path, table: str) -> None:
    said = tampered(folder, f"DELETE FROM {table}")
    assert f"{table}: what event " in said
    assert "changed or gone" in said


def test_a_changed_amount_is_named_three_ways(folder: Path) -> None:
    said = tampered(folder, "UPDATE payments SET amount_minor = 99 WHERE amount_minor = 9000")
    paid = id_of(folder, "CLEAN")
    assert f"payment 1 of {paid} is not over what the invoice asks for" in said
    assert f"payments: a row of {paid} is not what the audit trail recorded" in said
    assert f"(scheduled of {paid}) recorded is changed or gone" in said


def test_a_changed_invoice_is_named(folder: Path) -> None:
    changed = "json_set(body, '$.payable_amount', '9.00')"
    said = tampered(folder, f"UPDATE invoices SET body = {changed} WHERE number_key = 'CLEAN'")
    paid = id_of(folder, "CLEAN")
    assert f"invoices: a row of {paid} is not what the audit trail recorded" in said


@pytest.mark.parametrize("body", ["not json", "[]", "7", '{"currency":null}', ""])
def test_an_invoice_that_is_not_even_json_is_a_finding(folder: Path, body: str) -> None:
    sql = "UPDATE invoices SET body = ? WHERE number_key = 'PAIR'"
    assert "invoices: a row of " in tampered(folder, sql, body)


@pytest.mark.parametrize("amount", ["many", "", "NaN", "1e999999999"])
def test_an_amount_that_is_no_number_is_a_finding(folder: Path, amount: str) -> None:
    sql = "UPDATE invoices SET body = json_set(body, '$.payable_amount', ?)"
    assert "is not over what the invoice asks for" in tampered(folder, sql, amount)


def test_a_deleted_payment_is_named(folder: Path) -> None:
    said = tampered(folder, "DELETE FROM payments WHERE amount_minor = 2000000")
    assert f"(scheduled of {id_of(folder, 'PAIR')}) recorded is changed or gone" in said


def test_a_removed_decision_is_named(folder: Path) -> None:
    said = tampered(folder, "DELETE FROM decisions WHERE approver = 'bob'")
    assert f"payment 2 of {id_of(folder, 'PAIR')} has 1 approvals of what was paid, not 2" in said
    assert "(approve of " in said


def test_one_person_in_the_place_of_two_is_named(folder: Path) -> None:
    with behind_its_back(folder) as connection:
        without_guards(connection)
        connection.execute("DROP INDEX decisions_approver")
        connection.execute("UPDATE decisions SET approver = 'ann'")
    said = "\n".join(proof(folder).findings)
    assert f"payment 2 of {id_of(folder, 'PAIR')} has 1 approvals of what was paid, not 2" in said
    assert "the schema was changed: index decisions_approver" in said


def test_approvals_of_an_earlier_round_prove_no_payment(folder: Path) -> None:
    sql = "UPDATE decisions SET round = 1 WHERE interrupt_id = 'e2'"
    said = tampered(folder, sql)
    assert f"payment 3 of {id_of(folder, 'EDITED')} has 0 approvals" in said


def test_an_added_decision_is_named(folder: Path) -> None:
    said = tampered(
        folder,
        "INSERT INTO decisions SELECT thread_id, 'w1', 1, 1, 'approve', 'mallory', '', 'f1', NULL,"
        " '', NULL, 'now'"
        " FROM approval_requests WHERE interrupt_id = 'w1'",
    )
    waits = id_of(folder, "WAITS")
    assert f"decisions: a row of {waits} is not what the audit trail recorded" in said
    assert f"{waits} is asked about although it was answered: run `recover`" in said


def test_a_payment_of_what_was_refused_is_named(folder: Path) -> None:
    with behind_its_back(folder) as connection:
        find = "SELECT thread_id, invoice_id FROM invoices WHERE status = 'rejected'"
        thread, refused = connection.execute(find).fetchone()
    sql = "UPDATE payments SET thread_id = ? WHERE payment_id = 1"
    said = tampered(folder, sql, thread)
    assert f"payment 1 of {refused} was made although it was refused" in said
    assert f"payment 1 of {refused} was made without the approval that was asked for" in said


REWRITE = "UPDATE payment_runs SET content = CAST("
VOID = "INSERT INTO payment_events SELECT payment_id, 'voided', 'm', 'now' FROM payment_run_lines"


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (f"{REWRITE} content || 'x' AS BLOB)", "is not what was written down"),
        (
            f"{REWRITE} replace(CAST(content AS TEXT), 'key-', 'cat-') AS BLOB)",
            "is 0 times in the file of payment run RUN, not once",
        ),
        ("DELETE FROM payment_run_lines WHERE ordinal = 2", "is exported and in no payment run"),
        ("UPDATE payment_runs SET payments = 3", "payment run RUN has 2 payments, its file 2, not"),
        (
            f"{VOID} WHERE ordinal = 1",
            "was taken back, and is in payment run RUN",
        ),
    ],
)
def test_a_payment_run_must_be_what_left(folder: Path, sql: str, said: str) -> None:
    assert said in tampered(folder, sql)


def test_a_payment_without_an_invoice_is_named(folder: Path) -> None:
    said = tampered(folder, "UPDATE payments SET thread_id = 'gone' WHERE payment_id = 1")
    assert "payment 1 of None is not over what the invoice asks for" in said


def test_a_trusted_account_nobody_listed_is_named(folder: Path) -> None:
    said = tampered(
        folder,
        "INSERT INTO supplier_accounts"
        " VALUES ('vat:DE1', 'GB82WEST12345698765432', 'supplier list', 'now')",
    )
    assert said == "supplier_accounts: a row of vat:DE1 is not what the audit trail recorded"


@pytest.mark.parametrize(
    ("number", "status"),
    [("REJECTED", "waiting"), ("WAITS", "booked"), ("WAITS", "scheduled"), ("CLEAN", "received")],
)
def test_a_status_the_trail_does_not_know_is_named(folder: Path, number: str, status: str) -> None:
    sql = "UPDATE invoices SET status = ? WHERE number_key = ?"
    said = tampered(folder, sql, status, number)
    assert f"{id_of(folder, number)} is {status}, the audit trail says " in said


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit SET body = replace(body, 'action', 'other') WHERE seq = 5",
        "UPDATE audit SET hash = zeroblob(32) WHERE seq = 5",
        "UPDATE audit SET prev = zeroblob(32) WHERE seq = 5",
        "UPDATE audit SET seq = 500 WHERE seq = 5",
        "UPDATE audit SET seq = -5 WHERE seq = 5",
        "DELETE FROM audit WHERE seq = 5",
        "UPDATE audit SET body = CAST(x'ff' AS TEXT) WHERE seq = 5",
        "UPDATE audit SET body = '[]' WHERE seq = 5",
    ],
)
def test_the_first_broken_link_of_the_chain_is_named(folder: Path, sql: str) -> None:
    with behind_its_back(folder, ignore_check_constraints="ON") as connection:
        without_guards(connection)
        assert connection.execute(sql).rowcount == 1
    broken = 1 if "-5" in sql else 5
    assert f"the audit chain is broken at event {broken}" in proof(folder).findings


def test_an_event_filed_under_another_invoice_is_named(folder: Path) -> None:
    said = tampered(folder, "UPDATE audit SET invoice_id = 'other' WHERE seq = 5")
    assert said == "event 5 is filed under another invoice"


def test_cutting_off_the_tail_is_named_by_the_rows_it_vouched_for(folder: Path) -> None:
    said = tampered(folder, "DELETE FROM audit WHERE seq > 5")
    assert "chain" not in said
    assert "is not what the audit trail recorded" in said


def test_an_event_without_its_row_is_named_even_when_the_chain_is_right(folder: Path) -> None:
    with behind_its_back(folder) as connection:
        seq, last = connection.execute("SELECT seq, hash FROM audit ORDER BY seq DESC").fetchone()
        body = json.dumps(
            {"at": "now", "actor": "m", "action": "approve", "invoice_id": None, "details": {},
             "rows": ["decisions:0123"]}
        )  # fmt: skip
        new = (seq + 1, last, body, chained(last, seq + 1, body))
        connection.execute("INSERT INTO audit VALUES (?, NULL, ?, ?, ?)", new)
    assert proof(folder).findings == (
        f"decisions: what event {seq + 1} (approve) recorded is changed or gone",
    )


def test_dropped_and_foreign_guards_are_named(folder: Path) -> None:
    with behind_its_back(folder) as connection:
        connection.execute("DROP TRIGGER payments_once")
        connection.execute("CREATE TABLE notes (text TEXT)")
        connection.execute("DROP TRIGGER audit_fixed")
        connection.execute(
            "CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit WHEN 0 BEGIN SELECT 1; END"
        )
    assert proof(folder).findings == (
        "the schema was changed: table notes",
        "the schema was changed: trigger audit_fixed",
        "the schema was changed: trigger payments_once",
    )


def test_what_is_written_while_it_is_read_is_no_finding(folder: Path) -> None:
    """Verification takes no lock: a payment made in the middle of it must not look like fraud."""
    with books(folder) as made:
        known = made.register(an_invoice("70.00 EUR", number="LATE"))

        def write_in_between(sql: str) -> None:
            if "integrity_check" in sql:
                made.pay(known)

        made.database.connection.set_trace_callback(write_in_between)
        assert verify(made.database).findings == ()
        assert made.payments()[-1].amount == "70.00"


def facts(path: Path) -> list[list[tuple[Any, ...]]] | None:
    """Return every sealed column and the trail as bytes; None when the file cannot be read."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.text_factory = bytes
            tables = [(s.table, ", ".join(s.columns)) for s in SEALED] + [("audit", "*")]
            return [
                sorted(connection.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)
                for table, columns in tables
            ]
    except sqlite3.DatabaseError:
        return None


def test_a_flipped_byte_changes_no_fact_unseen(folder: Path) -> None:
    """All facts read as before, or the file or the proof says no, whatever byte is flipped."""
    path = folder / "store" / LEDGER_FILE
    whole, before = path.read_bytes(), facts(path)
    chance = random.Random(20261122)
    for place in chance.sample(range(100, len(whole)), 250):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            found = proof(folder)
        except StoreUnusable:
            continue
        assert not found.ok or facts(path) == before, f"byte {place} was changed unseen"


def test_a_verification_knows_the_schema_of_this_version() -> None:
    assert SCHEMA_VERSION == 2, "give a new migration its seals, then raise this number"
