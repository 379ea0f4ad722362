"""The figures of the store in sections, each rate with its counts, and where it leads."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from expense_agent.domain.policy import BUILT_IN_SEVERITY
from expense_agent.service.store_metrics import Metrics, Rate, Spend
from tui.formatting import counted, crop, grouped, hold_word
from tui.model.look import Lead
from tui.safe_text import inert, safe
from tui.sections.line import GAP, MUTED, STRONG, WARNING, Line, Section, line

BAR = 20
"""Cells of a full bar."""
_PARTS = " ▏▎▍▌▋▊▉█"
_LEVELS = " ▁▂▃▄▅▆▇█"


def bar(value: Decimal | float, largest: Decimal | float, *, ascii_only: bool) -> str:
    """Draw a value against the largest one; something above zero is never drawn as nothing."""
    if value <= 0 or largest <= 0:
        return ""
    share = min(1.0, float(value) / float(largest))
    if ascii_only:
        return "#" * max(1, round(share * BAR))
    eighths = max(1, round(share * BAR * 8))
    return _PARTS[8] * (eighths // 8) + _PARTS[eighths % 8].strip()


def columns(values: Sequence[int], height: int, *, ascii_only: bool) -> list[str]:
    """Draw values side by side, one cell each, as lines from the top down."""
    largest = max(values, default=0)
    if not largest:
        return []
    steps = 1 if ascii_only else 8
    levels = [max(bool(value), round(value / largest * height * steps)) for value in values]
    return [
        "".join(_cell(level - row * steps, steps, ascii_only=ascii_only) for level in levels)
        for row in range(height - 1, -1, -1)
    ]


def _cell(level: int, steps: int, *, ascii_only: bool) -> str:
    if level <= 0:
        return " "
    return "#" if ascii_only else _LEVELS[min(level, steps)]


WAITING = Lead("queue", "")
APPROVALS = Lead("activity", "approve")
TOUCHLESS = Lead("payments", "nobody")
EXPIRED = Lead("activity", "expired")
PAYMENTS = Lead("payments", "")
AGES = {
    "a day": Lead("queue", "age<24h"),
    "3 days": Lead("queue", "age>=24h age<72h"),
    "a week": Lead("queue", "age>=72h age<168h"),
    "a month": Lead("queue", "age>=168h age<720h"),
    "older": Lead("queue", "age>=720h"),
}
STOPPED = Lead("queue", "hold=duplicate")


def of_hold(rule: str) -> Lead | None:
    """Return what waits under a hold; a rule that is not ours any more leads nowhere."""
    return Lead("queue", f"hold={rule}") if rule in BUILT_IN_SEVERITY else None


def of_field(name: str) -> Lead:
    """Return the edits of a field."""
    return Lead("activity", name)


def of_category(category: str | None) -> Lead | None:
    """Return what waits in a category."""
    return Lead("queue", shlex.quote(f"category={category}")) if category else None


def of_supplier(name: str) -> Lead | None:
    """Return the payments to a supplier."""
    return Lead("payments", name) if name else None


_DAYS = 60
_NOISE, _ENOUGH = 90, 10
"""A hold overridden so often (per cent, of at least so many) says nothing any more."""
_NAME = 26
_LARGEST = 8
"""So many suppliers and categories are drawn for each currency."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The result of `metrics`, and how it is to be shown."""

    metrics: Metrics
    categories: Mapping[str, str]
    ascii_only: bool = False

    def drawn(self, value: Decimal | float, largest: Decimal | float) -> str:
        """Draw a bar."""
        return bar(value, largest, ascii_only=self.ascii_only)


def figure_sections(figures: Figures) -> tuple[Section, ...]:
    """Return the sections of the screen of figures."""
    return (
        Section("Rates", (*_rates(figures), GAP, *_per_day(figures))),
        Section("Times", (*_times(figures), GAP, *_queue_age(figures))),
        Section(
            "Holds and edits", (*_overrides(figures), GAP, *_edits(figures), *_stopped(figures))
        ),
        Section("By category", tuple(_spend(figures, _by_category(figures)))),
        Section("By supplier", tuple(_spend(figures, _by_supplier(figures)))),
    )


def _rates(figures: Figures) -> Iterator[Line]:
    found = figures.metrics
    for label, rate, words, lead in (
        ("touchless", found.touchless, "paid without a human decision", TOUCHLESS),
        ("exceptions", found.exceptions, "with a blocking hold", WAITING),
        ("first pass", found.first_pass, "approved without an edit", APPROVALS),
        (
            "expired",
            found.expired,
            "closed because nobody decided in time",
            EXPIRED,
        ),
    ):
        yield line(label, (_rate(rate), STRONG), f"   {words}", lead=lead)
        if drawn := figures.drawn(rate.percent or 0, 100):
            yield line("", drawn)


def _rate(rate: Rate) -> str:
    if rate.percent is None:
        return "none yet"
    return f"{rate.percent:.1f} %, {rate.count:,} of {rate.of:,}"


def _per_day(figures: Figures) -> Iterator[Line]:
    days = figures.metrics.per_day[-_DAYS:]
    if not days:
        return
    people = [day.by_people for day in days]
    automatic = [day.automatic for day in days]
    span = f"{days[0].day} to {days[-1].day}, anything on {counted(len(days), 'day')}"
    for label, values in (("people", people), ("automatic", automatic)):
        most = max(values)
        yield line(label, (f"{sum(values):,} decided", STRONG), f", at most {most:,} a day")
        for row in columns(values, 3, ascii_only=figures.ascii_only):
            yield line("", row)
    yield line("", (span, MUTED))


def _times(figures: Figures) -> Iterator[Line]:
    found = figures.metrics
    for label, spread, words, lead in (
        ("all", found.cycle_hours, "received until scheduled", PAYMENTS),
        (
            "asked",
            found.cycle_hours_asked,
            "the same, where a person decided",
            APPROVALS,
        ),
        ("deciding", found.decision_hours, "shown until decided", APPROVALS),
    ):
        if not spread.count:
            yield line(label, f"none yet: {words}")
            continue
        times = f"half within {_long(spread.p50)}, 90 % within {_long(spread.p90)}"
        yield line(label, (times, STRONG), f"   {words}", lead=lead)


def _long(hours: float | None) -> str:
    """Return a length of time in the unit that reads best."""
    if hours is None:
        return "-"
    if hours * 60 < 1:
        return f"{hours * 3600:.0f} s"
    if hours < 1:
        return f"{hours * 60:.0f} min"
    return f"{hours:.1f} h" if hours < 48 else f"{hours / 24:.1f} days"  # noqa: PLR2004 - two days


def _queue_age(figures: Figures) -> Iterator[Line]:
    age = figures.metrics.queue_age
    if not age.ages.count:
        yield line("queue", "nothing waits")
        return
    oldest = f", the oldest {_long(age.oldest)}"
    yield line("queue", (f"{age.ages.count:,} wait", STRONG), oldest, lead=WAITING)
    most = max(age.by_age.values())
    for name, count in age.by_age.items():
        under = name if name == "older" else f"under {name}"
        lead = AGES.get(name) if count else None
        yield line("", f"{under:14}{count:7,}  ", figures.drawn(count, most), lead=lead)


def _overrides(figures: Figures) -> Iterator[Line]:
    found = figures.metrics.overrides
    if not found:
        yield line("overridden", "no hold has been decided on yet")
    for number, (rule, rate) in enumerate(found.items()):
        noise = (rate.percent or 0) >= _NOISE and rate.of >= _ENOUGH
        said = ("  noise", f"bold {WARNING}") if noise else ""
        name = crop(inert(hold_word(rule)), 12)
        yield line(
            "" if number else "overridden",
            safe(f"{name} {_rate(rate):24} "), figures.drawn(rate.percent or 0, 100), said,
            lead=of_hold(rule),
        )  # fmt: skip


def _edits(figures: Figures) -> Iterator[Line]:
    found = figures.metrics.edits
    for number, (name, rate) in enumerate(found.items()):
        word = crop(inert(name.replace("_", " ")), 14)
        drawn = figures.drawn(rate.percent or 0, 100)
        label, lead = "" if number else "edited", of_field(name)
        yield line(label, safe(f"{word} {_rate(rate):22} "), drawn, lead=lead)
    if not found:
        yield line("edited", "nothing yet")


def _stopped(figures: Figures) -> Iterator[Line]:
    for label, words, amounts in (
        ("stopped", "duplicates", figures.metrics.duplicates),
        ("", "of them repeat what is paid", figures.metrics.conflicts),
    ):
        sums = ", ".join(f"{code} {grouped(amount)}" for code, amount in amounts.sums.items())
        lead = STOPPED if amounts.count else None
        yield line(label, safe(f"{amounts.count:,} {words}   {sums}"), lead=lead)


_Spent = tuple[Spend, str, Lead | None]
"""The payments, the name they are shown under, and where that leads."""


def _by_category(figures: Figures) -> Iterator[_Spent]:
    for spend in figures.metrics.spend_by_category:
        label = figures.categories.get(spend.name or "", spend.name or "none")
        yield spend, label, of_category(spend.name)


def _by_supplier(figures: Figures) -> Iterator[_Spent]:
    for spend in figures.metrics.spend_by_supplier:
        yield spend, spend.name or "none", of_supplier(spend.name or "")


def _spend(figures: Figures, spent: Iterable[_Spent]) -> Iterator[Line]:
    by_currency: dict[str, list[_Spent]] = {}
    for one in spent:
        by_currency.setdefault(one[0].currency, []).append(one)
    if not by_currency:
        yield line("", "nothing is paid yet")
    for currency, rows in by_currency.items():
        largest = max(Decimal(spend.sum) for spend, *_ in rows)
        for number, (spend, label, lead) in enumerate(rows[:_LARGEST]):
            yield line(
                "" if number else inert(currency),
                safe(f"{crop(inert(label), _NAME)} {grouped(spend.sum):>14}  "),
                figures.drawn(Decimal(spend.sum), largest),
                lead=lead,
            )
        if len(rows) > _LARGEST:
            yield line("", (f"and {len(rows) - _LARGEST} more", MUTED))
