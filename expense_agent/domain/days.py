"""Days that a person may type: real ones, in years in which somebody may owe something."""

import re
from datetime import date

YEARS = range(1900, 2200)
"""Of a date of an invoice or a payment; any other is a slip of the keyboard."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def typed_day(text: str) -> date:
    """Read a date like 2026-12-01; raises ValueError with a reason to show."""
    if not _DAY.fullmatch(text):
        raise ValueError(f"{text!r} is not a date like 2026-12-01")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no {text}") from None
    return plausible(day)


def plausible(day: date) -> date:
    """Return the day; raises ValueError if its year cannot be meant."""
    if day.year not in YEARS:
        raise ValueError(f"{day} lies outside of {YEARS.start} to {YEARS.stop - 1}")
    return day
