"""Read models beyond the queue: pages of the trail, and what is known of a supplier.

Part of the service protocol; front ends import all of it from `service`.
"""

from dataclasses import dataclass

from expense_agent.domain.audit import AuditEvent


@dataclass(frozen=True, slots=True)
class TrailQuery:
    """Which events of the trail; a page at a time, the newest first."""

    before: int | None = None
    """Only events with a smaller seq; None: from the newest on."""
    limit: int = 200
    text: str = ""
    """The text an event must have somewhere in it, in any case; "" for all."""
    actor: str = ""
    invoice_id: str = ""


@dataclass(frozen=True, slots=True)
class TrailPage:
    """One page of the trail."""

    events: tuple[AuditEvent, ...]
    """The newest first."""
    earlier: int | None
    """`before` of the page that follows; None: this was the beginning of the trail."""


@dataclass(frozen=True, slots=True)
class Headline:
    """One invoice in one line, as its document has it."""

    id: str
    number: str
    supplier: str
    issue_date: str | None
    received_at: str
    payable_amount: str
    currency: str
    state: str
    account: str | None
    """The account the document names, not the one paid."""


@dataclass(frozen=True, slots=True)
class BudgetPosition:
    """A budget that a waiting invoice may be charged to; amounts are decimal strings."""

    category: str
    period: str
    """"month", "quarter" or "year": the one that runs now."""
    currency: str
    allowed: str
    used: str | None
    """The amount paid or half approved, without this invoice; None: an exchange rate is missing."""
    after: str | None
    """The same with this invoice."""


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account of a supplier that there is a reason to trust."""

    account: str
    origin: str
    """"supplier list" or "last paid"."""
    since: str


@dataclass(frozen=True, slots=True)
class SupplierHistory:
    """The invoices an approver compares one with."""

    invoices: tuple[Headline, ...] = ()
    """The newest first; the invoice in question is not among them."""
    accounts: tuple[KnownAccount, ...] = ()
    twins: tuple[Headline, ...] = ()
    """The invoices its holds say it may repeat, as they stand now."""


@dataclass(frozen=True, slots=True)
class Verification:
    """The findings of `audit verify`; `head` (number and hash) is an anchor when kept elsewhere."""

    events: int
    payments: int
    head: str | None
    findings: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing speaks against the ledger."""
        return not self.findings
