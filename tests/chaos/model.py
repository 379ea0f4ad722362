"""The whole product in a hundred lines: what every answer must lead to, without any engine.

Time is the one clock both look at; everything else is kept here once more, as simply as can be.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from tests.fakes import FixedClock

LIMIT, SECOND_ABOVE = Decimal(500), Decimal(5000)
TIME_TO_ANSWER = timedelta(hours=72)
Hold = tuple[str, ...]


@dataclass
class Item:
    """One invoice, and the question that is asked about it."""

    supplier: str
    amount: Decimal
    account: str
    status: str = "waiting"
    version: int = 0
    """Another one for each new question: what was seen before is stale."""
    shown: frozenset[Hold] = frozenset()
    approved_by: frozenset[str] = frozenset()
    expires: datetime = datetime(9999, 1, 1, tzinfo=UTC)
    parked: bool = False
    """Whether the question says that it is on hold."""
    until: date | None = None
    sent_back: bool = False
    edits: int = 0


@dataclass
class Model:
    clock: FixedClock
    items: dict[str, Item] = field(default_factory=dict)
    paid: dict[str, tuple[str, str]] = field(default_factory=dict)
    listed: dict[tuple[str, str], datetime] = field(default_factory=dict)
    paid_into: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """Supplier and account -> the last time it was listed, or paid into."""

    def take(self, number: str, item: Item) -> str:
        """Import an invoice: scheduled by itself, asked about, or there already."""
        if number in self.items:
            return "duplicate"
        self.items[number] = item
        if self._holds(item):
            self._ask(item)
        else:
            self._pay(number, item)
        return item.status

    def list_account(self, supplier: str, account: str) -> None:
        self.listed[supplier, account] = self.clock.at

    def expire(self) -> None:
        for item in self.items.values():
            if item.status == "waiting" and self.is_late(item):
                item.status = "expired"

    def approve(self, number: str, version: int, who: str) -> str:
        item = self.items[number]
        if self._is_stale(item, version) or self.is_late(item) or who in item.approved_by:
            return "refused"
        item.approved_by |= {who}
        if len(item.approved_by) < (2 if item.amount > SECOND_ABOVE else 1):
            self._ask_next(item)
        elif self._holds(item) - item.shown:
            self._ask(item)
        else:
            self._pay(number, item)
        return item.status

    def reject(self, number: str, version: int) -> str:
        item = self.items[number]
        if self._is_stale(item, version) or self.is_late(item):
            return "refused"
        item.status = "rejected"
        return "rejected"

    def edit(self, number: str, version: int, amount: Decimal, account: str) -> str:
        item = self.items[number]
        nothing = (amount, account) == (item.amount, item.account)
        if self._is_stale(item, version) or self.is_late(item) or nothing:
            return "refused"
        item.amount, item.account = amount, account
        item.edits += 1
        item.sent_back = False
        return self._ask(item)

    def park(self, number: str, version: int, until: date) -> str:
        item = self.items[number]
        if self._is_stale(item, version) or self.is_late(item) or until <= self.clock.at.date():
            return "refused"
        item.until = until
        return self._ask(item)

    def release(self, number: str, version: int) -> str:
        item = self.items[number]
        if self._is_stale(item, version) or self.is_late(item) or not item.parked:
            return "refused"
        item.until = None
        return self._ask(item)

    def send_back(self, number: str, version: int) -> str:
        item = self.items[number]
        if self._is_stale(item, version) or self.is_late(item):
            return "refused"
        item.sent_back = True
        return self._ask(item)

    def comment(self, number: str) -> str:
        return "waiting" if self.items[number].status == "waiting" else "refused"

    def is_late(self, item: Item) -> bool:
        return self.clock.at > item.expires

    def _is_stale(self, item: Item, version: int) -> bool:
        return item.status != "waiting" or item.version != version

    def _holds(self, item: Item) -> frozenset[Hold]:
        holds: set[Hold] = set()
        if item.amount > LIMIT:
            holds.add(("over_limit",))
        known = self._known(item.supplier)
        if known and item.account not in known.values():
            holds.add(("account_changed", known[max(known)]))
        if item.edits:
            holds.add(("edited",))
        if item.sent_back:
            holds.add(("sent_back",))
        if item.until and item.until > self.clock.at.date():
            holds.add(("on_hold",))
        return frozenset(holds)

    def _known(self, supplier: str) -> dict[datetime, str]:
        """Return the accounts that were listed, and the one paid last, by when that was."""
        listed = {at: account for (who, account), at in self.listed.items() if who == supplier}
        paid = {at: account for (who, account), at in self.paid_into.items() if who == supplier}
        return listed | ({max(paid): paid[max(paid)]} if paid else {})

    def _ask(self, item: Item) -> str:
        """Begin a round: approvals are void, and what holds now is shown."""
        item.approved_by = frozenset()
        item.shown = self._holds(item)
        return self._ask_next(item)

    def _ask_next(self, item: Item) -> str:
        """Put a new question, with time of its own; what is on hold has it from its day on."""
        item.version += 1
        item.parked = bool(item.until and item.until > self.clock.at.date())
        begin = self.clock.at
        if item.parked and item.until:
            begin = datetime.combine(item.until, time(), tzinfo=UTC)
        item.expires = begin + TIME_TO_ANSWER
        return "waiting"

    def _pay(self, number: str, item: Item) -> None:
        item.status = "scheduled"
        self.paid[number] = (str(item.amount), item.account)
        self.paid_into[item.supplier, item.account] = self.clock.at
