"""Proof of the ledger: the chain is whole, and every payment follows from what was decided."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from expense_agent.domain.audit import GENESIS, chained
from expense_agent.domain.money import Money
from expense_agent.storage.database import Database


@dataclass(frozen=True, slots=True)
class Verification:
    """What `audit verify` found; `head` (number and hash) can be kept elsewhere as an anchor."""

    events: int
    payments: int
    head: str | None
    findings: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing speaks against the ledger."""
        return not self.findings


def verify(database: Database) -> Verification:
    """Walk the chain and prove each payment, decision and edit against it."""
    rows = database.all("SELECT seq, invoice_id, prev, body, hash FROM audit ORDER BY seq")
    payments = database.all(
        "SELECT p.*, i.invoice_id FROM payments p JOIN invoices i USING (thread_id)"
    )
    events = [json.loads(row["body"]) | {"seq": row["seq"]} for row in rows]
    findings = [
        *_chain(rows),
        *_payments(database, payments, events),
        *_recorded(database, events),
        *_statuses(database),
    ]
    head = f"{rows[-1]['seq']}:{rows[-1]['hash'].hex()}" if rows else None
    return Verification(len(rows), len(payments), head, tuple(findings))


def _chain(rows: list[Any]) -> Iterator[str]:
    previous = GENESIS
    for expected, row in enumerate(rows, start=1):
        linked = row["seq"] == expected and row["prev"] == previous
        if not linked or chained(row["prev"], row["seq"], row["body"]) != row["hash"]:
            yield f"the audit chain is broken at event {expected}"
            return
        if json.loads(row["body"])["invoice_id"] != row["invoice_id"]:
            yield f"event {expected} is filed under another invoice"
        previous = row["hash"]


def _payments(database: Database, payments: list[Any], events: list[Any]) -> Iterator[str]:
    scheduled = {e["details"]["payment"]: e for e in events if e["action"] == "scheduled"}
    for row in payments:
        name = f"payment {row['payment_id']} of {row['invoice_id']}"
        event = scheduled.pop(row["payment_id"], None)
        if event is None:
            yield f"{name} has no event in the audit trail"
        elif event["details"]["payload_hash"] != row["payload_hash"] or event["details"][
            "amount"
        ] != str(Money.from_minor(row["amount_minor"], row["currency"])):
            yield f"{name} is not what the audit trail says was scheduled"
        yield from (f"{name} {what}" for what in _approvals(database, row))
    yield from (f"payment {number} was scheduled but is gone" for number in scheduled)


def _approvals(database: Database, row: Any) -> Iterator[str]:
    requests = database.all(
        "SELECT fingerprint, approvals_needed FROM approval_requests WHERE thread_id = ?",
        row["thread_id"],
    )
    if row["fingerprint"] is None:
        if requests:
            yield "was made without the approval that was asked for"
        return
    needed = [r["approvals_needed"] for r in requests if r["fingerprint"] == row["fingerprint"]]
    people = database.all(
        "SELECT DISTINCT approver FROM decisions WHERE thread_id = ? AND verdict = 'approve'"
        " AND fingerprint = ?",
        row["thread_id"], row["fingerprint"],
    )  # fmt: skip
    if not needed or len(people) < max(needed):
        yield f"has {len(people)} approvals of what was paid, not {max(needed, default=1)}"


def _recorded(database: Database, events: list[Any]) -> Iterator[str]:
    """Compare what is in the tables with what the trail says happened, both ways."""
    said = {(e["action"], e["invoice_id"], e["details"].get("round"), e["actor"]) for e in events}
    decisions = database.all(
        "SELECT d.verdict, i.invoice_id, d.round, d.approver FROM decisions d"
        " JOIN invoices i USING (thread_id)"
    )
    edits = database.all(
        "SELECT 'edited', i.invoice_id, e.round, e.editor FROM edits e"
        " JOIN invoices i USING (thread_id)"
    )
    there = {tuple(row) for row in [*decisions, *edits]}
    for action, invoice_id, *_ in sorted(there - said, key=str):
        yield f"{action} of {invoice_id} has no event in the audit trail"
    for action, invoice_id, *_ in sorted(said - there, key=str):
        if action in ("approve", "reject", "expire", "edited"):
            yield f"{action} of {invoice_id} is in the audit trail only"
    known = {row["invoice_id"] for row in database.all("SELECT invoice_id FROM invoices")}
    received = {e["invoice_id"] for e in events if e["action"] == "received"}
    yield from (f"{lost} was received but is gone" for lost in sorted(received - known))
    yield from (f"{odd} was never received" for odd in sorted(known - received))


def _statuses(database: Database) -> Iterator[str]:
    rows = database.all(
        "SELECT i.invoice_id, i.status, count(p.payment_id) AS payments FROM invoices i"
        " LEFT JOIN payments p USING (thread_id) GROUP BY i.thread_id"
        " HAVING (i.status = 'scheduled') <> (count(p.payment_id) > 0)"
    )
    for row in rows:
        yield f"{row['invoice_id']} is {row['status']} with {row['payments']} payments"
