"""The table of approval requests: what a person was asked, as shown, and how it stands.

The schema of an edit is kept once for all requests that show the same form; it is named by its own
hash, which the seal of a request vouches for. Words that filters find holds by are written with
a request, rule and reason of each on a line, case folded: 100,000 rows of JSON take a second.

It is a projection of paused threads, indexed for the queue; a request once written only changes
its status. Decisions and edits close what they answer by a trigger of their own tables.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from expense_agent.domain.approval import (
    ApprovalRequest,
    Decision,
    Verdict,
    holds_from_plain,
    holds_to_plain,
)
from expense_agent.domain.authority import asked_by
from expense_agent.domain.invoice import Invoice, canonical_json
from expense_agent.domain.money import Money, plain
from expense_agent.domain.policy import Hold, rank, signs
from expense_agent.domain.saving import discount_on
from expense_agent.domain.supplier import normalised_name
from expense_agent.domain.tiers import seat_words
from expense_agent.errors import LedgerTampered
from expense_agent.ports import Clock, Registered, RequestRecord, utc
from expense_agent.storage.approval_groups import StandingTable
from expense_agent.storage.audit_table import AuditTrail
from expense_agent.storage.database import Database, Row


class EditSchemas:
    """Writes and reads JSON schemas; one that was read is remembered, because it never changes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, Mapping[str, Any]] = {}

    def keep(self, schema: Mapping[str, Any]) -> tuple[str, list[str]]:
        """Write a schema down inside a transaction; give its name, and the seal of a new one."""
        body = json.dumps(schema, ensure_ascii=False)  # as it is: in the order of the form
        name = _name_of(body)
        seal = self._database.insert("edit_schemas", name=name, body=body)
        return name, [seal] if seal else []

    def get(self, name: str) -> Mapping[str, Any]:
        """Return a schema; raises LedgerTampered when it is not what was written down."""
        found = self._known.get(name)
        if found is None:
            row = self._database.one("SELECT body FROM edit_schemas WHERE name = ?", name)
            if row is None or _name_of(row["body"]) != name:
                raise LedgerTampered(f"the edit schema {name} is not what was written down")
            found = self._known[name] = json.loads(row["body"])
        return found


def _name_of(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:32]


def hold_words(holds: Sequence[Hold]) -> str:
    """Return the words of some holds."""
    return "\n".join(f"{hold.rule} {_folded(hold.reason)}" for hold in holds)


def has_words(text: str) -> tuple[str, list[Any]]:
    """Return SQL for a hold with this anywhere in it, and its values."""
    return "instr(hold_words, ?) > 0", [_folded(text)]


def has_rule(rule: str) -> tuple[str, list[Any]]:
    """Return SQL for a hold of exactly this rule, and its values."""
    # A line may begin like a rule with a space in it, but there is none; no line is only a rule.
    wanted = _folded(rule).replace(" ", "\n")
    return "instr(char(10) || hold_words, char(10) || ? || ' ') > 0", [wanted]


def _folded(text: str) -> str:
    """Fold the case; line ends count as spaces."""
    return text.replace("\n", " ").casefold()


NEVER = "9999-12-31"
"""The day of a loss that will not come."""


class RequestTable:
    """Writes and reads approval requests."""

    def __init__(self, database: Database, clock: Clock, trail: AuditTrail) -> None:
        self._database = database
        self._clock = clock
        self._trail = trail
        self._standings = StandingTable(database)
        self._schemas = EditSchemas(database)

    def one(self, invoice_id: str, interrupt_id: str) -> RequestRecord | None:
        """Return one request, open or answered."""
        row = self._database.one(
            "SELECT * FROM approval_requests WHERE invoice_id = ? AND interrupt_id = ?",
            invoice_id,
            interrupt_id,
        )
        return None if row is None else self._record(row)

    def open_of(self, invoice_id: str) -> RequestRecord | None:
        """Return an open request of an invoice, the lowest level of several; or None."""
        rows = self._database.all(
            "SELECT * FROM approval_requests WHERE invoice_id = ? AND status = 'open'"
            " ORDER BY level",
            invoice_id,
        )
        return next((found for found in map(self._record, rows) if found.status == "open"), None)

    def of_thread(self, thread_id: str) -> list[RequestRecord]:
        """Return all requests of a thread, oldest first."""
        rows = self._database.all(
            "SELECT * FROM approval_requests WHERE thread_id = ? ORDER BY key", thread_id
        )
        return [self._record(row) for row in rows]

    def is_settled(self, thread_id: str, at_round: int, level: int) -> bool:
        """Whether something has come already of what is asked in this round, on this level."""
        found = self._database.all(
            "SELECT 1 FROM outcomes WHERE thread_id = ? AND round >= ? AND coalesce(level, ?) = ?",
            *(thread_id, at_round, level, level),
        )
        return bool(found)

    def overtaken(self, thread_id: str) -> list[str]:
        """Return the interrupts of a thread that are open beside their outcome."""
        rows = self._database.all(
            "SELECT interrupt_id FROM overtaken_requests WHERE thread_id = ?", thread_id
        )
        return [row["interrupt_id"] for row in rows]

    def open(self, known: Registered, request: ApprovalRequest) -> None:
        """Write a request down as it is shown."""
        invoice = known.invoice
        name = invoice.supplier.name or ""
        decisions = decisions_of(self._database, known.thread_id)
        asked = asked_by(request, invoice.payable, known.preparers, decisions)
        loss_day, loss_minor = _loss(invoice, self._clock.now().date())
        schema, seals = self._schemas.keep(request.edit_schema)
        seal = self._database.insert(
            "approval_requests",
            thread_id=known.thread_id,
            interrupt_id=request.interrupt_id,
            invoice_id=known.id,
            round=request.round,
            level=request.level,
            fingerprint=request.fingerprint,
            approvals_needed=request.approvals_needed,
            account=request.account,
            category=request.category,
            holds=canonical_json(holds_to_plain(request.holds)),
            hold_words=hold_words(request.holds),
            policy_version=request.policy_version,
            number=invoice.number or "",
            supplier=name,
            supplier_sort=normalised_name(name),
            payable=_shown(invoice.payable),
            payable_minor=invoice.payable.rounded().minor if invoice.payable else 0,
            currency=invoice.currency,
            due_date=invoice.due_date.isoformat() if invoice.due_date else None,
            hold_rank=rank(request.holds),
            signs=int(signs(request.holds)),
            loss_day=loss_day,
            loss_minor=loss_minor,
            waiting_since=utc(self._clock.now()),
            expires_at=request.expires_at,
            held_until=request.held_until,
            seat=request.seat,
            seats=canonical_json(list(request.seats)),
            preparers_may_approve=int(request.preparers_may_approve),
            importers_may_edit=int(request.importers_may_edit),
            standing=self._standings.key(asked),
            edit_schema=schema,
        )
        self._trail.append(
            "agent",
            "request_opened",
            known.id,
            rows=[*seals, seal],
            round=request.round,
            level=request.level,
            holds=[hold.rule for hold in request.holds],
            fingerprint=request.fingerprint,
            wanted=seat_words(request.seat),
        )

    def asks_still(self, thread_id: str) -> bool:
        """Whether another request of a thread is open: its pair, asked at the same time."""
        return bool(
            self._database.all(
                "SELECT 1 FROM approval_requests WHERE thread_id = ? AND status = 'open'", thread_id
            )
        )

    def stand_anew(self, known: Registered) -> None:
        """Note who may approve what is still open, now that one of its pair has been."""
        decisions = decisions_of(self._database, known.thread_id)
        for record in self.of_thread(known.thread_id):
            if record.status == "open":
                request = record.request
                asked = asked_by(request, known.invoice.payable, known.preparers, decisions)
                self._database.write(
                    "UPDATE approval_requests SET standing = ?"
                    " WHERE thread_id = ? AND interrupt_id = ?",
                    self._standings.key(asked),
                    known.thread_id,
                    request.interrupt_id,
                )

    def supersede(self, thread_id: str, by: str, interrupt_id: str | None = None) -> None:
        """Close one open request, or all of a thread: it is not asked any more."""
        self._database.write(
            "UPDATE approval_requests SET status = 'superseded', answered_by = ?, answered_at = ?"
            " WHERE thread_id = ? AND status = 'open' AND interrupt_id = coalesce(?, interrupt_id)",
            by,
            utc(self._clock.now()),
            thread_id,
            interrupt_id,
        )

    def _record(self, row: Row) -> RequestRecord:
        request = _request(row, self._schemas)
        status = row["status"]
        # Version 1 of the ledger left some open: nobody answers them any more.
        if status == "open" and self.is_settled(row["thread_id"], row["round"], row["level"]):
            status = "superseded"
        return RequestRecord(
            request, row["invoice_id"], status, row["answered_by"], row["answered_at"]
        )


def _loss(invoice: Invoice, today: date) -> tuple[str, int]:
    """Say from which day waiting costs money, and how much: a discount, else lateness itself."""
    if saving := discount_on(invoice, today):
        return saving.last_day.isoformat(), saving.amount.minor
    return (invoice.due_date.isoformat() if invoice.due_date else NEVER), 0


def _shown(payable: Money | None) -> str:
    if payable is None:
        return ""
    return plain((payable.rounded() if payable.is_exact else payable).amount)


def _request(row: Row, schemas: EditSchemas) -> ApprovalRequest:
    return ApprovalRequest(
        thread_id=row["thread_id"],
        interrupt_id=row["interrupt_id"],
        round=row["round"],
        level=row["level"],
        fingerprint=row["fingerprint"],
        account=row["account"],
        category=row["category"],
        holds=holds_from_plain(json.loads(row["holds"])),
        policy_version=row["policy_version"],
        approvals_needed=row["approvals_needed"],
        expires_at=row["expires_at"],
        held_until=row["held_until"],
        seats=tuple(json.loads(row["seats"])),
        preparers_may_approve=bool(row["preparers_may_approve"]),
        importers_may_edit=bool(row["importers_may_edit"]),
        edit_schema=schemas.get(row["edit_schema"]),
    )


def decisions_of(database: Database, thread_id: str) -> list[Decision]:
    """Return the decisions of a thread, oldest first, by round: a clock may be set back."""
    rows = database.all(
        "SELECT * FROM decisions WHERE thread_id = ? ORDER BY round, decided_at, level", thread_id
    )
    return [Decision(**{**dict(row), "verdict": Verdict(row["verdict"])}) for row in rows]
