"""The audit trail in the ledger: appended in the transaction of the fact it vouches for.

The trail says in words what happened; the seal says exactly which row it was. So `audit verify`
names a row that was changed, added or removed behind the program's back.

`audit verify` proves the whole ledger afterwards; before a payment the same look is taken at one
invoice, in the transaction that pays, so that nothing is paid from a row changed unseen.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from expense_agent.domain.audit import ENDS, GENESIS, TAKEN_BACK, AuditEvent, chained
from expense_agent.domain.invoice import canonical_json
from expense_agent.errors import LedgerTampered
from expense_agent.ports import Clock, utc
from expense_agent.storage.database import Database


@dataclass(frozen=True, slots=True)
class Sealed:
    """The facts of one table; columns left out are projections that may change."""

    table: str
    columns: tuple[str, ...]
    owner: str = "(SELECT i.invoice_id FROM invoices i WHERE i.thread_id = t.thread_id)"
    """SQL for what a person calls the row; `t` is the table."""


SEALED = (
    Sealed(
        "invoices",
        (
            "invoice_id", "thread_id", "content_hash", "body", "number_key", "kind", "imported_by",
            "received_at",
        ),
        "invoice_id",
    ),
    Sealed("invoice_suppliers", ("supplier_key", "thread_id")),
    Sealed(
        "approval_requests",
        (
            "thread_id", "interrupt_id", "invoice_id", "round", "level", "fingerprint",
            "approvals_needed", "account", "category", "holds", "hold_words",
            "policy_version", "number", "supplier", "supplier_sort", "payable",
            "payable_minor", "currency", "due_date", "hold_rank", "signs", "loss_day", "loss_minor",
            "waiting_since", "expires_at", "held_until", "seat", "seats",
            "preparers_may_approve", "importers_may_edit", "edit_schema",
        ),
    ),
    Sealed("edit_schemas", ("name", "body"), "'the form ' || name"),
    Sealed(
        "decisions",
        (
            "thread_id", "interrupt_id", "round", "level", "verdict", "approver", "reason",
            "fingerprint", "until", "decided_at", "seat", "on_behalf_of",
        ),
    ),
    Sealed("credits", ("supplier_key", "thread_id", "currency", "amount_minor", "booked_at")),
    Sealed("offsets", ("credit_thread", "thread_id", "round", "amount_minor", "currency")),
    Sealed(
        "comments", ("thread_id", "number", "author", "text", "at", "document", "document_name")
    ),
    Sealed("reminders", ("thread_id", "interrupt_id", "at")),
    Sealed(
        "edits", ("thread_id", "round", "editor", "comment", "before", "after", "edited_at")
    ),
    Sealed(
        "payments",
        (
            "payment_id", "thread_id", "payment_key", "payload_hash", "amount_minor", "currency",
            "account", "supplier", "category", "remittance", "execution_date", "fingerprint",
            "approved_by", "round", "replaces", "words", "created_at",
        ),
    ),
    Sealed("payment_events", ("payment_id", "status", "actor", "at"), "'payment ' || payment_id"),
    Sealed(
        "category_feedback",
        (
            "seq", "subject", "source", "thread_id", "kind", "scope", "supplier_keys", "supplier",
            "words", "cost_centre", "category", "suggested", "evidence", "by", "at",
        ),
        "'the category of ' || supplier",
    ),
    Sealed("category_undone", ("seq", "feedback", "by", "at"), "'word ' || feedback"),
    Sealed(
        "payment_runs",
        (
            "run_id", "format", "created_by", "created_at", "debtor", "head", "payments",
            "totals", "sha256",
        ),
        "'payment run ' || run_id",
    ),
    Sealed(
        "payment_run_lines",
        ("run_id", "ordinal", "payment_id", "end_to_end_id", "execution_date"),
        "'payment run ' || run_id",
    ),
    Sealed(
        "reversals",
        (
            "thread_id", "round", "payment_id", "taken_back_by", "decided_by", "reason",
            "taken_back_at",
        ),
    ),
    Sealed(
        "reopenings",
        ("thread_id", "reopens", "origin", "reopened_by", "reason", "reopened_at"),
    ),
    Sealed(
        "told_apart", ("one", "other", "by", "at"),
        "(SELECT i.invoice_id FROM invoices i WHERE i.seq = t.one)",
    ),
    Sealed(
        "restorations",
        (
            "ordinal", "restoration", "from_head", "known_head", "expected", "restored_by",
            "reason", "restored_at",
        ),
        "'restoration ' || ordinal",
    ),
    Sealed(
        "given_back", ("run_id", "restoration", "given_by", "given_at"),
        "'payment run ' || run_id",
    ),
    Sealed(
        "forgotten_payments",
        (
            "run_id", "ordinal", "end_to_end_id", "payment_key", "first_key", "amount_minor",
            "currency", "account", "name", "remittance", "execution_date",
        ),
        "'payment run ' || run_id",
    ),
    Sealed(
        "no_more_files", ("restoration", "stated_by", "reason", "needed", "stated_at"),
        "'restoration ' || restoration",
    ),
    Sealed("known_suppliers", ("supplier_key",), "supplier_key"),
    Sealed("supplier_accounts", ("supplier_key", "account", "origin"), "supplier_key"),
)  # fmt: skip

_COLUMNS = {sealed.table: sealed.columns for sealed in SEALED}


def seal(table: str, row: Mapping[str, object]) -> str:
    """Return the seal of a row about to be inserted."""
    values = (row[column] for column in _COLUMNS[table])
    return seal_of(table, *(None if v is None else str(v).encode() for v in values))


def seal_of(table: str, *values: bytes | None) -> str:
    """Return the seal of the stored bytes of a row: bytes, so that damaged text is still hashed."""
    digest = hashlib.sha256()
    for value in values:
        digest.update(b"-" if value is None else b"%d:%s" % (len(value), value))
    return f"{table}:{digest.hexdigest()[:32]}"


class AuditTrail:
    """Appends and reads events. SQLite refuses anything but the next link of the chain."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def append(
        self,
        actor: str,
        action: str,
        invoice_id: str | None,
        *,
        rows: Sequence[str | None] = (),
        **details: Any,
    ) -> None:
        """Add an event. `rows` are the seals of what was inserted with it.

        `details` hold no secrets; accounts by their last four characters only.
        """
        last, previous = self.newest()
        seq = last + 1
        event = {
            "at": utc(self._clock.now()),
            "actor": actor,
            "action": action,
            "invoice_id": invoice_id,
            "details": details,
            "rows": list(rows),
        }
        body = canonical_json(event)
        self._database.write(
            "INSERT INTO audit (seq, invoice_id, prev, body, hash) VALUES (?, ?, ?, ?, ?)",
            seq, invoice_id, previous, body, chained(previous, seq, body),
        )  # fmt: skip

    def events(self, invoice_id: str | None = None) -> list[AuditEvent]:
        """Return the trail, or that of one invoice, oldest first."""
        where = "" if invoice_id is None else "WHERE invoice_id = ?"
        values = () if invoice_id is None else (invoice_id,)
        rows = self._database.all(f"SELECT seq, body FROM audit {where} ORDER BY seq", *values)
        return [event_of(row["seq"], row["body"]) for row in rows]

    def end_of(self, invoice_id: str) -> str | None:
        """Return how an invoice has ended; None: it has not, or that was taken back."""
        actions = [event.action for event in self.events(invoice_id)]
        last = [action for action in actions if action in ENDS or action == TAKEN_BACK][-1:]
        return last[0] if last and last[0] in ENDS else None

    def newest(self) -> tuple[int, bytes]:
        """Return number and hash of the newest event: of an empty trail 0, and what begins it."""
        last = self._database.one("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
        return (last["seq"], last["hash"]) if last else (0, GENESIS)

    def last_seq(self) -> int:
        """Return the number of the newest event: it changes whenever the store has."""
        row = self._database.one("SELECT max(seq) AS seq FROM audit")
        return int(row["seq"] or 0) if row else 0


def event_of(seq: int, body: str) -> AuditEvent:
    """Read an entry of the trail."""
    said = json.loads(body)
    return AuditEvent(
        seq, said["at"], said["actor"], said["action"], said["invoice_id"], said["details"]
    )


_PAID_FROM = (
    "invoices", "approval_requests", "decisions", "edits", "reversals", "reopenings"
)  # fmt: skip


def refuse_unvouched(
    database: Database, thread_id: str, invoice_id: str, *, paid: bool = False
) -> None:
    """Raise LedgerTampered unless the trail vouches for every row of an invoice.

    `paid`: the payment itself is looked at, too, before it leaves.
    """
    recorded = _recorded(database, invoice_id)
    tables = {*_PAID_FROM, "payments"} if paid else _PAID_FROM
    for sealed in SEALED:
        if sealed.table not in tables:
            continue
        columns = ", ".join(f"CAST({column} AS BLOB)" for column in sealed.columns)
        rows = database.all(f"SELECT {columns} FROM {sealed.table} WHERE thread_id = ?", thread_id)
        if any(seal_of(sealed.table, *row) not in recorded for row in rows):
            raise LedgerTampered(
                f"{sealed.table}: a row of {invoice_id} is not what the audit trail recorded;"
                " nothing is paid from it, and `audit verify` says more"
            )


def _recorded(database: Database, invoice_id: str) -> set[str]:
    """Return the seals that the events of an invoice vouch for; damaged events vouch for none."""
    seals: set[str] = set()
    for row in database.all("SELECT body FROM audit WHERE invoice_id = ?", invoice_id):
        try:
            seals.update(json.loads(row["body"])["rows"])
        except (ValueError, TypeError, KeyError):
            continue
    return seals
