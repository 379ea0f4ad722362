"""Raw SQL against the ledger, from a connection that is not ours and has its checks off or on.

Each attack is refused by an error or ignored, and either way nothing in the ledger has changed.
"""

import itertools
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from expense_agent.domain.approval import Verdict
from expense_agent.domain.audit import chained
from expense_agent.ports import Closing
from tests.builders import an_invoice
from tests.storage.books import Books, behind_its_back, books, dump

PAYMENT = (
    "payment_id, thread_id, payment_key, payload_hash, amount_minor, currency, account, supplier,"
    " remittance, execution_date, fingerprint, approved_by, words, created_at, round, replaces"
)
DECISION = (
    "thread_id, interrupt_id, round, level, verdict, approver, reason, fingerprint, seat,"
    " on_behalf_of, decided_at"
)
SHOWN = (
    "fingerprint, approvals_needed, account, category, holds, hold_words, policy_version, number,"
    " supplier, supplier_sort, payable, payable_minor, currency, due_date, hold_rank, signs,"
    " loss_day, loss_minor, waiting_since, expires_at, held_until, seat, seats,"
    " preparers_may_approve, importers_may_edit, standing, edit_schema"
)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invoices in every state, by number: their threads are what the attacks name."""
    folder = tmp_path_factory.mktemp("attacked")
    with books(folder) as made:
        fill(made)
    return folder


def fill(made: Books) -> None:
    waits = made.register(an_invoice("720.00 EUR", number="WAITS"))
    made.ask(waits, "i-waits", needed=2)
    made.ledger.add_comment(made.ledger.registered(waits.thread_id), "bob", "they will call")
    half = made.register(an_invoice("20000.00 EUR", number="HALF"))
    made.decide(half, made.ask(half, "i-half", needed=2))
    made.ask(half, "i-half-2", level=2, needed=2)
    approved = made.register(an_invoice("800.00 EUR", number="APPROVED"))
    made.decide(approved, made.ask(approved, "i-approved"))
    paid = made.register(an_invoice("900.00 EUR", number="PAID"))
    made.decide(paid, made.ask(paid, "i-paid"))
    made.pay(paid, "f1", key="key-paid", approved_by=("ann",))
    clean = made.register(an_invoice("90.00 EUR", number="CLEAN"))
    made.pay(clean, key="key-clean")
    rejected = made.register(an_invoice("910.00 EUR", number="REJECTED"))
    made.refuse(rejected, made.ask(rejected, "i-rejected"))
    mixed = made.register(an_invoice("915.00 EUR", number="MIXED"))
    pair = made.request(mixed, "i-mixed-1"), made.request(mixed, "i-mixed-2", level=2)
    made.ask_all(mixed, *pair)
    made.decide(mixed, pair[0])
    made.decide(mixed, pair[1], by="bob", verdict=Verdict.REJECT)
    changed = made.register(an_invoice("916.00 EUR", number="CHANGED"))
    pair = made.request(changed, "i-changed-1"), made.request(changed, "i-changed-2", level=2)
    made.ask_all(changed, *pair)
    made.decide(changed, pair[0])
    made.edit(changed, 2, payable_amount="10.00")
    booked = made.register(an_invoice("0.00 EUR", number="BOOKED"))
    made.ledger.close_invoice(booked, Closing("booked", "agent", "nothing to transfer"))
    edited = made.register(an_invoice("920.00 EUR", number="EDITED"))
    made.ask(edited, "i-edited")
    made.edit(edited, 2, payable_amount="10.00")
    again = made.register(an_invoice("930.00 EUR", number="TWICE"))
    made.decide(again, made.ask(again, "i-twice-1"))
    made.ask(again, "i-twice-2", at_round=2)  # a new hold: the old approval no longer counts
    made.register(an_invoice("40.00 EUR", number="NEW"))
    (soon, *_) = made.overdue.due(24 * 365)
    made.overdue.note(soon)
    fill_chains(made)
    fill_taken_back(made)
    gone = made.register(an_invoice("945.00 EUR", number="GONE"))
    made.decide(gone, made.ask(gone, "i-gone"))
    made.pay(gone, "f1", key="key-gone", approved_by=("ann",))
    made.send("RUN", gone)
    with made.database.transaction():
        made.database.write(a_run("RUN-2"))


def fill_taken_back(made: Books) -> None:
    for number in ("UNDONE", "ASKED", "AGREED"):
        taken = made.register(an_invoice("950.00 EUR", number=number))
        made.decide(taken, made.ask(taken, f"i-{number}-1"))
        made.pay(taken, "f1", key=f"key-{number}", approved_by=("ann",))
        paid_as = made.ledger.reversals.last_payment(taken.id)
        assert paid_as is not None
        made.take_back(taken, paid_as[0])
        if number != "UNDONE":
            asked = made.ask(taken, f"i-{number}-2", at_round=2)
        if number == "AGREED":
            made.decide(taken, asked)
    refused = made.register(an_invoice("960.00 EUR", number="UNREFUSED"))
    made.refuse(refused, made.ask(refused, "i-unrefused"))
    made.take_back(refused, None)
    old = made.register(an_invoice("970.00 EUR", number="OLD"))
    made.refuse(old, made.ask(old, "i-old"))
    anew = made.ledger.reversals.reopen(old, "zoe", "they have explained it")
    made.ask(anew, "i-old-2", preparers_may_approve=False)
    sides = made.register(an_invoice("975.00 EUR", number="SIDES"))
    made.refuse(sides, made.ask(sides, "i-sides"))
    made.take_back(sides, None, by="zoe")
    made.ask(sides, "i-sides-2", at_round=2, preparers_may_approve=False)


def fill_chains(made: Books) -> None:
    lent = made.register(an_invoice("940.00 EUR", number="LENT"))
    made.decide(lent, made.ask(lent, "i-lent", needed=2), by="bob", on_behalf_of="ann")
    made.ask(lent, "i-lent-2", level=2, needed=2)
    apart = made.register(an_invoice("950.00 EUR", number="APART"))
    made.ask(apart, "i-apart-1", preparers_may_approve=False)
    made.edit(apart, 2, payable_amount="951.00")
    strict = {"preparers_may_approve": False, "importers_may_edit": False}
    made.ask(apart, "i-apart", at_round=2, **strict)
    seats = made.register(an_invoice("960.00 EUR", number="SEATS"))
    chain = ("role:treasury", "name:mia")
    made.ask_all(
        seats,
        made.request(seats, "i-seats", needed=2, seats=chain),
        made.request(seats, "i-seats-2", level=2, needed=2, seats=chain),
    )


CONNECTIONS = [
    {"recursive_triggers": recursive, "foreign_keys": foreign}
    for recursive, foreign in itertools.product(("OFF", "ON"), repeat=2)
]


@pytest.fixture(params=CONNECTIONS, ids=lambda p: "+".join(f"{k}={v}" for k, v in p.items()))
def attacker(
    request: pytest.FixtureRequest, tmp_path: Path, ledger: Path
) -> Iterator[sqlite3.Connection]:
    shutil.copytree(ledger / "store", tmp_path / "store")
    with behind_its_back(tmp_path, **request.param) as connection:
        yield connection


def thread(number: str, *, latest: bool = False) -> str:
    """Name the thread of an invoice number; the latest of those that ask about it again."""
    order = "seq DESC" if latest else "seq"
    return (
        "(SELECT thread_id FROM invoices"
        f" WHERE json_extract(body, '$.number') = '{number}' ORDER BY {order} LIMIT 1)"
    )


def round_in_force(number: str) -> str:
    tables = ("approval_requests", "edits", "reversals")
    latest = (f"SELECT max(round) FROM {t} WHERE thread_id = {thread(number)}" for t in tables)
    return f"max(1, {', '.join(f'coalesce(({sql}), 0)' for sql in latest)})"


def paid(number: str) -> str:
    return f"(SELECT payment_id FROM payments WHERE thread_id = {thread(number)})"


def a_payment(  # a row that would be right, but for what the attack changes
    number: str,
    *,
    fingerprint: str = "'f1'",
    key: str = "'key-new'",
    amount: str = "100",
    currency: str = "'EUR'",
    payment_id: str = "77",
    at_round: str | None = None,
    replaces: str = "NULL",
    verb: str = "INSERT",
    then: str = "",
) -> str:
    number_of_round = at_round or round_in_force(number)
    return (
        f"{verb} INTO payments ({PAYMENT}) VALUES ({payment_id}, {thread(number)}, {key}, 'hash',"
        f" {amount}, {currency}, 'DE89', 'X', 'R', '2026-12-01', {fingerprint}, '[]', '', 'now',"
        f" {number_of_round}, {replaces}) {then}"
    )


def a_decision(
    number: str,
    interrupt: str,
    *,
    at_round: int = 1,
    level: int = 1,
    verdict: str = "approve",
    by: str = "mallory",
    fingerprint: str = "f1",
    verb: str = "INSERT",
    seat: str = "",
    behalf: str = "NULL",
) -> str:
    return (
        f"{verb} INTO decisions ({DECISION}) VALUES ({thread(number)}, '{interrupt}', {at_round},"
        f" {level}, '{verdict}', '{by}', '', '{fingerprint}',"
        f" '{seat}', {behalf}, 'now')"
    )


def a_request(number: str, *, at_round: int = 1, level: int = 1) -> str:
    shown = ", ".join(f"r.{column}" for column in SHOWN.split(", "))
    return (
        "INSERT INTO approval_requests"
        f" (thread_id, interrupt_id, invoice_id, round, level, {SHOWN})"
        f" SELECT i.thread_id, 'i-new', i.invoice_id, {at_round}, {level}, {shown}"
        " FROM approval_requests r JOIN invoices i ON r.interrupt_id = 'i-waits'"
        f" AND i.thread_id = {thread(number)}"
    )


def a_reversal(number: str, at_round: int, payment: str = "NULL", by: str = "mallory") -> str:
    return (
        f"INSERT INTO reversals VALUES ({thread(number)}, {at_round}, {payment}, '{by}', '[]',"
        " 'why not', 'now')"
    )


def a_reopening(reopens: str, anew: str, origin: str | None = None) -> str:
    old = thread(reopens)
    return (
        f"INSERT INTO reopenings VALUES ({thread(anew, latest=True)}, {old}, {origin or old},"
        " 'mallory', 'why not', 'now')"
    )


def a_run(run_id: str, payments: int = 1) -> str:
    return (
        f"INSERT INTO payment_runs VALUES ('{run_id}', 'csv', 'mallory', 'now', 'null', 'head',"
        f" {payments}, '{{}}', '{'0' * 64}', x'00')"
    )


def a_run_line(
    run_id: str, number: str, ordinal: int = 1, *, day: str = "2026-12-24", end: str = ""
) -> str:
    key = f"(SELECT substr(payment_key, 1, 32) FROM payments WHERE payment_id = {paid(number)})"
    return (
        f"INSERT INTO payment_run_lines VALUES ('{run_id}', {ordinal}, {paid(number)},"
        f" {end or key}, '{day}')"
    )


def every_way(sql: str) -> list[str]:
    """The same insertion with every conflict clause."""
    words = ("INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE", "INSERT OR FAIL", "REPLACE")
    return [sql.replace("INSERT", word, 1) for word in words]


PAYMENTS_NOBODY_DECIDED = {
    "waiting, as if clean": a_payment("WAITS", fingerprint="NULL"),
    "waiting, as if approved": a_payment("WAITS"),
    "one approval of two": a_payment("HALF"),
    "approved, as if clean": a_payment("APPROVED", fingerprint="NULL"),
    "approved, something else": a_payment("APPROVED", fingerprint="'f2'"),
    "approved, empty fingerprint": a_payment("APPROVED", fingerprint="''"),
    "rejected": a_payment("REJECTED"),
    "approved by one, refused by another": a_payment("MIXED"),
    "approved, then edited": a_payment("CHANGED"),
    "booked": a_payment("BOOKED", fingerprint="NULL"),
    "edited since it was shown": a_payment("EDITED"),
    "edited, as if clean": a_payment("EDITED", fingerprint="NULL"),
    "approved in an earlier round": a_payment("TWICE"),
    "new, as if approved": a_payment("NEW"),
    "in a round to come": a_payment("APPROVED", at_round="2"),
    "rejected, the rejection taken back": a_payment("UNREFUSED"),
    "rejected, taken back, as if clean": a_payment("UNREFUSED", fingerprint="NULL"),
    "rejected, and reopened on another thread": a_payment("OLD"),
    "reopened, as if clean": a_payment("OLD", fingerprint="NULL").replace(
        thread("OLD"), thread("OLD", latest=True)
    ),
    "no invoice at all": a_payment("NOBODY").replace(thread("NOBODY"), "'invoice-x'"),
    "no invoice, as if clean": a_payment("NOBODY", fingerprint="NULL").replace(
        thread("NOBODY"), "'invoice-x'"
    ),
}
SECOND_PAYMENTS = {
    "same key": a_payment("PAID", key="'key-paid'"),
    "same key, other invoice": a_payment("APPROVED", key="'key-paid'"),
    "same key, clean": a_payment("NEW", key="'key-paid'", fingerprint="NULL"),
    "same invoice, other key": a_payment("PAID"),
    "same clean invoice, other key": a_payment("CLEAN", fingerprint="NULL"),
    "same payment number": a_payment("APPROVED", payment_id="1"),
}
AMOUNTS = {
    amount: a_payment("APPROVED", amount=amount)
    for amount in ("0", "-5", "1.5", "'12abc'", "''", "NULL", "x'31'", "'1e999'", "9e18 * 10")
}
REPLACEMENTS = {
    "by an approval from before": a_payment("UNDONE", replaces=paid("UNDONE")),
    "by nobody": a_payment("UNDONE", replaces=paid("UNDONE"), fingerprint="NULL"),
    "by an old approval in its old round": a_payment(
        "UNDONE", replaces=paid("UNDONE"), at_round="1"
    ),
    "asked, not answered": a_payment("ASKED", replaces=paid("ASKED")),
    "without naming it": a_payment("AGREED"),
    "one that is not voided": a_payment("APPROVED", replaces=paid("PAID")),
    "one that is not there": a_payment("APPROVED", replaces="99"),
}
REVERSALS = {
    "of a payment of another invoice": a_reversal("WAITS", 2, paid("PAID")),
    "in the round that paid": a_reversal("PAID", 1, paid("PAID")),
    "a second one": a_reversal("UNDONE", 3, paid("UNDONE")),
    "of a rejection, past a payment": a_reversal("PAID", 2),
    "of a rejection that was none": a_reversal("APPROVED", 2),
    "of a rejection taken back": a_reversal("UNREFUSED", 3),
    "of a rejection that is asked about again": a_reversal("OLD", 2),
    "of what waits": a_reversal("WAITS", 2),
    "by nobody": a_reversal("PAID", 2, paid("PAID"), by=""),
    "of no invoice": a_reversal("NOBODY", 2),
    "voided without one": "INSERT INTO payment_events VALUES (1, 'voided', 'm', 'now')",
}
REOPENINGS = {
    "a second one": a_reopening("OLD", "OLD"),
    "of what was not refused": a_reopening("WAITS", "NEW"),
    "as another document": a_reopening("REJECTED", "NEW"),
    "as itself": a_reopening("REJECTED", "REJECTED"),
    "of what was taken back": a_reopening("UNREFUSED", "UNREFUSED"),
}
RUNS = {
    "a run that is there": a_run("RUN"),
    "a payment in a second run": a_run_line("RUN-2", "GONE"),
    "a payment twice in its run": a_run_line("RUN", "GONE", 2),
    "a payment in the place of another": a_run_line("RUN", "PAID", 1),
    "more payments than it was written down with": a_run_line("RUN", "PAID", 2),
    "a voided payment": a_run_line("RUN-2", "UNDONE"),
    "a payment under another id": a_run_line("RUN-2", "PAID", end="'other'"),
    "a payment before its day": a_run_line("RUN-2", "PAID", day="2026-01-01"),
    "in no run": a_run_line("RUN-X", "PAID"),
    "an invoice that is not paid": a_run_line("RUN-2", "WAITS"),
    "exported in no run": "INSERT INTO payment_events VALUES (1, 'exported', 'm', 'now')",
    "taken back from a run": a_reversal("GONE", 2, paid("GONE")),
}
CURRENCIES = {code: a_payment("APPROVED", currency=code) for code in ("''", "'EURO'", "NULL")}
DECISIONS = {
    "a second answer to the same request": a_decision("PAID", "i-paid"),
    "another verdict on the same request": a_decision("PAID", "i-paid", verdict="reject"),
    "the same person on the second level": a_decision("HALF", "i-half-2", level=2, by="ann"),
    "another fingerprint": a_decision("WAITS", "i-waits", fingerprint="f2"),
    "another round": a_decision("WAITS", "i-waits", at_round=2),
    "another level": a_decision("WAITS", "i-waits", level=2),
    "an interrupt nobody was asked by": a_decision("WAITS", "i-unknown"),
    "another thread's interrupt": a_decision("WAITS", "i-half-2"),
    "an edited request": a_decision("EDITED", "i-edited"),
    "a request answered already": a_decision("REJECTED", "i-rejected"),
    "an unknown verdict": a_decision("WAITS", "i-waits", verdict="pay"),
    "nobody": a_decision("WAITS", "i-waits", by=""),
    "the importer": a_decision("APART", "i-apart", at_round=2, by="ines"),
    "the editor": a_decision("APART", "i-apart", at_round=2, by="eve"),
    "for the importer": a_decision("APART", "i-apart", at_round=2, behalf="'ines'"),
    "for the editor": a_decision("APART", "i-apart", at_round=2, behalf="'eve'"),
    "who took another's answer back": a_decision("SIDES", "i-sides-2", at_round=2, by="zoe"),
    "for who took it back": a_decision("SIDES", "i-sides-2", at_round=2, behalf="'zoe'"),
    "who reopened it": a_decision("OLD", "i-old-2", by="zoe").replace(
        thread("OLD"), thread("OLD", latest=True)
    ),
    "for oneself": a_decision("WAITS", "i-waits", behalf="'mallory'"),
    "for nobody": a_decision("WAITS", "i-waits", behalf="''"),
    "a delegate again": a_decision("LENT", "i-lent-2", level=2, by="bob"),
    "the principal after the delegate": a_decision("LENT", "i-lent-2", level=2, by="ann"),
    "another delegate of the principal": a_decision("LENT", "i-lent-2", level=2, behalf="'ann'"),
    "for the delegate": a_decision("LENT", "i-lent-2", level=2, behalf="'bob'"),
    "another seat": a_decision("SEATS", "i-seats", seat="role:budget"),
    "no seat": a_decision("SEATS", "i-seats"),
    "a seat nobody asked for": a_decision("WAITS", "i-waits", seat="role:treasury"),
    "somebody else's seat": a_decision("SEATS", "i-seats-2", level=2, seat="name:mia"),
    "somebody else's seat, lent": a_decision(
        "SEATS", "i-seats-2", level=2, seat="name:mia", behalf="'otto'"
    ),
}
REQUESTS = {
    "beside its approval": a_request("APPROVED"),
    "beside its rejection": a_request("REJECTED"),
    "beside the rejection of another level": a_request("MIXED", level=3),
    "of a round that was edited": a_request("EDITED", level=2),
    "of a round that was taken back": a_request("UNDONE", level=2),
    "of what is paid": a_request("PAID", at_round=7),
    "of what is paid, on another level": a_request("CLEAN"),
    "of what is booked": a_request("BOOKED"),
    "of what is rejected, in a round to come": a_request("OLD", at_round=2),
}
INSERTIONS = {
    f"{kind}: {name}": sql
    for kind, attacks in (
        ("payment", PAYMENTS_NOBODY_DECIDED),
        ("second payment", SECOND_PAYMENTS),
        ("replacement", REPLACEMENTS),
        ("reversal", REVERSALS),
        ("payment run", RUNS),
        ("reopening", REOPENINGS),
        ("amount", AMOUNTS),
        ("currency", CURRENCIES),
        ("decision", DECISIONS),
        ("request", REQUESTS),
    )
    for name, sql in attacks.items()
}


def refused(attacker: sqlite3.Connection, sql: str) -> None:
    """Run an attack; constraints and strict tables answer with IntegrityError, guards also so."""
    before = dump(attacker)
    with suppress(sqlite3.IntegrityError):
        attacker.execute(sql)
    assert dump(attacker) == before


@pytest.mark.parametrize("name", INSERTIONS)
def test_an_insertion_past_the_rules_changes_nothing(
    attacker: sqlite3.Connection, name: str
) -> None:
    for sql in every_way(INSERTIONS[name]):
        refused(attacker, sql)


UPSERTS = [
    a_payment("PAID", key="'key-paid'", then=clause)
    for clause in (
        "ON CONFLICT (payment_key) DO UPDATE SET amount_minor = 1",
        "ON CONFLICT (payment_key) DO UPDATE SET payment_key = 'other'",
        "ON CONFLICT DO NOTHING",
    )
]
CHANGES = [
    *UPSERTS,
    "UPDATE payments SET amount_minor = amount_minor + 1",
    "UPDATE payments SET account = 'GB82WEST12345698765432'",
    "UPDATE OR REPLACE payments SET payment_key = 'key-clean'",
    "DELETE FROM payments",
    "UPDATE decisions SET verdict = 'approve'",
    "UPDATE decisions SET approver = 'bob'",
    "UPDATE OR REPLACE decisions SET interrupt_id = 'i-paid'",
    "DELETE FROM decisions",
    "UPDATE edits SET after = '{}'",
    "DELETE FROM edits",
    f"INSERT OR REPLACE INTO edits VALUES ({thread('EDITED')}, 2, 'm', '', '{{}}', '{{}}', 'now')",
    f"INSERT INTO edits VALUES ({thread('EDITED')}, 1, 'm', '', '{{}}', '{{}}', 'now')",
    f"INSERT INTO edits VALUES ({thread('PAID')}, 2, 'm', '', '{{}}', '{{}}', 'now')",
    f"INSERT INTO edits VALUES ({thread('WAITS')}, 1, 'm', '', '{{}}', '{{}}', 'now')",
    "INSERT INTO edits VALUES ('invoice-x', 1, 'm', '', '{}', '{}', 'now')",
    "UPDATE payment_runs SET content = x''",
    "UPDATE payment_runs SET sha256 = 'x'",
    "DELETE FROM payment_runs",
    "UPDATE payment_run_lines SET payment_id = 1",
    "UPDATE OR REPLACE payment_run_lines SET ordinal = 2",
    "DELETE FROM payment_run_lines",
    "UPDATE reversals SET taken_back_by = 'bob'",
    "UPDATE OR REPLACE reversals SET payment_id = 1",
    "DELETE FROM reversals",
    "UPDATE reopenings SET origin = thread_id",
    "DELETE FROM reopenings",
    f"INSERT INTO edits VALUES ({thread('APART')}, 3, 'ines', '', '{{}}', '{{}}', 'now')",
    "UPDATE approval_requests SET preparers_may_approve = 1 - preparers_may_approve",
    "UPDATE approval_requests SET importers_may_edit = 1 - importers_may_edit",
    "UPDATE approval_requests SET edit_schema = 'x' || edit_schema",
    "UPDATE edit_schemas SET body = '{}'",
    "DELETE FROM edit_schemas",
    "UPDATE approval_requests SET seat = 'name:mallory'",
    "UPDATE approval_requests SET seats = '[]'",
    "UPDATE decisions SET on_behalf_of = NULL WHERE on_behalf_of IS NOT NULL",
    "UPDATE decisions SET seat = 'role:treasury'",
    "UPDATE payment_events SET status = 'settled'",
    "DELETE FROM payment_events",
    "UPDATE audit SET body = '{}'",
    "UPDATE audit SET invoice_id = NULL",
    "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)",
    "DELETE FROM audit",
    "INSERT OR REPLACE INTO audit SELECT seq, invoice_id, prev, '{}', hash FROM audit",
    "INSERT OR REPLACE INTO audit SELECT max(seq) + 1, NULL, hash, '{}', hash FROM audit",
    "INSERT INTO audit SELECT max(seq) + 2, NULL, hash, '{}', zeroblob(32) FROM audit",
    "INSERT INTO audit SELECT NULL, NULL, hash, '{}', zeroblob(32) FROM audit",
    "INSERT INTO audit SELECT max(seq) + 1, NULL, zeroblob(32), '{}', zeroblob(32) FROM audit",
    "INSERT INTO audit SELECT max(seq) + 1, NULL, hash, '{}', x'00' FROM audit",
    "UPDATE invoices SET body = '{}'",
    "UPDATE invoices SET imported_by = 'nobody'",
    "UPDATE invoices SET number_key = NULL",
    "UPDATE invoices SET content_hash = invoice_id",
    "DELETE FROM invoices",
    "UPDATE invoices SET status = 'paid'",
    *(
        f"UPDATE invoices SET status = '{end}' WHERE thread_id = {thread('WAITS')}"
        for end in ("scheduled", "booked", "rejected", "expired")
    ),
    *(
        f"INSERT OR REPLACE INTO invoices (seq, invoice_id, thread_id, content_hash, body, kind,"
        f" imported_by, received_at) SELECT {columns}, '{{}}', kind, 'm', 'now' FROM invoices"
        f" WHERE seq = 1"
        for columns in (
            "99, invoice_id, 't', 'c'", "99, 'i', thread_id, 'c'",
            "99, 'i', 't', content_hash", "seq, 'i', 't', 'c'",
        )
    ),
    "DELETE FROM invoice_suppliers",
    "UPDATE invoice_suppliers SET supplier_key = 'name:other'",
    "DELETE FROM approval_requests",
    "UPDATE approval_requests SET approvals_needed = 1",
    "UPDATE approval_requests SET fingerprint = 'f2'",
    "UPDATE approval_requests SET account = 'GB82WEST12345698765432'",
    "UPDATE approval_requests SET holds = '[]'",
    "UPDATE approval_requests SET expires_at = '2099'",
    "UPDATE approval_requests SET status = 'open' WHERE status <> 'open'",
    "UPDATE approval_requests SET answered_by = 'bob' WHERE status <> 'open'",
    "UPDATE approval_requests SET status = 'paid'",
    "UPDATE comments SET text = 'never said'",
    "DELETE FROM comments",
    "INSERT INTO comments SELECT thread_id, 1, 'eve', 'first', 'now', NULL, NULL FROM comments",
    "INSERT OR REPLACE INTO comments SELECT thread_id, 1, 'e', 'a', 'b', NULL, NULL FROM comments",
    "INSERT INTO comments SELECT thread_id, 1, 'eve', 'late', 'now', NULL, NULL FROM payments",
    "UPDATE comments SET document = 'ff', document_name = 'other.pdf'",
    "UPDATE reminders SET at = 'never'",
    "DELETE FROM reminders",
    "INSERT OR REPLACE INTO reminders SELECT thread_id, interrupt_id, 'again' FROM reminders",
    f"INSERT INTO reminders VALUES ({thread('PAID')}, 'i-paid', 'now')",
    *(
        f"INSERT OR REPLACE INTO approval_requests SELECT {key}, thread_id, {interrupt},"
        " invoice_id, round, level, fingerprint, 1, account, category, holds, hold_words,"
        " policy_version, number, supplier, supplier_sort, payable, payable_minor, currency,"
        " due_date, hold_rank, signs, loss_day, loss_minor, waiting_since, expires_at, NULL,"
        " '', '[]', 1, 1, 1, '{}', status, NULL, NULL FROM approval_requests"
        f" WHERE interrupt_id = '{over}'"
        for over, key, interrupt in (
            ("i-rejected", "key", "'i-new'"), ("i-rejected", "99", "interrupt_id"),
            ("i-waits", "99", "'i-new'"),
        )
    ),
]  # fmt: skip


def test_what_is_written_never_changes(attacker: sqlite3.Connection) -> None:
    for sql in CHANGES:
        refused(attacker, sql)


@pytest.mark.parametrize(
    ("there", "allowed"),
    [
        (["scheduled"], {"exported"}),
        (["scheduled", "exported"], {"settled"}),
        (["scheduled", "exported", "settled"], set()),
        (["scheduled", "voided"], set()),
    ],
)
def test_a_payment_takes_its_statuses_in_order_and_once(
    attacker: sqlite3.Connection, there: list[str], allowed: set[str]
) -> None:
    insert = "INSERT OR REPLACE INTO payment_events VALUES (1, '{}', 'm', 'now')"
    if "voided" in there:
        attacker.execute(a_reversal("PAID", 2, paid("PAID")))
    if "exported" in {*there, *allowed}:
        attacker.execute(a_run("RUN-1"))
        attacker.execute(a_run_line("RUN-1", "PAID"))
    for status in there[1:]:
        attacker.execute(insert.format(status))
    for status in ("scheduled", "exported", "settled", "voided", "lost", ""):
        if status in allowed:
            attacker.execute("SAVEPOINT look")
            attacker.execute(insert.format(status))
            attacker.execute("ROLLBACK TO look")
            attacker.execute("RELEASE look")
        else:
            refused(attacker, insert.format(status))


def test_a_status_needs_its_payment_and_begins_with_scheduled(attacker: sqlite3.Connection) -> None:
    for number, status in ((99, "scheduled"), (99, "voided"), (-1, "scheduled")):
        refused(attacker, f"INSERT INTO payment_events VALUES ({number}, '{status}', 'm', 'now')")


@pytest.mark.parametrize("key", ["key-paid", "key-new"])
def test_voiding_a_payment_does_not_let_its_old_approval_pay_again(
    attacker: sqlite3.Connection, key: str
) -> None:
    attacker.execute(a_reversal("PAID", 2, paid("PAID")))
    attacker.execute("INSERT INTO payment_events VALUES (1, 'voided', 'm', 'now')")
    for sql in every_way(a_payment("PAID", key=f"'{key}'")):
        refused(attacker, sql)


def test_a_round_is_edited_once_while_its_request_is_still_open(
    attacker: sqlite3.Connection,
) -> None:
    edit = f"INSERT INTO edits VALUES ({thread('WAITS')}, 2, 'm', '', '{{}}', '{{}}', 'now')"
    attacker.execute(edit)
    for sql in every_way(edit.replace("'{}', '{}'", "'{}', '{\"x\":1}'")):
        refused(attacker, sql)


def test_the_rows_the_attacks_are_made_of_are_otherwise_right(
    attacker: sqlite3.Connection,
) -> None:
    """Else an attack could be refused for another reason than the one it is about."""
    attacker.execute(a_payment("APPROVED"))
    attacker.execute(a_payment("NEW", payment_id="78", fingerprint="NULL", key="'key-2'"))
    attacker.execute(a_payment("AGREED", payment_id="79", key="'key-3'", replaces=paid("AGREED")))
    attacker.execute(a_reversal("PAID", 2, paid("PAID")))
    attacker.execute("INSERT INTO payment_events VALUES (1, 'voided', 'm', 'now')")
    attacker.execute(a_reversal("REJECTED", 2))
    attacker.execute(a_request("TWICE", at_round=2, level=2))
    attacker.execute(a_decision("WAITS", "i-waits"))
    attacker.execute(a_decision("SIDES", "i-sides-2", at_round=2))
    attacker.execute(a_decision("HALF", "i-half-2", level=2))
    attacker.execute(a_decision("APART", "i-apart", at_round=2))
    attacker.execute(a_decision("LENT", "i-lent-2", level=2, behalf="'otto'"))
    attacker.execute(a_decision("SEATS", "i-seats", seat="role:treasury"))
    attacker.execute(a_decision("SEATS", "i-seats-2", level=2, seat="name:mia", by="mia"))
    attacker.execute(
        f"INSERT INTO edits VALUES ({thread('ASKED')}, 3, 'm', '', '{{}}', '{{}}', 'now')"
    )
    seq, previous = attacker.execute(
        "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    attacker.execute(
        "INSERT INTO audit VALUES (?, NULL, ?, '{}', ?)",
        (seq + 1, previous, chained(previous, seq + 1, "{}")),
    )
    counts = attacker.execute(
        "SELECT (SELECT count(*) FROM payments), (SELECT count(*) FROM edits)"
    ).fetchone()
    assert counts == (9, 4)
