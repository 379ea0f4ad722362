"""The ledger on SQLite, as the workflow sees it: its tables put together behind ports.Ledger.

It keeps constraints, not rules. Every change stands in one transaction with its audit event.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from expense_agent.domain.approval import ApprovalRequest, Decision, Verdict
from expense_agent.domain.feedback import Feedback
from expense_agent.domain.invoice import canonical_json
from expense_agent.domain.payment import Payment
from expense_agent.domain.supplier import masked
from expense_agent.ports import (
    Attached,
    Clock,
    Closing,
    EditRecord,
    Registered,
    StepBook,
    utc,
)
from expense_agent.ports.holding import EditLeases
from expense_agent.service.readings import OpenEnds
from expense_agent.storage.audit_table import AuditTrail, refuse_unvouched
from expense_agent.storage.claim_table import ClaimTable, LeaseTable, Presence
from expense_agent.storage.credit_table import CreditTable
from expense_agent.storage.database import Database, GroupCommit
from expense_agent.storage.fact_reader import FactReader
from expense_agent.storage.feedback_table import FeedbackTable
from expense_agent.storage.forgotten_table import ForgottenTable
from expense_agent.storage.payment_table import PaymentTable
from expense_agent.storage.register import Register
from expense_agent.storage.requests import RequestTable, decisions_of
from expense_agent.storage.reversal_table import ReversalTable
from expense_agent.storage.similarity import Likeness
from expense_agent.storage.step_table import StepTable
from expense_agent.storage.supplier_table import SupplierList


class StoredLedger:
    """Implements ports.Ledger."""

    def __init__(self, database: Database, clock: Clock, presence: Presence) -> None:
        self._database = database
        self._clock = clock
        self.claims = ClaimTable(database, clock, presence)
        self.edit_leases: EditLeases = LeaseTable(database, clock, presence)
        self._trail = AuditTrail(database, clock)
        self._likeness = Likeness(database, clock, self._trail)
        self._register = Register(database, clock, self._trail, self._likeness)
        self.requests = RequestTable(database, clock, self._trail)
        self._payments = PaymentTable(database, clock, self._trail)
        self._suppliers = SupplierList(database, clock, self._trail)
        self._credits = CreditTable(database, clock)
        self.words = FeedbackTable(database, clock, self._trail)
        self.steps: StepBook = StepTable(database, clock, self._trail)
        self.reversals = ReversalTable(database, clock, self._trail, self._register, self._payments)
        self._forgotten = ForgottenTable(database, clock, self._trail)
        self._facts = FactReader(database, clock, self._suppliers, self._likeness, self.reversals)
        # What a table does alone, it does itself.
        self.transaction = database.transaction
        self.attempt = database.attempt
        self.together = GroupCommit(database).run
        self.register = self._register.add
        self.registered = self._register.get
        self.facts_for = self._facts.about
        self.newest_event = self._trail.newest
        self.payment_of = self._payments.of_thread

    def tell_apart(self, known: Registered, invoice_ids: Sequence[str], by: str) -> None:
        """Remember that a person saw these twins beside an invoice, and that they are none."""
        with self.transaction():
            self._likeness.tell_apart(known, invoice_ids, by)

    def unfinished(self, *, include_failed: bool = False) -> list[str]:
        """Return the threads recovery must look at."""
        return self._register.unfinished(self.claims.parted()[1], include_failed=include_failed)

    def open_ends(self) -> OpenEnds:
        """Return what is not at rest: cut off, given up, or held by whom."""
        ends = self._register.open_ends(*self.claims.parted())
        if not ends.cut_off:
            return ends
        # What a session has finished and left between two of the reads was not cut off.
        return ends.still(self._register.open_ends(*self.claims.parted()))

    def mend(self, thread_id: str) -> None:
        """Close what is open beside its outcome, and say where an invoice stands by its trail.

        Version 1 left such requests, and migration lets recovery look at them.
        """
        with self.transaction():
            known = self.registered(thread_id)
            for interrupt_id in self.requests.overtaken(thread_id):
                self.requests.supersede(thread_id, "agent", interrupt_id)
                self._trail.append("agent", "superseded", known.id, interrupt_id=interrupt_id)
            if end := self._trail.end_of(known.id):
                self._register.set_status(thread_id, end)

    def keep_trace(
        self, thread_id: str, suggestion: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]
    ) -> None:
        """Keep what the agent did, for those who read the ledger without the engine."""
        with self.transaction():
            self._register.keep_trace(thread_id, suggestion, steps)
            self.words.project(thread_id)

    def close_invoice(self, known: Registered, closing: Closing) -> None:
        """Set the final status of an invoice that is not paid; nobody is asked any more."""
        with self.transaction():
            self.requests.supersede(known.thread_id, closing.by)
            self._register.set_status(known.thread_id, closing.status)
            booked = self._credits.book(known) if closing.status == "booked" else ()
            self._trail.append(
                closing.by, closing.status, known.id, rows=booked, reason=closing.reason
            )

    def note_failure(self, known: Registered, reason: str, limit: int) -> None:
        """Count a run that broke off; at `limit` the invoice is marked failed."""
        with self.transaction():
            self._register.count_failure(known.thread_id)
            self._trail.append("agent", "run_broke_off", known.id, reason=reason)
            if known.failures + 1 >= limit:
                self._register.give_up(known.thread_id)

    # --- requests, decisions, edits

    def open_requests(
        self,
        known: Registered,
        requests: Sequence[ApprovalRequest],
        suggestion: Mapping[str, Any],
        steps: Sequence[Mapping[str, Any]],
    ) -> bool:
        """Write what a paused thread asks now; what it asked before is closed.

        False, and nothing is written, when something has come of it meanwhile: an answer, an edit,
        the end of the invoice.
        """
        with self.transaction():
            if any(self.requests.is_settled(r.thread_id, r.round, r.level) for r in requests):
                return False
            asked = {request.interrupt_id for request in requests}
            for old in self.requests.of_thread(known.thread_id):
                if old.status == "open" and old.request.interrupt_id not in asked:
                    self.requests.supersede(known.thread_id, "agent", old.request.interrupt_id)
            for request in requests:
                if self.requests.one(known.id, request.interrupt_id) is None:
                    self.requests.open(known, request)
            latest = max(request.round for request in requests)
            self._register.set_round(known.thread_id, latest, "waiting")
            self._register.keep_trace(known.thread_id, suggestion, steps)
            self.words.project(known.thread_id)
        return True

    def add_decision(
        self, decision: Decision, invoice_id: str, word: Feedback | None = None
    ) -> bool:
        """Insert a decision, which closes its request; False when it is taken already.

        One that is no approval closes what others were asked beside it, too.
        """
        thread_id, approver = decision.thread_id, decision.approver
        with self.transaction():
            seal = self._database.insert(
                "decisions",
                thread_id=thread_id,
                interrupt_id=decision.interrupt_id,
                round=decision.round,
                level=decision.level,
                verdict=decision.verdict.value,
                approver=approver,
                reason=decision.reason,
                fingerprint=decision.fingerprint,
                until=decision.until,
                decided_at=decision.decided_at,
                seat=decision.seat,
                on_behalf_of=decision.on_behalf_of,
            )
            if seal is None:
                return False
            if decision.verdict is Verdict.APPROVE and self.requests.asks_still(thread_id):
                self.requests.stand_anew(self.registered(thread_id))
            self._register.set_status(thread_id, "deciding")
            self._trail.append(
                approver,
                decision.verdict.value,
                invoice_id,
                rows=[seal],
                reason=decision.reason,
                round=decision.round,
                level=decision.level,
                fingerprint=decision.fingerprint,
                until=decision.until,
                on_behalf_of=decision.on_behalf_of,
            )
            if word is not None:
                self.words.add(word, invoice_id)
        return True

    def add_edit(self, edit: EditRecord, invoice_id: str, word: Feedback | None = None) -> None:
        """Insert an edit, which closes all open requests of its thread."""
        with self.transaction():
            seal = self._database.insert(
                "edits",
                thread_id=edit.thread_id,
                round=edit.round,
                editor=edit.editor,
                comment=edit.comment,
                before=canonical_json(edit.before),
                after=canonical_json(edit.after),
                edited_at=edit.edited_at,
            )
            self._register.set_round(edit.thread_id, edit.round, "deciding")
            self._trail.append(
                edit.editor,
                "edited",
                invoice_id,
                rows=[seal, *self._credits.use(edit)],
                comment=edit.comment,
                round=edit.round,
                before=_without_accounts(edit.before),
                after=_without_accounts(edit.after),
            )
            if word is not None:
                self.words.add(word, invoice_id)

    def add_comment(
        self, known: Registered, author: str, text: str, document: Attached | None = None
    ) -> None:
        """Append a remark to what people were asked about, with a document if there is one."""
        with self.transaction():
            seal = self._database.insert(
                "comments",
                thread_id=known.thread_id,
                number=known.comments + 1,
                author=author,
                text=text,
                at=utc(self._clock.now()),
                document=document.sha256 if document else None,
                document_name=document.name if document else None,
            )
            what = "attached" if document else "commented"
            kept = {"name": document.name, "sha256": document.sha256} if document else {}
            self._trail.append(author, what, known.id, rows=[seal], text=text, **kept)

    def comments(self, thread_id: str) -> list[dict[str, Any]]:
        """Return the remarks on an invoice, oldest first."""
        rows = self._database.all(
            "SELECT author, text, at, document FROM comments WHERE thread_id = ? ORDER BY number",
            thread_id,
        )
        return [dict(row) for row in rows]

    def decisions(self, thread_id: str) -> list[Decision]:
        """Return the decisions of a thread, oldest first, by round: a clock may be set back."""
        return decisions_of(self._database, thread_id)

    # --- payments

    def schedule(self, payment: Payment, invoice_id: str, approved_by: Sequence[str]) -> None:
        """Insert a payment under its key; another one there raises PaymentConflict.

        Raises LedgerTampered when a row it rests on was changed behind the program's back.
        """
        with self.transaction():
            self.requests.supersede(payment.thread_id, "agent")
            if not self._payments.is_there(payment):
                refuse_unvouched(self._database, payment.thread_id, invoice_id)
                accounts = self._suppliers.remember_paid(payment.thread_id, payment.account)
                payment, left = self._forgotten.as_it_left(payment)
                number = self._payments.add(payment, invoice_id, approved_by, accounts)
                if left:
                    self._forgotten.export(left, number, invoice_id, "agent")
            self._register.set_status(payment.thread_id, "scheduled")


def _without_accounts(fields: Mapping[str, str | None]) -> dict[str, str | None]:
    return {k: masked(v) if k == "account" and v else v for k, v in fields.items()}
