"""Lists of the service: how queue and payments are asked for, their order, sums and lines.

Part of the service protocol; front ends import all of it from `service`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from expense_agent.domain.approval import Seen
from expense_agent.domain.policy import Hold


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One approval request as the list shows it."""

    key: int
    seen: Seen
    number: str
    supplier: str
    payable_amount: str
    """Decimal string with the currency's decimals; "" when the invoice names none."""
    currency: str
    category: str | None
    due_date: str | None
    holds: tuple[Hold, ...]
    """The most alarming first; blocking and warning."""
    round: int
    level: int
    approvals_needed: int
    approved_by: tuple[str, ...]
    """The people who have approved in this round already."""
    waiting_since: str
    expires_at: str
    status: str
    """"open", or how it was answered: "approve", "reject", "expire", "edited", "superseded"."""
    answered_by: str | None = None
    answered_at: str | None = None
    why_not: str | None = None
    """Why the acting person may not approve it; None: they may."""
    late: bool = False
    """Whether its time has run out: nobody can give any answer, and `why_not` says so."""
    acts_for: str | None = None
    """The lender of the authority to approve it; None: the acting person's own."""
    held_until: str | None = None
    """ISO date until which a person has put it on hold; None: it waits now."""
    wanted: str = ""
    """The people or roles of a chain it is for, and those asked beside them: "treasury",
    "mia, anybody"; else ""."""
    waits_for: tuple[str, ...] = ()
    """The approvers of the policy who may approve it, where the acting person may not."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """One thread that a person steps through, in front of its next node."""

    invoice_id: str
    number: str
    supplier: str
    payable_amount: str
    """Decimal string; "" when the invoice names none."""
    currency: str
    step: str
    """The node that runs next."""
    proposed: Mapping[str, str]
    """The values the step would start from, in words."""
    since: str
    note: str
    """The result of the last step; "" before the first."""


SortKey = Literal["holds", "due", "amount", "supplier", "waiting", "loss"]
SORT_KEYS: tuple[SortKey, ...] = ("holds", "due", "amount", "supplier", "waiting", "loss")
GroupKey = Literal["hold", "supplier", "due", "none"]
GROUP_KEYS: tuple[GroupKey, ...] = ("hold", "supplier", "due", "none")


@dataclass(frozen=True, slots=True)
class Term:
    """One condition of a filter. All terms must hold; `negated` turns this one round."""

    field: str
    """One of queue_filter.FIELDS."""
    op: Literal["contains", "=", "<", ">", "<=", ">="]
    value: str
    """Lower-case text; a decimal string for amount; an ISO date for due, waiting and expires."""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class QueueQuery:
    """Which requests, in which order."""

    terms: tuple[Term, ...] = ()
    sort: SortKey = "holds"
    held: bool = False
    """Whether those on hold until a later day are wanted, instead of those that wait now."""
    group: GroupKey = "none"
    """The field rows are grouped by; `sort` is the order inside a group."""


@dataclass(frozen=True, slots=True)
class QueueGroup:
    """Requests that stand together in an overview."""

    key: str
    """Tells it from the other groups, in this reading and in later ones."""
    name: str
    """The rule of the worst hold, the supplier as written, or the Monday of the due week."""
    count: int
    totals: Mapping[str, str]
    """Sum of the payable amounts by currency, as decimal strings."""
    routine: bool = False
    """Whether nothing but the sum is the reason why these wait."""


@dataclass(frozen=True, slots=True)
class QueueOverview:
    """The order of the queue without its rows: cheap for 100,000 requests."""

    keys: tuple[int, ...]
    """Row keys in order; stable for the life of a request, meaningless otherwise."""
    waiting: int
    """Open requests in the whole store that are not on hold, whatever the filter."""
    held: int
    """Open requests on hold until a later day."""
    totals: Mapping[str, str]
    """Sum of the payable amounts of `keys` by currency, as decimal strings."""
    change: int
    """The store's change counter when this was read."""
    groups: tuple[QueueGroup, ...] = ()
    """How `keys` fall into groups, in order; empty when none were asked for."""
    newest: int = 0
    """The largest row key there was: what is asked later has a larger one."""


@dataclass(frozen=True, slots=True)
class QueueNews:
    """The changes since an overview; costs what has changed, not what waits."""

    new: tuple[int, ...]
    """Keys of requests that came since and match."""
    answered: tuple[int, ...]
    """Keys of requests that were answered since, whether they match or not."""
    waiting: int
    change: int


PAYMENT_STATUSES = ("scheduled", "exported", "settled", "voided")
NOBODY_ASKED = "nobody, clean"
"""Stands in the place of approvers where there are none; it can be looked for."""


@dataclass(frozen=True, slots=True)
class PaymentQuery:
    """Which payments."""

    status: str | None = None
    """One of PAYMENT_STATUSES; None for all."""
    text: str = ""
    """Words that a payment must have somewhere, all of them, in any case; "" for all."""


@dataclass(frozen=True, slots=True)
class PaymentView:
    """One payment of the ledger, as it stands now."""

    id: int
    invoice_id: str
    supplier: str
    account: str | None
    """Where the money goes, without spaces; None: the invoice names none."""
    amount: str
    """Decimal string with the decimals of the currency."""
    currency: str
    """ISO 4217."""
    status: str
    """One of PAYMENT_STATUSES."""
    execution_date: str
    """ISO date."""
    payment_key: str
    """Makes it the only payment of its invoice (64 hex)."""
    approved_by: tuple[str, ...]
    """In the order of their approvals; empty: the policy let it pass."""
    remittance: str
    """The text the payee reads on its statement: BT-83, else BT-1, else the id."""
    replaces: int | None = None
    """The voided payment it stands for."""
    run: str | None = None
    """The payment run it left in."""
    end_to_end_id: str | None = None
    """The id the bank hands on to the payee; None before a run."""


@dataclass(frozen=True, slots=True)
class PaymentOverview:
    """The order of the payments without their rows: cheap for 100,000 of them."""

    keys: tuple[int, ...]
    """The numbers of the payments that match, the earliest execution first."""
    totals: Mapping[str, str]
    """The sums of those by currency, as decimal strings."""
    counts: Mapping[str, int]
    """How many of all payments are where, by status."""


class PaymentList(Protocol):
    """Where payments are listed: any number of them, at the cost of what is looked at."""

    def overview(self, query: PaymentQuery) -> PaymentOverview:
        """Return the order and totals of the payments that match."""
        ...

    def rows(self, keys: Sequence[int]) -> list[PaymentView]:
        """Return payments by key, in the order of `keys`; unknown keys are left out."""
        ...
