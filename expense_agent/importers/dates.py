"""How dates are written in tables: one order per column, decided by the column, never guessed.

`03/04/2026` alone may be in March or in April; a value with a field over 12 must say which.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from expense_agent.domain.days import YEARS
from expense_agent.importers.amounts import decided
from expense_agent.importers.problem import UnreadableError
from expense_agent.importers.text import shown

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_YEAR_FIRST = re.compile(r"([0-9]{4})([/.-])([0-9]{1,2})\2([0-9]{1,2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
_MONTHS = 12
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class DateNotation:
    """How one column writes dates."""

    order: str | None = None
    """"dmy", "mdy" or "ymd"; None when no value of the column proves it."""
    contested: bool = False
    """Some values prove the contrary: what could be read both ways is not read."""
    chosen: bool = False
    """The user has said so: dots are no longer day first by themselves."""

    def read(self, text: str) -> date:
        """Read a value that is not empty; raises UnreadableError."""
        for written in (text, _bare(text)):
            if first := _ISO.fullmatch(written) or _COMPACT.fullmatch(written):
                return _date(text, first[1], first[2], first[3])
            if last := _YEAR_LAST.fullmatch(written):
                return self._year_last(text, last)
            if first := _YEAR_FIRST.fullmatch(written):
                return _date(text, first[1], first[3], first[4])
        raise UnreadableError(f"{shown(text)} is not a date such as 2026-03-31 or 31.03.2026")

    def _year_last(self, text: str, found: re.Match[str]) -> date:
        one, mark, two, year = found.groups()
        order = "dmy" if mark == "." and not self.chosen else self.order
        if order == "ymd":
            raise UnreadableError(f"{shown(text)} does not begin with the year")
        if mark != "." and (order is None or self.contested) and is_ambiguous(text):
            reason = 'say date_order = "dmy" or "mdy" in a mapping file'
            raise UnreadableError(f"{shown(text)} may be two different days; {reason}")
        month_first = (order or _proof(text)) == "mdy"
        return _date(text, year, one, two) if month_first else _date(text, year, two, one)


def order_of(texts: Iterable[str]) -> DateNotation | None:
    """Decide in which order a column writes dates; None when its values contradict each other."""
    proofs = Counter(proof for text in texts if (proof := _proof(text)))
    winner, contested = decided(proofs)
    return None if contested and winner is None else DateNotation(winner, contested)


def is_ambiguous(text: str) -> bool:
    """Whether day and month of this value could be swapped, giving another day."""
    found = _YEAR_LAST.fullmatch(_bare(text))
    if not found or found[2] == ".":
        return False
    one, two = int(found[1]), int(found[3])
    return one <= _MONTHS and two <= _MONTHS and one != two


def _bare(text: str) -> str:
    """Take off surrounding space and a time of day: the day stands as it is written."""
    return _TIME.sub("", text.strip()) if len(text) <= _LONGEST else ""


def _proof(text: str) -> str | None:
    found = _YEAR_LAST.fullmatch(_bare(text))
    if not found or found[2] == ".":
        return None
    if int(found[1]) > _MONTHS:
        return "dmy"
    return "mdy" if int(found[3]) > _MONTHS else None


def _date(text: str, year: str, month: str, day: str) -> date:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise UnreadableError(f"{shown(text)} is not a day of the calendar") from None
    if found.year not in YEARS:
        raise UnreadableError(f"{shown(text)} lies outside of 1900 to 2199")
    return found
