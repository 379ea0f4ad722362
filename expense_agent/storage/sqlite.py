"""The ledger on SQLite: what the workflow writes and reads while it walks an invoice.

It keeps constraints, not rules. Every change stands in one transaction with its audit event.
"""

import base64
import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from expense_agent.domain.approval import (
    ApprovalRequest,
    Decision,
    Verdict,
    holds_from_plain,
    holds_to_plain,
)
from expense_agent.domain.invoice import (
    Invoice,
    canonical_json,
    from_plain,
    invoice_kind,
    to_plain,
    with_changes,
)
from expense_agent.domain.money import Money, plain
from expense_agent.domain.payment import Payment
from expense_agent.domain.policy import BUILT_IN_SEVERITY, Facts, Hold, Twin
from expense_agent.domain.supplier import masked, normalised_name, supplier_keys
from expense_agent.errors import PaymentConflict, UnknownInvoice
from expense_agent.ports import Clock, Closing, EditRecord, Registered, RequestRecord, utc
from expense_agent.storage.audit import AuditTrail
from expense_agent.storage.database import Database, marks
from expense_agent.storage.suppliers import SupplierList

_HOLD_RANK = {rule: rank for rank, rule in enumerate(BUILT_IN_SEVERITY)}
_SHORTEST_ID = 6
_CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789abcdefghjkmnpqrstvwxyz")


class SqliteLedger:
    """Implements ports.Ledger."""

    def __init__(self, database: Database, clock: Clock, claim_seconds: float) -> None:
        self._database = database
        self._clock = clock
        self._claim_seconds = claim_seconds
        self._trail = AuditTrail(database, clock)
        self._suppliers = SupplierList(database, clock)

    def transaction(self) -> AbstractContextManager[None]:
        """Begin a write transaction, or a savepoint in one."""
        return self._database.transaction()

    # --- the register

    def register(self, invoice: Invoice, content_hash: str, by: str) -> tuple[Registered, bool]:
        """Write an invoice down before its first run; give it and whether it is new."""
        thread_id = f"invoice-{content_hash[:32]}"
        if self._database.one("SELECT 1 FROM invoices WHERE thread_id = ?", thread_id):
            return self.registered(thread_id), False
        invoice_id = self._free_id(content_hash)
        with self.transaction():
            self._database.write(
                "INSERT INTO invoices (invoice_id, thread_id, content_hash, body, number_key, kind,"
                " imported_by, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                invoice_id, thread_id, content_hash, canonical_json(to_plain(invoice)),
                invoice.number_key, invoice_kind(invoice), by, self._now(),
            )  # fmt: skip
            for key in supplier_keys(invoice.supplier):
                self._database.write("INSERT INTO invoice_suppliers VALUES (?, ?)", key, thread_id)
            self._trail.append(
                by, "received", invoice_id,
                number=invoice.number, supplier=invoice.supplier.name,
                payable=str(invoice.payable) if invoice.payable else None,
                file=invoice.source.file, location=invoice.source.location,
                sha256=invoice.source.sha256,
            )  # fmt: skip
        seq = self._database.one("SELECT seq FROM invoices WHERE thread_id = ?", thread_id)
        assert seq is not None
        return Registered(invoice_id, thread_id, seq["seq"], "received", invoice, by), True

    def registered(self, thread_id: str) -> Registered:
        """Give the invoice of a thread, edits applied."""
        row = self._database.one("SELECT * FROM invoices WHERE thread_id = ?", thread_id)
        if row is None:
            raise UnknownInvoice(thread_id)
        invoice = from_plain(json.loads(row["body"]))
        edits = self._database.all(
            "SELECT editor, after FROM edits WHERE thread_id = ? ORDER BY round", thread_id
        )
        changes: dict[str, str] = {}
        for edit in edits:
            changes |= json.loads(edit["after"])
        return Registered(
            id=row["invoice_id"],
            thread_id=thread_id,
            seq=row["seq"],
            status=row["status"],
            invoice=with_changes(invoice, changes),
            imported_by=row["imported_by"],
            category=changes.get("category"),
            round=row["round"],
            edited_by=tuple(dict.fromkeys(edit["editor"] for edit in edits)),
            failures=row["failures"],
        )

    def facts_for(self, known: Registered) -> Facts:
        """Read all that the rules may know about one invoice, at this moment."""
        keys = supplier_keys(known.invoice.supplier)
        return Facts(
            known_accounts=self._suppliers.known_accounts(keys),
            twins=self._twins(known, keys),
            edited_by=known.edited_by,
        )

    def unfinished(self, *, include_failed: bool = False) -> list[str]:
        """Give the threads recovery must look at."""
        rows = self._database.all(
            "SELECT thread_id FROM invoices WHERE status IN ('received', 'deciding') ORDER BY seq"
        )
        if include_failed:
            rows += self._database.all("SELECT thread_id FROM invoices WHERE status = 'failed'")
        stale = self._database.all(
            "SELECT thread_id FROM claims WHERE until < ?", self._clock.now().timestamp()
        )
        return list(dict.fromkeys(row["thread_id"] for row in [*rows, *stale]))

    def keep_trace(
        self, thread_id: str, suggestion: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]
    ) -> None:
        """Keep what the agent did, for those who read the ledger without the engine."""
        with self.transaction():
            self._database.write(
                "UPDATE invoices SET suggestion = ?, category = ?, steps = ? WHERE thread_id = ?",
                canonical_json(suggestion), suggestion.get("category"), canonical_json(steps), thread_id,
            )  # fmt: skip

    def close_invoice(self, known: Registered, closing: Closing) -> None:
        """Set the final status of an invoice that is not paid."""
        with self.transaction():
            self._set_status(known.thread_id, closing.status)
            self._trail.append(closing.by, closing.status, known.id, reason=closing.reason)

    def note_failure(self, known: Registered, reason: str, limit: int) -> None:
        """Count a run that broke off; at `limit` the invoice is marked failed."""
        with self.transaction():
            self._database.write(
                "UPDATE invoices SET failures = failures + 1 WHERE thread_id = ?", known.thread_id
            )
            self._trail.append("agent", "run_broke_off", known.id, reason=reason)
            if known.failures + 1 >= limit:
                self._set_status(known.thread_id, "failed")

    # --- claims

    def claim(self, thread_id: str, owner: str, purpose: str) -> bool:
        """Take the right to run or edit a thread for a while; False when somebody else holds it."""
        now = self._clock.now()
        until = (now + timedelta(seconds=self._claim_seconds)).timestamp()
        with self.transaction():
            changed = self._database.write(
                "INSERT INTO claims VALUES (?, ?, ?, ?) ON CONFLICT (thread_id) DO UPDATE"
                " SET owner = excluded.owner, purpose = excluded.purpose, until = excluded.until"
                " WHERE claims.until < ? OR claims.owner = excluded.owner",
                thread_id, owner, purpose, until, now.timestamp(),
            )  # fmt: skip
        return changed == 1

    def release(self, thread_id: str, owner: str) -> None:
        """Give the right back."""
        with self.transaction():
            self._database.write(
                "DELETE FROM claims WHERE thread_id = ? AND owner = ?", thread_id, owner
            )

    # --- requests, decisions, edits

    def request(self, invoice_id: str, interrupt_id: str) -> RequestRecord | None:
        """Give one request, open or answered."""
        row = self._database.one(
            "SELECT * FROM approval_requests WHERE invoice_id = ? AND interrupt_id = ?",
            invoice_id, interrupt_id,
        )  # fmt: skip
        return None if row is None else _request_record(row)

    def requests_of(self, thread_id: str) -> list[RequestRecord]:
        """Give all requests of a thread, oldest first."""
        rows = self._database.all(
            "SELECT * FROM approval_requests WHERE thread_id = ? ORDER BY key", thread_id
        )
        return [_request_record(row) for row in rows]

    def open_requests(
        self,
        known: Registered,
        requests: Sequence[ApprovalRequest],
        suggestion: Mapping[str, Any],
        steps: Sequence[Mapping[str, Any]],
    ) -> None:
        """Write the requests of a paused thread; one that is there already is left alone."""
        with self.transaction():
            for request in requests:
                if self.request(known.id, request.interrupt_id) is None:
                    self._open(known, request)
            self._database.write(
                "UPDATE invoices SET status = 'waiting', failures = 0, round = ? WHERE thread_id = ?",
                max(request.round for request in requests), known.thread_id,
            )  # fmt: skip
            self.keep_trace(known.thread_id, suggestion, steps)

    def add_decision(self, decision: Decision, invoice_id: str) -> bool:
        """Insert a decision and answer its request; False when it is taken already."""
        with self.transaction():
            inserted = self._database.write(
                "INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                decision.thread_id, decision.interrupt_id, decision.round, decision.level,
                decision.verdict.value, decision.approver, decision.reason, decision.fingerprint,
                decision.decided_at,
            )  # fmt: skip
            if inserted != 1:
                return False
            self._answer(
                decision.verdict.value, decision.approver, decision.thread_id, decision.interrupt_id
            )
            self._set_status(decision.thread_id, "deciding")
            self._trail.append(
                decision.approver, decision.verdict.value, invoice_id,
                reason=decision.reason, round=decision.round, level=decision.level,
                fingerprint=decision.fingerprint,
            )  # fmt: skip
        return True

    def add_edit(self, edit: EditRecord, invoice_id: str) -> None:
        """Insert an edit and void all open requests of its thread."""
        with self.transaction():
            self._database.write(
                "INSERT INTO edits VALUES (?, ?, ?, ?, ?, ?, ?)",
                edit.thread_id, edit.round, edit.editor, edit.comment,
                canonical_json(edit.before), canonical_json(edit.after), edit.edited_at,
            )  # fmt: skip
            self._answer("edited", edit.editor, edit.thread_id)
            self._database.write(
                "UPDATE invoices SET round = ?, status = 'deciding' WHERE thread_id = ?",
                edit.round, edit.thread_id,
            )  # fmt: skip
            self._trail.append(
                edit.editor, "edited", invoice_id, comment=edit.comment, round=edit.round,
                before=_without_accounts(edit.before), after=_without_accounts(edit.after),
            )  # fmt: skip

    def supersede(self, thread_id: str, by: str) -> None:
        """Close the requests still open on a thread, since another answer has settled it."""
        with self.transaction():
            self._answer("superseded", by, thread_id)

    def decisions(self, thread_id: str) -> list[Decision]:
        """Give the decisions of a thread, oldest first."""
        rows = self._database.all(
            "SELECT * FROM decisions WHERE thread_id = ? ORDER BY decided_at, level", thread_id
        )
        return [Decision(**{**dict(row), "verdict": Verdict(row["verdict"])}) for row in rows]

    # --- payments

    def payment_of(self, thread_id: str) -> Payment | None:
        """Give the payment of a thread, if there is one that is not voided."""
        row = self._database.one(
            "SELECT * FROM payments p WHERE thread_id = ? AND NOT EXISTS (SELECT 1 FROM"
            " payment_events e WHERE e.payment_id = p.payment_id AND e.status = 'voided')",
            thread_id,
        )
        return None if row is None else _payment(row)

    def schedule(self, payment: Payment, invoice_id: str, approved_by: Sequence[str]) -> None:
        """Insert a payment under its key. The same again is done; another raises PaymentConflict."""
        with self.transaction():
            number = self._database.one("SELECT coalesce(max(payment_id), 0) + 1 AS n FROM payments")
            assert number is not None
            inserted = self._database.write(
                "INSERT INTO payments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                number["n"], payment.thread_id, payment.payment_key, payment.payload_hash,
                payment.amount_minor, payment.currency, payment.account, payment.supplier,
                payment.remittance, payment.execution_date, payment.fingerprint,
                canonical_json(list(approved_by)), self._now(),
            )  # fmt: skip
            if inserted != 1:
                self._same_payment_or_alarm(payment)
                return
            self._database.write(
                "INSERT INTO payment_events VALUES (?, 'scheduled', 'agent', ?)", number["n"], self._now()
            )
            self._suppliers.remember_paid(payment.thread_id, payment.account)
            self._set_status(payment.thread_id, "scheduled")
            self._trail.append(
                "agent", "scheduled", invoice_id,
                payment=number["n"], amount=str(Money.from_minor(payment.amount_minor, payment.currency)),
                account=masked(payment.account) if payment.account else None,
                execution_date=payment.execution_date, approved_by=list(approved_by),
                payload_hash=payment.payload_hash,
            )  # fmt: skip

    # --- inside

    def _now(self) -> str:
        return utc(self._clock.now())

    def _free_id(self, content_hash: str) -> str:
        text = base64.b32encode(bytes.fromhex(content_hash)).translate(_CROCKFORD).decode()
        lengths = range(_SHORTEST_ID, len(text))
        ids = (text[:length] for length in lengths)
        taken = "SELECT 1 FROM invoices WHERE invoice_id = ?"
        return next(short for short in ids if self._database.one(taken, short) is None)

    def _twins(self, known: Registered, keys: Sequence[str]) -> tuple[Twin, ...]:
        """Give invoices with the same number and supplier that were here before, or are paid."""
        number = known.invoice.number_key
        if number is None or not keys:
            return ()
        rows = self._database.all(
            "SELECT invoice_id, body, status, received_at, EXISTS (SELECT 1 FROM payments p WHERE"
            " p.thread_id = i.thread_id AND NOT EXISTS (SELECT 1 FROM payment_events e WHERE"
            " e.payment_id = p.payment_id AND e.status = 'voided')) AS paid, seq FROM invoices i"
            " WHERE number_key = ? AND kind = ? AND thread_id <> ? AND EXISTS (SELECT 1 FROM"
            f" invoice_suppliers s WHERE s.thread_id = i.thread_id AND s.supplier_key IN ({marks(keys)}))"
            " ORDER BY seq",
            number, invoice_kind(known.invoice), known.thread_id, *keys,
        )  # fmt: skip
        return tuple(_twin(row) for row in rows if row["paid"] or row["seq"] < known.seq)

    def _open(self, known: Registered, request: ApprovalRequest) -> None:
        invoice = known.invoice
        payable = invoice.payable
        name = invoice.supplier.name or ""
        first = request.holds[0].rule if request.holds else ""
        self._database.write(
            "INSERT INTO approval_requests (thread_id, interrupt_id, invoice_id, round, level,"
            " fingerprint, approvals_needed, account, category, holds, policy_version, number,"
            " supplier, supplier_sort, payable, payable_minor, currency, due_date, hold_rank,"
            " waiting_since, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
            " ?, ?, ?)",
            known.thread_id, request.interrupt_id, known.id, request.round, request.level,
            request.fingerprint, request.approvals_needed, request.account, request.category,
            canonical_json(holds_to_plain(request.holds)), request.policy_version,
            invoice.number or "", name, normalised_name(name),
            plain(payable.rounded().amount if payable.is_exact else payable.amount) if payable else "",
            payable.rounded().minor if payable else 0, invoice.currency,
            invoice.due_date.isoformat() if invoice.due_date else None,
            _HOLD_RANK.get(first, len(_HOLD_RANK)), self._now(), request.expires_at,
        )  # fmt: skip
        self._trail.append(
            "agent", "request_opened", known.id, round=request.round, level=request.level,
            holds=[hold.rule for hold in request.holds], fingerprint=request.fingerprint,
        )  # fmt: skip

    def _answer(
        self, status: str, by: str, thread_id: str, interrupt_id: str | None = None
    ) -> None:
        """Close one open request, or all of a thread."""
        self._database.write(
            "UPDATE approval_requests SET status = ?, answered_by = ?, answered_at = ?"
            " WHERE thread_id = ? AND status = 'open' AND interrupt_id = coalesce(?, interrupt_id)",
            status, by, self._now(), thread_id, interrupt_id,
        )  # fmt: skip

    def _set_status(self, thread_id: str, status: str) -> None:
        self._database.write("UPDATE invoices SET status = ? WHERE thread_id = ?", status, thread_id)

    def _same_payment_or_alarm(self, payment: Payment) -> None:
        row = self._database.one(
            "SELECT * FROM payments WHERE payment_key = ?", payment.payment_key
        )
        assert row is not None
        there = _payment(row)
        if (there.thread_id, there.payload_hash) != (payment.thread_id, payment.payload_hash):
            raise PaymentConflict(f"payment {row['payment_id']} has this invoice number already")


def _without_accounts(fields: Mapping[str, str | None]) -> dict[str, str | None]:
    return {k: masked(v) if k == "account" and v else v for k, v in fields.items()}


def _holds(text: str) -> tuple[Hold, ...]:
    return holds_from_plain(json.loads(text))


def _request_record(row: sqlite3.Row) -> RequestRecord:
    request = ApprovalRequest(
        thread_id=row["thread_id"],
        interrupt_id=row["interrupt_id"],
        round=row["round"],
        level=row["level"],
        fingerprint=row["fingerprint"],
        account=row["account"],
        category=row["category"],
        holds=_holds(row["holds"]),
        policy_version=row["policy_version"],
        approvals_needed=row["approvals_needed"],
        expires_at=row["expires_at"],
    )
    return RequestRecord(
        request, row["invoice_id"], row["status"], row["answered_by"], row["answered_at"]
    )


def _twin(row: sqlite3.Row) -> Twin:
    invoice = from_plain(json.loads(row["body"]))
    return Twin(
        invoice_id=row["invoice_id"],
        number=invoice.number or "",
        payable=str(invoice.payable) if invoice.payable else "no amount",
        status=row["status"],
        received=row["received_at"][:10],
        paid=bool(row["paid"]),
    )


def _payment(row: sqlite3.Row) -> Payment:
    return Payment(
        thread_id=row["thread_id"],
        payment_key=row["payment_key"],
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        account=row["account"],
        supplier=row["supplier"],
        remittance=row["remittance"],
        execution_date=row["execution_date"],
        fingerprint=row["fingerprint"],
    )
