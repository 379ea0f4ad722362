"""Until when a request is put on hold: a digit for a usual day, or a date of one's own."""

import re
from datetime import date, timedelta

CHOICES = {
    "1": "tomorrow",
    "2": "next Monday",
    "3": "two days before it is due",
}
"""The meaning of a digit."""
END_OF_HOLD = "0"
"""The answer that ends a hold now, where a day is asked for."""
_BEFORE_DUE = timedelta(days=2)


class NoSuchDay(ValueError):
    """A typed day that cannot be taken; the text says why."""


def until(text: str, due_date: str | None, today: date) -> date:
    """Read a choice or a date ("2026-12-31", "12-31", "10d"); raises NoSuchDay."""
    day = _day(text.strip(), due_date, today)
    if day <= today:
        raise NoSuchDay(f"{day.isoformat()} is not after today")
    return day


def _day(text: str, due_date: str | None, today: date) -> date:
    if text == "1":
        return today + timedelta(days=1)
    if text == "2":
        return today + timedelta(days=7 - today.weekday())
    if text == "3":
        if not due_date:
            raise NoSuchDay("it has no due date")
        return date.fromisoformat(due_date) - _BEFORE_DUE
    return _typed(text, today)


def _typed(text: str, today: date) -> date:
    try:
        if days := re.fullmatch(r"([0-9]{1,4})d", text):
            return today + timedelta(days=int(days[1]))
        if re.fullmatch(r"[0-9]{2}-[0-9]{2}", text):
            this_year = date.fromisoformat(f"{today.year}-{text}")
            later = this_year > today
            return this_year if later else date.fromisoformat(f"{today.year + 1}-{text}")
        return date.fromisoformat(text)
    except ValueError:
        raise NoSuchDay("write it as 2026-12-31, 12-31 or 10d") from None
