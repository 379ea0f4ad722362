"""Tiers ask for people to approve, delegations lend authority. Plain values.

A seat of a chain is text, so that it travels through state, requests and the ledger unchanged:
"" for anybody of the approvers, "role:treasury" for a holder of a role, "name:mia" for a person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from expense_agent.domain.money import Money

ANYBODY = ""
_ROLE, _NAME = "role:", "name:"


def role_seat(role: str) -> str:
    """Return the seat for a holder of a role."""
    return _ROLE + role


def name_seat(name: str) -> str:
    """Return the seat for one person."""
    return _NAME + name


def is_name(seat: str) -> bool:
    """Whether a seat is for one person only."""
    return seat.startswith(_NAME)


def seat_words(seat: str) -> str:
    """Say whom a seat is for: "treasury", "mia", "anybody"."""
    return seat.partition(":")[2] or "anybody"


def fits(seat: str, name: str, roles: Iterable[str]) -> bool:
    """Whether a person with these roles may fill a seat."""
    return seat == ANYBODY or seat == name_seat(name) or seat in map(role_seat, roles)


@dataclass(frozen=True, slots=True)
class Tier:
    """For which invoices which people must approve. All its conditions must hold."""

    name: str
    seats: tuple[str, ...]
    above: Decimal | None = None
    """In base currency; None: any amount."""
    categories: tuple[str, ...] = ()
    """Ids of categories; empty: any."""
    cost_centres: tuple[str, ...] = ()
    """Buyer references (BT-10); empty: any."""
    suppliers: tuple[str, ...] = ()
    """Names, VAT or legal ids; empty: any."""
    parallel: bool = False
    """Whether all are asked at once instead of one after the other."""
    request_ttl_hours: int | None = None
    """How long a request of this tier waits; None: as the policy says."""


@dataclass(frozen=True, slots=True)
class Delegation:
    """Somebody's authority, lent for some days and up to a cap."""

    principal: str
    """The person whose authority it is."""
    delegate: str
    """The person who may use it."""
    first_day: date
    last_day: date
    cap: Money | None = None
    """Largest payable amount in base currency; the principal's own limit holds besides."""

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.first_day <= day <= self.last_day
