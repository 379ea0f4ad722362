"""What the workflow needs from outside: the ledger, a categorizer, a clock."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from expense_agent.domain.approval import ApprovalRequest, Decision, Seen, Verdict
from expense_agent.domain.category import Suggestion
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.payment import Payment
from expense_agent.domain.policy import Facts


class Clock(Protocol):
    """The time, so that tests can choose it."""

    def now(self) -> datetime:
        """Give the time in UTC."""
        ...


class Categorizer(Protocol):
    """Says which category an invoice belongs to, in bounded time."""

    def suggest(self, invoice: Invoice) -> Suggestion:
        """Give a suggestion; "unsure" is an answer, an exception is not."""
        ...


@dataclass(frozen=True, slots=True)
class Registered:
    """An invoice of the register as it stands now, edits applied."""

    id: str
    thread_id: str
    status: str
    """"received", "waiting", "deciding", "scheduled", "booked", "rejected", "expired", "failed"."""
    invoice: Invoice
    category: str | None
    """A category a person has set by an edit; None: nobody has."""
    round: int
    """The round in force: 1, plus one for every edit and every return to the person."""
    edited_by: tuple[str, ...]
    imported_by: str
    failures: int = 0
    """How often its run broke off without being finished."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How an interrupt is to be answered: a pointer to the decision row, never the proof."""

    interrupt_id: str
    type: str
    """The verdict, or "superseded" for the other request of a pair."""


class Ledger(Protocol):
    """The register that is the truth about money. Calls block; each thread has its connection."""

    def transaction(self) -> AbstractContextManager[None]:
        """Begin a write transaction, or a savepoint in one; commit at the end, roll back on error."""
        ...

    def register(self, invoice: Invoice, content_hash: str, by: str) -> tuple[str, bool]:
        """Write an invoice down before its first run; give (thread id, whether it is new)."""
        ...

    def registered(self, thread_id: str) -> Registered:
        """Give the invoice of a thread, edits applied."""
        ...

    def facts_for(self, known: Registered) -> Facts:
        """Read all that the rules may know about one invoice."""
        ...

    def unfinished(self) -> list[str]:
        """Give the threads recovery must look at; one query on a healthy store."""
        ...

    def claim(self, thread_id: str, owner: str, purpose: str) -> bool:
        """Take the right to run or edit a thread for a while; False when somebody holds it."""
        ...

    def release(self, thread_id: str, owner: str) -> None:
        """Give the right back."""
        ...

    def open_requests(
        self, requests: Sequence[ApprovalRequest], known: Registered, steps: list[dict[str, Any]]
    ) -> None:
        """Write the requests of a paused thread; those it had before are closed."""
        ...

    def record_decision(
        self, seen: Seen, verdict: Verdict, approver: str, reason: str
    ) -> Decision:
        """Answer a request, once; raises RequestRefused naming who or what is in the way."""
        ...

    def record_edit(self, seen: Seen, changes: dict[str, str], editor: str, comment: str) -> str:
        """Write an edit down, void the requests of the thread; give the thread id."""
        ...

    def decisions(self, thread_id: str, in_round: int | None = None) -> list[Decision]:
        """Give the decisions of a thread, oldest first."""
        ...

    def answers(self, thread_id: str) -> list[Answer]:
        """Give the answers recorded for a thread's requests, applied or not."""
        ...

    def approved_request(self, thread_id: str, in_round: int) -> ApprovalRequest | None:
        """Give the request of a round as it was shown, to recompute its fingerprint; or None."""
        ...

    def payment_of(self, thread_id: str) -> Payment | None:
        """Give the payment of a thread, if there is one that is not voided."""
        ...

    def schedule(self, payment: Payment, approved_by: Sequence[str]) -> None:
        """Insert a payment under its key; the same again is done already, another raises."""
        ...

    def close_invoice(
        self, thread_id: str, status: str, by: str, reason: str, steps: list[dict[str, Any]]
    ) -> None:
        """Set the final status of an invoice and close its requests."""
        ...

    def note_failure(self, thread_id: str, reason: str) -> None:
        """Count a run that broke off; after the third the invoice waits for a person as failed."""
        ...
