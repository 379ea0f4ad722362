"""A ledger filled by hand: what the workflow would write down, without the workflow."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from expense_agent.domain.approval import ApprovalRequest, Decision, Verdict
from expense_agent.domain.authority import Asked, Authority
from expense_agent.domain.credit import Offset, offset
from expense_agent.domain.edit import edit_fields, schema_of
from expense_agent.domain.invoice import Invoice, content_hash
from expense_agent.domain.money import Money
from expense_agent.domain.payment import Payment, replacement_key
from expense_agent.domain.payment_run import CSV, PaymentRun, in_order
from expense_agent.domain.policy import Hold
from expense_agent.exporters.csv_export import CsvExporter
from expense_agent.ports import Closing, EditRecord, Registered, utc
from expense_agent.service import PaymentQuery, PaymentView, QueueOverview, QueueQuery
from expense_agent.storage.audit_table import AuditTrail
from expense_agent.storage.feedback_table import FeedbackTable
from expense_agent.storage.ledger import StoredLedger
from expense_agent.storage.overdue import Overdue
from expense_agent.storage.payment_runs import PaymentRunTable
from expense_agent.storage.payment_table import PaymentListing
from expense_agent.storage.queue_reader import QueueReader
from expense_agent.storage.records import RecordReader
from expense_agent.storage.sqlite.ledger_file import SqliteDatabase
from expense_agent.storage.sqlite.session_files import LockedPresence
from expense_agent.storage.sqlite.store_files import LEDGER_FILE
from expense_agent.storage.supplier_table import SupplierList
from expense_agent.storage.verify import verify
from tests.builders import NORDWIND_IBAN, a_suggestion, an_invoice
from tests.fakes import FixedClock

OVER_LIMIT = Hold("over_limit", "block", "720.00 EUR is over the automatic limit 500.00 EUR")


def nothing_in_the_way(row: Asked) -> None:
    del row


class Books:
    """One open ledger, and short words for what happens in it."""

    def __init__(
        self, folder: Path, why_not: Callable[[Asked], str | None] = nothing_in_the_way
    ) -> None:
        self.clock = FixedClock()
        self.database = SqliteDatabase(folder, 5.0)
        self.database.connection.execute("PRAGMA synchronous=OFF")  # no power is lost in a test
        self.presence = LockedPresence(folder, "ines")
        self.ledger = StoredLedger(self.database, self.clock, self.presence)
        self.trail = AuditTrail(self.database, self.clock)
        self.suppliers = SupplierList(self.database, self.clock, self.trail)
        self.feedback = FeedbackTable(self.database, self.clock, self.trail)
        self.overdue = Overdue(self.database, self.clock, self.trail, self.ledger.claims)
        self.queue = QueueReader(self.database, lambda asked: Authority(why_not(asked)))
        self.runs = PaymentRunTable(self.database, self.clock, self.trail)
        self.listing = PaymentListing(self.database)
        self.records = RecordReader(self.database, self.queue, self.trail)

    def payments(self, status: str | None = None) -> list[PaymentView]:
        return self.listing.rows(self.listing.overview(PaymentQuery(status)).keys)

    def overview(self, query: QueueQuery | None = None) -> QueueOverview:
        today = self.clock.now().date().isoformat()
        return self.queue.overview(query or QueueQuery(), today)

    def register(self, invoice: Invoice | None = None, by: str = "ines") -> Registered:
        invoice = invoice or an_invoice("720.00 EUR")
        return self.ledger.register(invoice, content_hash(invoice), by)[0]

    def request(
        self,
        known: Registered,
        interrupt_id: str = "i1",
        *,
        at_round: int = 1,
        level: int = 1,
        needed: int = 1,
        fingerprint: str = "f1",
        holds: tuple[Hold, ...] = (OVER_LIMIT,),
        category: str | None = "vehicles",
        expires_at: str = "2026-11-25T09:00:00.000Z",
        held_until: str | None = None,
        seats: tuple[str, ...] | None = None,
        preparers_may_approve: bool = True,
        importers_may_edit: bool = True,
    ) -> ApprovalRequest:
        return ApprovalRequest(
            thread_id=known.thread_id,
            interrupt_id=interrupt_id,
            round=at_round,
            level=level,
            fingerprint=fingerprint,
            account=NORDWIND_IBAN,
            category=category,
            holds=holds,
            policy_version="built-in",
            approvals_needed=needed,
            expires_at=expires_at,
            held_until=held_until,
            seats=seats or ("",) * max(needed, level),
            preparers_may_approve=preparers_may_approve,
            importers_may_edit=importers_may_edit,
            edit_schema=schema_of(edit_fields(known.invoice)),
        )

    def ask(self, known: Registered, interrupt_id: str = "i1", **shown: Any) -> ApprovalRequest:
        """Write down one request; `shown` is what `request` takes."""
        request = self.request(known, interrupt_id, **shown)
        self.ask_all(known, request)
        return request

    def ask_all(self, known: Registered, *requests: ApprovalRequest) -> None:
        """Write down the requests of one pause."""
        said = a_suggestion(requests[0].category).to_plain()
        self.ledger.open_requests(known, requests, said, [])

    def decide(
        self,
        known: Registered,
        request: ApprovalRequest,
        by: str = "ann",
        verdict: Verdict = Verdict.APPROVE,
        on_behalf_of: str | None = None,
    ) -> bool:
        decision = Decision(
            thread_id=request.thread_id,
            interrupt_id=request.interrupt_id,
            round=request.round,
            level=request.level,
            verdict=verdict,
            approver=by,
            reason="" if verdict is Verdict.APPROVE else "not ours",
            fingerprint=request.fingerprint,
            decided_at=utc(self.clock.now()),
            until="2026-12-24" if verdict is Verdict.HOLD else None,
            seat=request.seat,
            on_behalf_of=on_behalf_of,
        )
        return self.ledger.add_decision(decision, known.id)

    def book(self, known: Registered) -> None:
        self.ledger.close_invoice(known, Closing("booked", "agent", "nothing to transfer"))

    def offset(self, known: Registered, at_round: int) -> None:
        """Take the oldest open credit off, down to zero."""
        payable = known.invoice.payable
        assert payable
        taken = offset(self.ledger.facts_for(known).credits[0], payable)
        left = str(payable.amount - taken.amount.amount)
        after = {"payable_amount": left, "offset": taken.credit.invoice_id}
        self.edit(known, at_round, taken=taken, **after)

    def edit(
        self,
        known: Registered,
        at_round: int,
        by: str = "eve",
        taken: Offset | None = None,
        **after: str,
    ) -> None:
        edit = EditRecord(
            thread_id=known.thread_id,
            round=at_round,
            editor=by,
            comment="as agreed",
            before=dict.fromkeys(after, None),
            after=after,
            edited_at=utc(self.clock.now()),
            offset=taken,
        )
        self.ledger.add_edit(edit, known.id)

    def pay(
        self,
        known: Registered,
        fingerprint: str | None = None,
        *,
        key: str | None = None,
        amount: Money | None = None,
        account: str | None = NORDWIND_IBAN,
        approved_by: tuple[str, ...] = (),
        supplier: str = "Nordwind Logistik AG",
    ) -> None:
        payment = self.payment(known, fingerprint, key=key, amount=amount, account=account)
        self.ledger.schedule(replace(payment, supplier=supplier), known.id, approved_by)

    def pay_again(self, known: Registered, fingerprint: str, voided: int) -> None:
        """Pay what was taken back, by a payment that names the voided one."""
        row = self.database.one("SELECT payment_key FROM payments WHERE payment_id = ?", voided)
        assert row is not None
        key = replacement_key(row["payment_key"], voided)
        payment = replace(self.payment(known, fingerprint, key=key), replaces=voided)
        self.ledger.schedule(payment, known.id, ("ann",))

    def send(self, run_id: str, *invoices: Registered, exported: bool = True) -> None:
        """Write a payment run of these invoices down, and export it."""
        ids = {known.id for known in invoices}
        day = self.clock.now().date().isoformat()
        lines = in_order(line for line in self.runs.due("9999", day) if line.invoice_id in ids)
        at = utc(self.clock.now())
        run = PaymentRun(run_id, CSV, at, None, self.runs.head(), lines)
        with self.database.transaction():
            self.runs.prepare(run, CsvExporter().write(run), "tess")
            if exported:
                self.runs.export(run_id, "run.csv", "tess")

    def payment(
        self,
        known: Registered,
        fingerprint: str | None = None,
        *,
        key: str | None = None,
        amount: Money | None = None,
        account: str | None = NORDWIND_IBAN,
    ) -> Payment:
        money = amount or self.ledger.registered(known.thread_id).invoice.payable
        assert money is not None
        return Payment(
            thread_id=known.thread_id,
            payment_key=key or f"key-{known.id}",
            amount_minor=money.minor,
            currency=money.currency,
            account=account,
            supplier="Nordwind Logistik AG",
            category="vehicles",
            remittance="R-1001",
            execution_date="2026-12-01",
            fingerprint=fingerprint,
            round=self.ledger.registered(known.thread_id).round,
        )

    def take_back(self, known: Registered, payment: int | None, by: str = "ann") -> None:
        now = self.ledger.registered(known.thread_id)
        self.ledger.reversals.take_back(now, payment, by, "a mistake")

    def refuse(self, known: Registered, request: ApprovalRequest) -> None:
        self.decide(known, request, verdict=Verdict.REJECT)
        self.ledger.close_invoice(known, Closing("rejected", "ann", "not ours"))

    def findings(self) -> tuple[str, ...]:
        return verify(self.database).findings


@contextmanager
def books(
    folder: Path, why_not: Callable[[Asked], str | None] = nothing_in_the_way
) -> Iterator[Books]:
    opened = Books(folder / "store", why_not)
    try:
        yield opened
    finally:
        opened.database.close()
        opened.presence.close()


@contextmanager
def behind_its_back(folder: Path, **pragmas: str) -> Iterator[sqlite3.Connection]:
    """Open the ledger as any other program would."""
    path = folder / "store" / LEDGER_FILE
    with closing(sqlite3.connect(path, timeout=5.0, isolation_level=None)) as connection:
        for name, value in {"synchronous": "OFF", **pragmas}.items():
            connection.execute(f"PRAGMA {name}={value}")
        yield connection


def dump(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Return all that is in the ledger."""
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for (name,) in names}


def without_guards(connection: sqlite3.Connection) -> None:
    """Drop every trigger, as a person with the file can."""
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
