"""Discounts for whoever pays early (Skonto): what a document grants, and what it is worth today.

A payment is never reduced by one silently: it is shown, and a person lowers the amount by an edit.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

_WRITTEN = re.compile(
    r"#SKONTO#TAGE=(?P<days>[0-9]{1,3})#PROZENT=(?P<percent>[0-9]{1,2}(?:\.[0-9]{1,4})?)#"
    r"(?:BASISBETRAG=(?P<base>-?[0-9]{1,15}(?:\.[0-9]{1,4})?)#)?",
    re.ASCII,
)
"""How XRechnung writes one into the payment terms (BT-20)."""


@dataclass(frozen=True, slots=True)
class Discount:
    """One discount a document grants."""

    percent: Decimal | None = None
    """None where only words say how much."""
    last_day: date | None = None
    """The last day it holds; None where the document does not say."""
    base: Decimal | None = None
    """The amount it is taken of; None: the payable amount."""
    text: str | None = None
    """The document's own words, where they are not its payment terms."""


def discounts_in(terms: str | None, issued: date | None) -> Iterator[Discount]:
    """Read the discounts that payment terms state in the notation of XRechnung, and no free text.

    One of 0 per cent is the term without a discount.
    """
    for found in _WRITTEN.finditer(terms or ""):
        percent = Decimal(found["percent"])
        if percent > 0:
            yield Discount(
                percent=percent,
                last_day=days_after(issued, int(found["days"])),
                base=Decimal(found["base"]) if found["base"] else None,
            )


def days_after(day: date | None, days: int) -> date | None:
    """Return the day so many days later; None past the end of the calendar."""
    try:
        return day and day + timedelta(days=days)
    except OverflowError:
        return None
