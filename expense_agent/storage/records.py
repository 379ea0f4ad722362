"""One invoice, the past of its supplier and pages of the trail, as people read them."""

import json
from collections.abc import Sequence
from typing import Any

from expense_agent.domain.approval import holds_from_plain
from expense_agent.domain.category import Suggestion, suggestion_from
from expense_agent.domain.edit import EditField, fields_of
from expense_agent.domain.invoice import Invoice, from_plain, with_changes
from expense_agent.errors import UnknownInvoice
from expense_agent.ports import state_of
from expense_agent.service import (
    CommentView,
    DecisionView,
    EditView,
    InvoiceDetail,
    PaymentView,
    TraceStep,
)
from expense_agent.service.readings import (
    Headline,
    KnownAccount,
    SupplierHistory,
    TrailPage,
    TrailQuery,
)
from expense_agent.storage.audit_table import AuditTrail, event_of
from expense_agent.storage.database import Database, Row
from expense_agent.storage.payment_table import PaymentListing
from expense_agent.storage.queue_reader import QueueReader
from expense_agent.storage.register import reopened_as, reopening_of, reversals_of
from expense_agent.storage.requests import EditSchemas

LOOKED_AT = 20_000
"""Events that one page of a search looks at; the reader goes on from there."""
_PAST = 24
"""Invoices of a supplier that are compared with."""
_HEADLINES = """
SELECT i.invoice_id, i.status, i.received_at,
  json_extract(i.body, '$.number') AS number,
  json_extract(i.body, '$.supplier.name') AS supplier,
  json_extract(i.body, '$.issue_date') AS issue_date,
  json_extract(i.body, '$.payable_amount') AS payable,
  json_extract(i.body, '$.currency') AS currency,
  json_extract(i.body, '$.payment_means[0].account') AS account
FROM invoices i
"""
# Only of the newest ones the documents are read: a supplier may have sent thousands.
_PAST_INVOICES = f"""{_HEADLINES}
WHERE i.seq IN (
  SELECT m.seq FROM invoices m WHERE m.thread_id IN (
    SELECT o.thread_id FROM invoice_suppliers o WHERE o.supplier_key IN (
      SELECT s.supplier_key FROM invoice_suppliers s JOIN invoices t ON t.thread_id = s.thread_id
      WHERE t.invoice_id = ?))
  AND m.thread_id <> (SELECT thread_id FROM invoices WHERE invoice_id = ?)
  ORDER BY m.seq DESC LIMIT ?)
ORDER BY i.seq DESC
"""
_ACCOUNTS = """
SELECT account, origin, min(since) AS since FROM supplier_accounts WHERE supplier_key IN (
  SELECT s.supplier_key FROM invoice_suppliers s JOIN invoices t ON t.thread_id = s.thread_id
  WHERE t.invoice_id = ?)
GROUP BY account, origin ORDER BY origin DESC, since DESC
"""
_TWINS = """
SELECT DISTINCT t.value AS twin FROM approval_requests r, json_each(r.holds) h,
  json_each(h.value, '$.twins') t
WHERE r.key = (SELECT max(key) FROM approval_requests WHERE invoice_id = ?)
"""
_STATES = {"received": "waiting", "deciding": "waiting"}


class ReadingsReader:
    """Reads what screens show around the queue."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def trail(self, query: TrailQuery) -> TrailPage:
        """Return one page of the trail, the newest first."""
        newest = self._newest() if query.before is None else query.before - 1
        narrowed = query.text or query.actor
        oldest = max(1, newest - LOOKED_AT + 1) if narrowed else 1
        conditions, values = _conditions(query)
        rows = self._database.all(
            f"SELECT seq, body FROM audit WHERE seq BETWEEN ? AND ?{conditions}"
            " ORDER BY seq DESC LIMIT ?",
            oldest, newest, *values, query.limit,
        )  # fmt: skip
        events = tuple(event_of(row["seq"], row["body"]) for row in rows)
        reached = rows[-1]["seq"] if len(rows) == query.limit else oldest
        return TrailPage(events, reached if reached > 1 else None)

    def supplier_history(self, invoice_id: str) -> SupplierHistory:
        """Return what came from the supplier of an invoice, and the accounts it is known by."""
        invoices = self._database.all(_PAST_INVOICES, invoice_id, invoice_id, _PAST)
        accounts = self._database.all(_ACCOUNTS, invoice_id)
        twins = self._database.all(_TWINS, invoice_id)
        return SupplierHistory(
            tuple(_headline(row) for row in invoices),
            tuple(KnownAccount(row["account"], row["origin"], row["since"]) for row in accounts),
            tuple(self.headlines([row["twin"] for row in twins])),
        )

    def headlines(self, invoice_ids: Sequence[str]) -> list[Headline]:
        """Return invoices in one line each, in the order of their ids, without unknown ones."""
        found = self._database.all(
            f"{_HEADLINES} WHERE i.invoice_id IN (SELECT value FROM json_each(?))",
            json.dumps(list(invoice_ids)),
        )
        by_id = {row["invoice_id"]: _headline(row) for row in found}
        return [by_id[one] for one in invoice_ids if one in by_id]

    def _newest(self) -> int:
        row = self._database.one("SELECT max(seq) AS seq FROM audit")
        return int(row["seq"] or 0) if row else 0


def _conditions(query: TrailQuery) -> tuple[str, list[Any]]:
    conditions, values = "", []
    if query.invoice_id:
        conditions += " AND invoice_id = ?"
        values.append(query.invoice_id)
    if query.actor:
        conditions += " AND lower(json_extract(body, '$.actor')) = ?"
        values.append(query.actor.lower())
    if query.text:
        conditions += " AND instr(lower(body), ?) > 0"
        values.append(query.text.lower())
    return conditions, values


def _headline(row: Row) -> Headline:
    return Headline(
        id=row["invoice_id"],
        number=row["number"] or "",
        supplier=row["supplier"] or "",
        issue_date=row["issue_date"],
        received_at=row["received_at"],
        payable_amount=row["payable"] or "",
        currency=row["currency"] or "",
        state=_STATES.get(row["status"], row["status"]),
        account=row["account"],
    )


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
            invoice = with_changes(invoice, edit.after)
        return InvoiceDetail(
            id=invoice_id,
            thread_id=thread_id,
            state=state_of(row["status"]),
            invoice=invoice,
            category=row["category"],
            suggestion=_suggestion(row["suggestion"]),
            account=payment.account if payment else last["account"] if last else None,
            holds=holds_from_plain(json.loads(last["holds"])) if last else (),
            request=waiting[0] if waiting else None,
            approvals_needed=last["approvals_needed"] if last else 0,
            approvals_given=sum(
                one.verdict == "approve" and one.round == row["round"] for one in decisions
            ),
            fingerprint=waiting[0].seen.fingerprint if waiting else None,
            decisions=decisions,
            edits=edits,
            comments=_comments(self._comments(thread_id), edits, decisions),
            payment=payment,
            steps=tuple(TraceStep(**step) for step in json.loads(row["steps"])),
            imported_by=row["imported_by"],
            received_at=row["received_at"],
            reversals=reversals_of(self._database, thread_id),
            reopens=before.invoice_id if before else None,
            reopened_as=reopened_as(self._database, thread_id),
            edit_fields=self._edit_fields(last) if last and waiting else (),
        )

    def as_read(self, invoice_id: str) -> Invoice:
        """Return an invoice as its document has it, before any edit; raises UnknownInvoice."""
        row = self._database.one("SELECT body FROM invoices WHERE invoice_id = ?", invoice_id)
        if row is None:
            raise UnknownInvoice(invoice_id)
        return from_plain(json.loads(row["body"]))

    def payments_of(self, invoice_id: str) -> list[PaymentView]:
        """Return all payments of an invoice, the voided ones, too, oldest first."""
        row = self._database.one("SELECT thread_id FROM invoices WHERE invoice_id = ?", invoice_id)
        return self._payments.of_thread(row["thread_id"]) if row else []

    def _edit_fields(self, request: Row) -> tuple[EditField, ...]:
        return fields_of(self._schemas.get(request["edit_schema"]))

    def _last_request(self, thread_id: str) -> Row | None:
        return self._database.one(
            "SELECT * FROM approval_requests WHERE thread_id = ? ORDER BY round DESC, key DESC",
            thread_id,
        )

    def _comments(self, thread_id: str) -> list[CommentView]:
        rows = self._database.all(
            "SELECT author, text, at, document, document_name FROM comments"
            " WHERE thread_id = ? ORDER BY number",
            thread_id,
        )
        return [CommentView(**row) for row in rows]

    def _edits(self, thread_id: str) -> tuple[EditView, ...]:
        rows = self._database.all(
            "SELECT * FROM edits WHERE thread_id = ? ORDER BY round", thread_id
        )
        return tuple(
            EditView(
                round=row["round"],
                editor=row["editor"],
                comment=row["comment"],
                before=json.loads(row["before"]),
                after=json.loads(row["after"]),
                edited_at=row["edited_at"],
            )
            for row in rows
        )

    def _decisions(self, thread_id: str) -> tuple[DecisionView, ...]:
        rows = self._database.all(
            "SELECT verdict, approver, on_behalf_of, seat, reason, round, level, fingerprint,"
            " decided_at FROM decisions"
            " WHERE thread_id = ? ORDER BY round, decided_at, level",
            thread_id,
        )
        return tuple(DecisionView(**row) for row in rows)


def _suggestion(body: str) -> Suggestion | None:
    plain = json.loads(body)
    return suggestion_from(plain) if plain else None


def _comments(
    comments: Sequence[CommentView], edits: Sequence[EditView], decisions: Sequence[DecisionView]
) -> tuple[CommentView, ...]:
    """Return what people wrote, also while they edited and decided, oldest first."""
    written = [
        *comments,
        *(CommentView(edit.editor, edit.comment, edit.edited_at) for edit in edits),
        *(CommentView(one.approver, one.reason, one.decided_at) for one in decisions),
    ]
    return tuple(sorted((one for one in written if one.text), key=lambda one: one.at))
