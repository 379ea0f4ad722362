"""The policy: limits, approvers and tiers, and the holds that rules place under it.

The rules themselves stand in `rules`, what they may know in `facts`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from enum import IntFlag
from typing import Any, Literal

from expense_agent.domain.money import Money
from expense_agent.domain.payment_run import Debtor
from expense_agent.domain.tiers import Delegation, Tier

Severity = Literal["block", "warn", "off"]

BUILT_IN_SEVERITY: dict[str, Severity] = {
    "account_changed": "block",
    "account_of_another": "block",
    "supplier_lookalike": "block",
    "account_unknown": "block",
    "several_accounts": "block",
    "payee_differs": "block",
    "duplicate": "block",
    "split_limit": "block",
    "deceptive_text": "block",
    "read_off_pages": "block",
    "documents_disagree": "warn",
    "not_payable": "block",
    "payment_means": "block",
    "totals_wrong": "block",
    "missing_field": "block",
    "taken_back": "block",
    "reopened": "block",
    "period_locked": "block",
    "sent_back": "block",
    "on_hold": "block",
    "edited": "block",
    "credit_used": "block",
    "over_limit": "block",
    "open_credit": "warn",
    "vat_id_wrong": "warn",
    "possible_duplicate": "warn",
    "first_payment": "warn",
    "unusual_amount": "warn",
    "near_limit": "warn",
    "budget": "warn",
    "active_content": "warn",
    "category_unsure": "warn",
    "due_date": "warn",
    "due_weekend": "warn",
}
"""The usual severity of each hold: a wrong or unpayable payment blocks, a doubt warns.

The order is that of a person's attention: the queue shows the first hold of a request.
"""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a payment is not made by itself."""

    rule: str
    severity: str
    """"block": a person must decide; "warn": shown only."""
    reason: str
    """One sentence in the reader's words, with the figures."""
    evidence: tuple[str, ...] = ()
    """The evidence a person can verify: other invoices, accounts, dates."""
    overridable: bool = True
    """False when approving cannot help: the invoice must be edited or rejected."""
    twins: tuple[str, ...] = ()
    """Ids of the invoices this one may repeat, to be shown beside it."""

    def to_plain(self) -> dict[str, Any]:
        """Return the plain form kept in state, requests and JSON."""
        return {**asdict(self), "evidence": list(self.evidence), "twins": list(self.twins)}

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> "Hold":
        """Read back what `to_plain` wrote."""
        lists = {name: tuple(data[name]) for name in ("evidence", "twins")}
        return cls(**{**data, **lists})


@dataclass(frozen=True, slots=True)
class Approver:
    """A person with a limit of authority."""

    name: str
    limit: Money | None = None
    """Largest payable amount, in base currency, this person may approve; None: any."""
    roles: tuple[str, ...] = ()
    """The roles tiers may ask for: "treasury", "budget" ..."""


@dataclass(frozen=True, slots=True)
class CategoryPolicy:
    """Which categories a person looks at, however sure they are, and what is learned from it."""

    first_confirmations: int = 3
    """How many invoices of a supplier a person looks at before its category is taken as known."""
    audit_one_in: int = 20
    """One invoice in so many is looked at, whatever is known of its supplier; 0: none."""
    sensitive: tuple[str, ...] = ("fees", "professional")
    """Ids of categories that are always looked at."""
    learn: bool = True
    """Whether decisions and edits teach anything."""
    learn_not_from: tuple[str, ...] = ()
    """Suppliers, by name or VAT id, of which nothing is learned."""


@dataclass(frozen=True, slots=True)
class LimitPolicy:
    """How much may leave with nobody asked over some days, so that splitting gains nothing."""

    window_days: int = 30
    """Days, today included, in which what leaves by itself to a supplier or account adds up."""
    cumulative_limit: Decimal | None = None
    """Most that leaves by itself within the window; None: CUMULATIVE_MULTIPLE limits."""
    near_percent: int = 90
    """From this share of the limit on an amount is just under it."""


@dataclass(frozen=True, slots=True)
class ConfirmLines:
    """From where on the terminal asks a person to look, or to type, before it carries out.

    Amounts are in base currency; without a rate the number itself counts. They decide nothing: no
    payment is made or held by them.
    """

    page_above: Decimal = Decimal("10000.00")
    """Above this an approval shows a page with its holds first."""
    amount_above: Decimal = Decimal("100000.00")
    """Above this the amount is typed on that page."""
    count_above: int = 20
    """A set of more invoices than this is carried out by typing their number."""
    sum_above: Decimal = Decimal("10000.00")
    """So is a set that comes to more than this in one currency."""


CUMULATIVE_MULTIPLE = 5
"""How many automatic limits may leave to one supplier or account within the window.

A supplier that bills every week, each time the whole limit, is paid on day one as the limit
promises; an invoice of six limits cut into small ones is not. Who wants it tighter names an amount.
"""


@dataclass(frozen=True, slots=True)
class Budget:
    """The limit of spending on a category in a period, in base currency."""

    category: str
    period: Literal["month", "quarter", "year"]
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A language model that may name categories; a person decides on every answer of it."""

    base_url: str
    """Of an OpenAI-compatible server, up to /v1."""
    model: str
    api_key_env: str | None = None
    """The environment variable that holds the key; None: the server wants none."""
    timeout_seconds: float = 8.0
    """For one question, whatever the server does."""
    seconds_budget: float = 120.0
    """For all questions of one run of the program: so long an import waits at most."""
    read_pdfs: bool = False
    """Whether it may read the text of PDFs without an e-invoice: then all of it is sent."""
    token_budget: int = 100_000
    """Tokens, sent and received, after which nothing more is asked in this run."""


@dataclass(frozen=True, slots=True)
class Reminders:
    """How somebody is reminded of a request before its time runs out."""

    hours_before: int
    command: tuple[str, ...]
    """Program and arguments; it is given the request as JSON, and no shell reads it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that decides who sees what. See `policy.toml` for the keys."""

    base_currency: str = "EUR"
    auto_approve_limit: Decimal = Decimal("500.00")
    """Largest payable amount in base currency that is scheduled by itself."""
    mode: str = "interrupt_on_action"
    """"autonomous" lifts the limit to autonomous_limit; blocking holds still stop a payment.
    "step_by_step" lets no node run by itself: a person goes on, step by step."""
    autonomous_limit: Decimal | None = None
    """Hard limit of the autonomous mode, in base currency; must be set on purpose."""
    request_ttl_hours: int = 72
    required_fields: tuple[str, ...] = ("number", "supplier", "issue_date")
    severities: Mapping[str, Severity] = field(default_factory=dict)
    """Severity by rule id where it differs from the built-in one."""
    default_severity: Severity | None = None
    """Severity of every rule not named in `severities`; None: the built-in one."""
    approvers: tuple[Approver, ...] = ()
    """Empty: whoever runs the program may approve anything, alone."""
    second_above: Decimal | None = None
    """Two different people above this, in base currency; None: never."""
    parallel_above: Decimal | None = None
    """Two people asked at once above this, in base currency; None: never."""
    preparers_may_approve: bool = False
    """Whether importer and editor of an invoice may approve it; ignored without approvers."""
    importers_may_edit: bool = True
    """Whether who imported an invoice may edit it; ignored without approvers."""
    approval_valid_hours: int | None = None
    """How long an approval may wait for the payment to be scheduled; None: for ever."""
    reminders: Reminders | None = None
    """The person told before a request runs out; None: nobody."""
    tiers: tuple[Tier, ...] = ()
    """The approvals invoices need; all tiers that match count."""
    delegations: tuple[Delegation, ...] = ()
    exchange_rates: Mapping[str, Decimal] = field(default_factory=dict)
    """Units of a currency for one unit of base currency."""
    rates_as_of: date | None = None
    """The day of the rates that have none of their own."""
    rate_dates: Mapping[str, date] = field(default_factory=dict)
    """The day of each rate that comes from a dated file."""
    limits: LimitPolicy = LimitPolicy()
    confirm: ConfirmLines = ConfirmLines()
    budgets: tuple[Budget, ...] = ()
    locked_until: date | None = None
    """Invoices issued up to this day belong to a closed period."""
    confidence_threshold: float = 0.80
    """Below it a category counts as unsure."""
    categories: CategoryPolicy = CategoryPolicy()
    language_model: LanguageModel | None = None
    """None: no word of an invoice leaves the house."""
    debtor: Debtor | None = None
    """The account that pays; needed by payment runs only."""
    default_term_days: int = 30
    """Due date of an invoice without one: issue date plus this, shown as assumed."""
    version: str = "built-in"
    """Short hash of the policy file; part of every fingerprint."""

    def severity(self, rule: str) -> Severity:
        """Return the severity in force for a rule id."""
        fallback = self.default_severity or BUILT_IN_SEVERITY.get(rule, "block")
        return self.severities.get(rule, fallback)

    def categories_named(self) -> Iterator[tuple[str, str]]:
        """Yield every category the file names, with its place, without the built-in ones."""
        for number, budget in enumerate(self.budgets, 1):
            yield f"budgets.{number}.category", budget.category
        for number, tier in enumerate(self.tiers, 1):
            for category in tier.categories:
                yield f"tiers.{number}.categories", category
        for category in self.categories.sensitive:
            if category not in CategoryPolicy().sensitive:
                yield "categories.sensitive", category

    def in_base_currency(self, money: Money) -> Money | None:
        """Convert for comparing with limits, rounded half up; None without a rate."""
        if money.currency == self.base_currency:
            return money
        rate = self.exchange_rates.get(money.currency)
        return None if rate is None else Money(money.amount / rate, self.base_currency).rounded()

    def rate_date(self, currency: str) -> date | None:
        """Return the day of the rate a currency is converted by."""
        return self.rate_dates.get(currency, self.rates_as_of)

    @property
    def cumulative_limit(self) -> Money:
        """The limit of payments without approval to one supplier or account within the window."""
        named = self.limits.cumulative_limit
        multiple = self.automatic_limit.amount * CUMULATIVE_MULTIPLE
        return Money(multiple if named is None else named, self.base_currency)

    @property
    def automatic_limit(self) -> Money:
        """The limit up to which nobody is asked, in the mode in force."""
        autonomous = self.mode == "autonomous" and self.autonomous_limit is not None
        limit = self.autonomous_limit if autonomous else self.auto_approve_limit
        return Money(limit or Decimal(0), self.base_currency)


def attention(hold: Hold) -> int:
    """Return the place of a hold in the order of a person's attention, 0 for the most alarming."""
    order = list(BUILT_IN_SEVERITY)
    return order.index(hold.rule) if hold.rule in order else len(order)


ROUTINE = frozenset(
    {
        ("over_limit", "block"),
        ("category_unsure", "warn"),
        ("due_date", "warn"),
        ("due_weekend", "warn"),
    }
)
"""Holds that need no look of their own: the sum alone, a category still learned, a date."""
ROUTINE_RANK = 1_000
"""The rank of requests with nothing else on them: after everything that deserves a look."""


class Sign(IntFlag):
    """The holds of a request at a glance."""

    WARNS = 1
    """Something warns that is more than routine."""
    BLOCKS = 2
    """Something blocks that is more than routine."""
    STUCK = 4
    """Approving cannot help."""


def is_routine(hold: Hold) -> bool:
    """Whether a hold needs no look of its own."""
    return (hold.rule, hold.severity) in ROUTINE


def rank(holds: Iterable[Hold]) -> int:
    """Return the place of a request in the queue: that of its worst hold, routine ones last."""
    holds = tuple(holds)
    if holds and all(map(is_routine, holds)):
        return ROUTINE_RANK
    return min(map(attention, holds), default=len(BUILT_IN_SEVERITY))


def signs(holds: Iterable[Hold]) -> Sign:
    """Sum up holds."""
    found = Sign(0)
    for hold in holds:
        if not is_routine(hold):
            found |= Sign.WARNS if hold.severity == "warn" else Sign.BLOCKS
        if not hold.overridable:
            found |= Sign.STUCK
    return found


def blocking(holds: tuple[Hold, ...]) -> tuple[Hold, ...]:
    """Return the holds a person must decide."""
    return tuple(hold for hold in holds if hold.severity == "block")


def news(holds: tuple[Hold, ...], seen: tuple[Hold, ...]) -> tuple[Hold, ...]:
    """Return the blocking holds that say something the person has not seen yet."""
    known = {(hold.rule, hold.reason) for hold in seen}
    return tuple(hold for hold in blocking(holds) if (hold.rule, hold.reason) not in known)
