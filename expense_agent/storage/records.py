"""One invoice and the trail as people read them: the shapes of the command line."""

import json
from dataclasses import asdict
from typing import Any

from expense_agent.domain.approval import holds_from_plain
from expense_agent.domain.audit import AuditEvent
from expense_agent.domain.invoice import from_plain, to_plain, with_changes
from expense_agent.errors import UnknownInvoice
from expense_agent.ports import state_of
from expense_agent.service import InvoiceDetail, PaymentView
from expense_agent.storage.audit import AuditTrail
from expense_agent.storage.database import Database
from expense_agent.storage.edit_schemas import EditSchemas
from expense_agent.storage.payment_listing import PaymentListing
from expense_agent.storage.queue import QueueReader
from expense_agent.storage.reversal_rows import reopened_as, reopening_of, reversals_of


class RecordReader:
    """Reads single invoices and events."""

    def __init__(self, database: Database, queue: QueueReader, trail: AuditTrail) -> None:
        self._database = database
        self._queue = queue
        self._trail = trail
        self._payments = PaymentListing(database)
        self._schemas = EditSchemas(database)

    def invoice(self, invoice_id: str) -> InvoiceDetail:
        """Return one invoice, whole; raises UnknownInvoice."""
        row = self._database.one("SELECT * FROM invoices WHERE invoice_id = ?", invoice_id)
        if row is None:
            raise UnknownInvoice(invoice_id)
        thread_id = row["thread_id"]
        waiting = [r for r in self._queue.rows_of(invoice_id) if r.status == "open"]
        last = self._last_request(thread_id)
        payments = self._payments.of_thread(thread_id)
        payment = payments[-1] if payments else None
        edits = self._edits(thread_id)
        decisions = self._decisions(thread_id)
        before = reopening_of(self._database, thread_id)
        invoice = from_plain(json.loads(row["body"]))
        for edit in edits:
            invoice = with_changes(invoice, edit["after"])
        return InvoiceDetail(
            id=invoice_id,
            thread_id=thread_id,
            state=state_of(row["status"]),
            invoice=to_plain(invoice),
            category=row["category"],
            suggestion=json.loads(row["suggestion"]),
            account=payment.account if payment else last.get("account"),
            holds=holds_from_plain(json.loads(last.get("holds", "[]"))),
            request=waiting[0] if waiting else None,
            approvals_needed=last.get("approvals_needed", 0),
            approvals_given=sum(
                d["verdict"] == "approve" and d["round"] == row["round"] for d in decisions
            ),
            fingerprint=waiting[0].seen.fingerprint if waiting else None,
            decisions=decisions,
            edits=edits,
            comments=_comments(self._comments(thread_id), edits, decisions),
            payment=payment,
            steps=json.loads(row["steps"]),
            imported_by=row["imported_by"],
            received_at=row["received_at"],
            reversals=[
                {**asdict(u), "decided_by": list(u.decided_by)}
                for u in reversals_of(self._database, thread_id)
            ],
            reopens=before.invoice_id if before else None,
            reopened_as=reopened_as(self._database, thread_id),
            edit_schema=self._schemas.get(last["edit_schema"]) if waiting else {},
        )

    def as_read(self, invoice_id: str) -> dict[str, Any]:
        """Return an invoice as its document has it, before any edit; raises UnknownInvoice."""
        row = self._database.one("SELECT body FROM invoices WHERE invoice_id = ?", invoice_id)
        if row is None:
            raise UnknownInvoice(invoice_id)
        return to_plain(from_plain(json.loads(row["body"])))

    def payments_of(self, invoice_id: str) -> list[PaymentView]:
        """Return all payments of an invoice, the voided ones, too, oldest first."""
        row = self._database.one("SELECT thread_id FROM invoices WHERE invoice_id = ?", invoice_id)
        return self._payments.of_thread(row["thread_id"]) if row else []

    def history(self, invoice_id: str | None = None) -> list[AuditEvent]:
        """Return the audit trail, or that of one invoice, oldest first."""
        return self._trail.events(invoice_id)

    def _last_request(self, thread_id: str) -> dict[str, Any]:
        row = self._database.one(
            "SELECT * FROM approval_requests WHERE thread_id = ? ORDER BY round DESC, key DESC",
            thread_id,
        )
        return dict(row) if row else {}

    def _comments(self, thread_id: str) -> list[dict[str, Any]]:
        rows = self._database.all(
            "SELECT author, text, at, document, document_name FROM comments"
            " WHERE thread_id = ? ORDER BY number",
            thread_id,
        )
        return [dict(row) for row in rows]

    def _edits(self, thread_id: str) -> list[dict[str, Any]]:
        rows = self._database.all(
            "SELECT * FROM edits WHERE thread_id = ? ORDER BY round", thread_id
        )
        return [
            {
                "round": row["round"],
                "editor": row["editor"],
                "comment": row["comment"],
                "before": json.loads(row["before"]),
                "after": json.loads(row["after"]),
                "edited_at": row["edited_at"],
            }
            for row in rows
        ]

    def _decisions(self, thread_id: str) -> list[dict[str, Any]]:
        rows = self._database.all(
            "SELECT verdict, approver, on_behalf_of, seat, reason, round, level, fingerprint,"
            " decided_at FROM decisions"
            " WHERE thread_id = ? ORDER BY round, decided_at, level",
            thread_id,
        )
        return [dict(row) for row in rows]


def _comments(
    remarks: list[dict[str, Any]], edits: list[dict[str, Any]], decisions: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return what people wrote, also while they edited and decided, oldest first."""
    said = [
        *remarks,
        *({"author": e["editor"], "text": e["comment"], "at": e["edited_at"]} for e in edits),
    ]
    said += [
        {"author": d["approver"], "text": d["reason"], "at": d["decided_at"]} for d in decisions
    ]
    return sorted((comment for comment in said if comment["text"]), key=lambda said: said["at"])
