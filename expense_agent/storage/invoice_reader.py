"""Pages of the trail and the past of a supplier: reads whose cost does not grow with the store."""

import json
from collections.abc import Sequence
from typing import Any

from expense_agent.service.readings import (
    Headline,
    KnownAccount,
    SupplierHistory,
    TrailPage,
    TrailQuery,
)
from expense_agent.storage.audit_table import event_of
from expense_agent.storage.database import Database, Row

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
