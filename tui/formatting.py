"""Money, dates and ages as a person reads them. Pure; `now` is always given, never asked for."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from rich.cells import cell_len, set_cell_size

from expense_agent.domain.money import EXPONENTS
from expense_agent.views import HOLD_WORDS

_NEAR = timedelta(days=180)
"""Within this the year of a date goes without saying."""


def grouped(amount: Decimal | str | None, currency: str = "") -> str:
    """Return an amount with thousands separators, exact to its last digit; "" for none.

    With a currency it has at least that one's decimals: a document's 330.5 EUR reads 330.50.
    """
    if amount is None or amount == "":
        return ""
    number, decimals = Decimal(amount), EXPONENTS.get(currency, 0)
    short = -decimals < int(number.as_tuple().exponent)
    return f"{number:,.{decimals}f}" if short else f"{number:,f}"


def money(amount: Decimal | str | None, currency: str) -> str:
    """Return an amount with its currency: "1,240.00 EUR"."""
    return f"{grouped(amount, currency) or 'no amount'} {currency}"


def totals_line(totals: Mapping[str, str], separator: str = "   ") -> str:
    """Return the totals currency by currency; no sum ever mixes two."""
    return separator.join(f"{code} {grouped(amount)}" for code, amount in sorted(totals.items()))


def totals_that_fit(totals: Mapping[str, str], first: str, width: int) -> str:
    """Return as many totals as fit, one currency first, and how many are left out."""
    order = sorted(totals, key=lambda currency: (currency != first, currency))
    for count in range(len(order), 0, -1):
        left_out = f"+{len(order) - count} currencies   " if count < len(order) else ""
        shown = "".join(f"{code} {grouped(totals[code])}   " for code in order[:count]) + left_out
        if len(shown) <= width:
            return shown
    return ""


def crop(text: str, width: int) -> str:
    """Fit text into exactly `width` cells, cut with ~ at a cell boundary or padded."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, width - 1) + "~" if width > 0 else ""


def crop_middle(text: str, width: int) -> str:
    """Fit text into cells like `crop`, but keep its end, too: "SIN~0003278"."""
    head = (width - 1) // 3
    if cell_len(text) <= width or not head:
        return crop(text, width)
    end = set_cell_size(text[::-1], width - 1 - head)[::-1]
    return f"{set_cell_size(text, head)}~{end}"


def when(moment: str) -> datetime:
    """Read a UTC time of the service ("2026-11-22T12:03:40Z")."""
    read = datetime.fromisoformat(moment)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def clock_time(moment: str) -> str:
    """Return the local time of day: "12:03:40"."""
    return when(moment).astimezone().strftime("%H:%M:%S")


def day_and_time(moment: str) -> str:
    """Return local date and time to the minute: "2026-11-22 12:03"."""
    return when(moment).astimezone().strftime("%Y-%m-%d %H:%M")


def short_date(iso: str | None, today: date) -> str:
    """Return MM-DD for a date within 180 days, the whole ISO date otherwise; "-" for none."""
    if not iso:
        return "-"
    near = abs(date.fromisoformat(iso) - today) <= _NEAR
    return iso[5:] if near else iso


def time_left(until: str, now: datetime) -> str:
    """Return how long until a moment in its largest unit: "2d", "6h", "40m", "0m" when over."""
    seconds = int((when(until) - now).total_seconds())
    if seconds <= 0:
        return "0m"
    if seconds >= 2 * 86400:
        return f"{seconds // 86400}d"
    return f"{seconds // 3600}h" if seconds >= 3600 else f"{max(1, seconds // 60)}m"  # noqa: PLR2004 - seconds of an hour


def hold_word(rule: str) -> str:
    """Return the short word of a rule; a rule without one keeps its id, readable."""
    return HOLD_WORDS.get(rule, rule.replace("_", " "))


def account_blocks(account: str) -> str:
    """Return an account number in blocks of four, as people compare them."""
    return " ".join(account[start : start + 4] for start in range(0, len(account), 4))


def counted(number: int, noun: str) -> str:
    """Return "1 invoice" or "2 invoices"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
