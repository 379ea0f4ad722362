"""Proof of the ledger: the chain is whole, events vouch for every row, decisions for payments.

Takes no lock, so that nobody waits for an auditor: rows are read before the events that must
vouch for them, and only events older than that must still find their rows.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from expense_agent.domain.audit import ENDS, GENESIS, TAKEN_BACK, chained
from expense_agent.domain.money import EXPONENTS, Money
from expense_agent.domain.payment import replacement_key
from expense_agent.errors import UsageProblem
from expense_agent.service.readings import Verification
from expense_agent.storage.audit_table import SEALED, Sealed
from expense_agent.storage.database import Database, Row
from expense_agent.storage.projections import run_findings, unlike

_ANCHOR = re.compile(r"[0-9]{1,18}:[0-9a-fA-F]{64}")
_PAGE = 1000
"""Events held in memory at a time."""


def verify(database: Database, anchor: str | None = None) -> Verification:
    """Prove the ledger from its audit trail, and the trail from its chain.

    `anchor` is a head kept elsewhere ("SEQ:HASH"): without it a trail that was cut short, or
    written anew from its beginning, is as good as any. Raises UsageProblem for another form.
    """
    if anchor is not None and not _ANCHOR.fullmatch(anchor):
        raise UsageProblem("an anchor is written NUMBER:HASH, as `audit verify` prints its head")
    newest = database.all("SELECT coalesce(max(seq), 0) AS seq FROM audit")[0]["seq"]
    rows = {name: owner for sealed in SEALED for name, owner in _rows(database, sealed)}
    statuses = database.all("SELECT invoice_id, status FROM invoices")
    findings = [database.doubt.reason] if database.doubt else []
    findings += [*database.faults(), *_payments(database)]
    findings += _overtaken(database)
    findings += run_findings(database)
    trail = _Trail(anchor=anchor.lower() if anchor else None)
    findings += _read(database, trail)
    if trail.anchor:
        findings.append(f"the trail has no event {anchor}: it was cut off, or written anew")
    findings += _unrecorded(rows, trail)
    findings += _lost(rows, trail, newest)
    findings += _unlike(statuses, trail, newest)
    findings += unlike(database)
    findings += database.astray().values()
    payments = database.all("SELECT count(*) AS n FROM payments")[0]["n"]
    return Verification(trail.events, payments, trail.head, tuple(findings))


@dataclass(slots=True)
class _Trail:
    """The facts of the events, without their text."""

    anchor: str | None = None
    """Number and hash that the chain must contain, until they are found."""
    events: int = 0
    head: str | None = None
    """Number and hash of the last event of the unbroken chain."""
    recorded: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Seal -> number of its event, and what the event was."""
    closed: dict[str, tuple[int, str | None]] = field(default_factory=dict)
    """Invoice id -> number of the event that closed it, and its final status; None: taken back."""

    def take(self, seq: int, event: dict[str, Any]) -> None:
        """Note what an event vouches for."""
        action, invoice_id = event["action"], event["invoice_id"]
        for row in event["rows"]:
            self.recorded[row] = (seq, f"{action} of {invoice_id}" if invoice_id else action)
        if action in ENDS:
            self.closed[invoice_id] = (seq, action)
        if action == TAKEN_BACK:
            self.closed[invoice_id] = (seq, None)


def _read(database: Database, trail: _Trail) -> Iterator[str]:
    """Walk the chain; the first broken link is told, what follows is still read."""
    previous, whole = GENESIS, True
    for row in _events(database):
        trail.events += 1
        linked = row["seq"] == trail.events and row["prev"] == previous
        if whole and not (linked and _hash(row) == row["hash"]):
            whole = False
            yield f"the audit chain is broken at event {trail.events}"
        previous = row["hash"]
        if whole:
            trail.head = f"{row['seq']}:{previous.hex()}"
            if trail.head == trail.anchor:
                trail.anchor = None
        try:
            event = json.loads(row["body"])
            trail.take(row["seq"], event)
        except (ValueError, TypeError, KeyError):
            continue  # not what we wrote: the chain says so
        if event["invoice_id"] != row["invoice_id"]:
            yield f"event {row['seq']} is filed under another invoice"


def _events(database: Database) -> Iterator[Row]:
    last = -(2**63)
    while page := database.all(
        "SELECT seq, invoice_id, prev, CAST(body AS BLOB) AS body, hash FROM audit"
        " WHERE seq > ? ORDER BY seq LIMIT ?",
        last,
        _PAGE,
    ):
        yield from page
        last = page[-1]["seq"]


def _hash(row: Row) -> bytes:
    return chained(row["prev"], row["seq"], (row["body"] or b"").decode(errors="replace"))


def _rows(database: Database, sealed: Sealed) -> Iterator[tuple[str, str]]:
    """Yield the seal and the owner of every row of a table; the database hashes row by row."""
    columns = ", ".join(f"CAST({column} AS BLOB)" for column in sealed.columns)
    found = database.all(
        f"SELECT seal('{sealed.table}', {columns}), {sealed.owner} FROM {sealed.table} t"
    )
    return ((row[0], row[1]) for row in found)


def _unrecorded(rows: dict[str, str], trail: _Trail) -> Iterator[str]:
    for name, owner in rows.items():
        if name not in trail.recorded:
            yield f"{_table(name)}: a row of {owner} is not what the audit trail recorded"


def _lost(rows: dict[str, str], trail: _Trail, newest: int) -> Iterator[str]:
    for name, (seq, what) in trail.recorded.items():
        if seq <= newest and name not in rows:
            yield f"{_table(name)}: what event {seq} ({what}) recorded is changed or gone"


def _table(name: str) -> str:
    return name.partition(":")[0]


def _unlike(statuses: list[Row], trail: _Trail, newest: int) -> Iterator[str]:
    """Compare where invoices stand with how the trail says they ended."""
    for invoice_id, status in statuses:
        seq, said = trail.closed.get(invoice_id, (0, None))
        ended = status if status in ENDS else None
        if ended != said and seq <= newest:
            yield f"{invoice_id} is {status}, the audit trail says {said or 'not closed'}"


def _payments(database: Database) -> Iterator[str]:
    for row in database.all(_PROOF):
        name = f"payment {row['payment_id']} of {row['invoice_id']}"
        if row["refused"] and not (row["voided"] or _is_on_record(database, row["payment_id"])):
            yield f"{name} was made although it was refused"
        if row["fingerprint"] is None and row["asked"]:
            yield f"{name} was made without the approval that was asked for"
        if row["fingerprint"] and row["given"] < (row["needed"] or 1):
            yield f"{name} has {row['given']} approvals of what was paid, not {row['needed'] or 1}"
        if not _is_asked_for(row):
            yield f"{name} is not over what the invoice asks for"
        yield from _replaced(name, row)


def _overtaken(database: Database) -> Iterator[str]:
    """Name what must not exist together: an open request, or a payment, and an answer to it."""
    for (invoice_id,) in database.all("SELECT DISTINCT invoice_id FROM overtaken_requests"):
        yield f"{invoice_id} is asked about although it was answered: run `recover`"
    for row in database.all(_CONTRADICTED):
        name = f"payment {row['payment_id']} of {row['invoice_id']}"
        against = f"although it was answered against by {row['by']} ({row['what']})"
        if row["has_left"]:
            yield f"{name} has left {against}: recall it; `recover` puts that on record"
        else:
            yield f"{name} stands {against}: `recover` asks again"


def _is_on_record(database: Database, payment_id: int) -> bool:
    """Whether the trail says itself that a payment which had left was answered against."""
    sql = "SELECT 1 FROM payments_on_record WHERE payment_id = ?"
    return bool(database.all(sql, payment_id))


_CONTRADICTED = """
SELECT c.*, i.invoice_id FROM contradicted_payments c JOIN invoices i ON i.thread_id = c.thread_id
"""


def _replaced(name: str, row: Row) -> Iterator[str]:
    """Prove that a key is used again only in place of a voided payment, and by people."""
    if row["replaces"] is not None:
        if not row["replaced_voided"] or row["fingerprint"] is None:
            yield f"{name} stands for payment {row['replaces']}, which was not taken back"
        if row["payment_key"] != replacement_key(row["replaced_key"] or "", row["replaces"]):
            yield f"{name} has not the key that stands for payment {row['replaces']}"
    if row["voided"] != row["reversed"]:
        yield f"{name} is voided without a person, or taken back without being voided"


def _is_asked_for(row: Row) -> bool:
    if row["asked_in"] != row["currency"] or row["currency"] not in EXPONENTS:
        return False
    try:
        asked_for = Decimal(row["asked_for"] or "NaN")
    except (ArithmeticError, TypeError, ValueError):
        return False
    return Money.from_minor(row["amount_minor"], row["currency"]).amount == asked_for


_PROOF = """
SELECT p.payment_id, i.invoice_id, p.fingerprint, p.amount_minor, p.currency, p.payment_key,
  p.replaces,
  (SELECT o.payment_key FROM payments o WHERE o.payment_id = p.replaces) AS replaced_key,
  EXISTS (SELECT 1 FROM payment_events e
    WHERE e.payment_id = p.replaces AND e.status = 'voided') AS replaced_voided,
  EXISTS (SELECT 1 FROM payment_events e
    WHERE e.payment_id = p.payment_id AND e.status = 'voided') AS voided,
  EXISTS (SELECT 1 FROM reversals u WHERE u.payment_id = p.payment_id) AS reversed,
  iif(json_valid(i.body), json_extract(i.body, '$.currency'), NULL) AS asked_in,
  coalesce(
    (SELECT json_extract(e.after, '$.payable_amount') FROM edits e WHERE e.thread_id = p.thread_id
       AND iif(json_valid(e.after), json_extract(e.after, '$.payable_amount'), NULL) IS NOT NULL
       AND e.round <= p.round ORDER BY e.round DESC LIMIT 1),
    iif(json_valid(i.body), json_extract(i.body, '$.payable_amount'), NULL)) AS asked_for,
  EXISTS (SELECT 1 FROM approval_requests r
    WHERE r.thread_id = p.thread_id AND r.round <= p.round) AS asked,
  EXISTS (SELECT 1 FROM decisions d
    WHERE d.thread_id = p.thread_id AND d.verdict IN ('reject', 'expire') AND d.round <= p.round
      AND NOT EXISTS (SELECT 1 FROM reversals u WHERE u.thread_id = d.thread_id
        AND u.round > d.round AND u.round <= p.round)) AS refused,
  (SELECT max(r.approvals_needed) FROM approval_requests r
    WHERE r.thread_id = p.thread_id AND r.fingerprint = p.fingerprint) AS needed,
  (SELECT count(DISTINCT d.approver) FROM decisions d WHERE d.thread_id = p.thread_id
     AND d.verdict = 'approve' AND d.fingerprint = p.fingerprint AND d.round = p.round) AS given
FROM payments p LEFT JOIN invoices i ON i.thread_id = p.thread_id
"""
