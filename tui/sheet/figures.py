"""The figures of the store in sections, each rate with the counts it is made of and a bar."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tui.formatting import counted, crop, grouped, hold_word
from tui.model.chart import bar, columns
from tui.safe_text import inert, safe
from tui.sheet import leads
from tui.sheet.line import GAP, MUTED, STRONG, WARNING, Line, line
from tui.sheet.section import Section

_DAYS = 60
_NOISE, _ENOUGH = 90, 10
"""A hold overridden so often (per cent, of at least so many) says nothing any more."""
_NAME = 26
_LARGEST = 8
"""So many suppliers and categories are drawn for each currency."""
_RATES = (
    ("touchless", "touchless", "paid without a human decision"),
    ("exceptions", "exceptions", "with a blocking hold"),
    ("first_pass", "first pass", "approved without an edit"),
    ("expired", "expired", "closed because nobody decided in time"),
)
_TIMES = (
    ("cycle_hours", "all", "received until scheduled"),
    ("cycle_hours_asked", "asked", "the same, where a person decided"),
    ("decision_hours", "deciding", "shown until decided"),
)
_STOPPED = {"conflicts": "of them repeat what is paid"}


@dataclass(frozen=True, slots=True)
class Figures:
    """The result of `metrics`, and how it is to be shown."""

    metrics: Mapping[str, Any]
    categories: Mapping[str, str]
    ascii_only: bool = False

    def drawn(self, value: Any, largest: Any) -> str:
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
        Section("By category", tuple(_spend(figures, "spend_by_category", "category"))),
        Section("By supplier", tuple(_spend(figures, "spend_by_supplier", "supplier"))),
    )


def _rates(figures: Figures) -> Iterator[Line]:
    for name, label, words in _RATES:
        rate = figures.metrics[name]
        yield line(label, (_rate(rate), STRONG), f"   {words}", lead=leads.RATES[name])
        if drawn := figures.drawn(rate["percent"] or 0, 100):
            yield line("", drawn)


def _rate(rate: Mapping[str, Any]) -> str:
    if rate["percent"] is None:
        return "none yet"
    return f"{rate['percent']:.1f} %, {rate['count']:,} of {rate['of']:,}"


def _per_day(figures: Figures) -> Iterator[Line]:
    days: Sequence[Mapping[str, Any]] = figures.metrics["per_day"][-_DAYS:]
    if not days:
        return
    people = [sum(day[name] for name in ("approve", "reject", "other", "edit")) for day in days]
    automatic = [day["automatic"] for day in days]
    span = f"{days[0]['day']} to {days[-1]['day']}, anything on {counted(len(days), 'day')}"
    for label, values in (("people", people), ("automatic", automatic)):
        most = max(values)
        yield line(label, (f"{sum(values):,} decided", STRONG), f", at most {most:,} a day")
        for row in columns(values, 3, ascii_only=figures.ascii_only):
            yield line("", row)
    yield line("", (span, MUTED))


def _times(figures: Figures) -> Iterator[Line]:
    for name, label, words in _TIMES:
        spread = figures.metrics[name]
        if not spread["count"]:
            yield line(label, f"none yet: {words}")
            continue
        half, most = _long(spread["p50"]), _long(spread["p90"])
        said = f"half within {half}, 90 % within {most}"
        yield line(label, (said, STRONG), f"   {words}", lead=leads.TIMES[name])


def _long(hours: float) -> str:
    """Return a length of time in the unit that reads best."""
    if hours * 60 < 1:
        return f"{hours * 3600:.0f} s"
    if hours < 1:
        return f"{hours * 60:.0f} min"
    return f"{hours:.1f} h" if hours < 48 else f"{hours / 24:.1f} days"  # noqa: PLR2004 - two days


def _queue_age(figures: Figures) -> Iterator[Line]:
    age = figures.metrics["queue_age"]
    if not age["count"]:
        yield line("queue", "nothing waits")
        return
    said = f", the oldest {_long(age['oldest'])}"
    yield line("queue", (f"{age['count']:,} wait", STRONG), said, lead=leads.WAITING)
    most = max(age["by_age"].values())
    for name, count in age["by_age"].items():
        under = name if name == "older" else f"under {name}"
        lead = leads.AGES.get(name) if count else None
        yield line("", f"{under:14}{count:7,}  ", figures.drawn(count, most), lead=lead)


def _overrides(figures: Figures) -> Iterator[Line]:
    found = figures.metrics["overrides"]
    if not found:
        yield line("overridden", "no hold has been decided on yet")
    for number, (rule, rate) in enumerate(found.items()):
        noise = (rate["percent"] or 0) >= _NOISE and rate["of"] >= _ENOUGH
        said = ("  noise", f"bold {WARNING}") if noise else ""
        name = crop(inert(hold_word(rule)), 12)
        yield line(
            "" if number else "overridden",
            safe(f"{name} {_rate(rate):24} "), figures.drawn(rate["percent"] or 0, 100), said,
            lead=leads.of_hold(rule),
        )  # fmt: skip


def _edits(figures: Figures) -> Iterator[Line]:
    found = figures.metrics["edits"]
    for number, (name, rate) in enumerate(found.items()):
        word = crop(inert(name.replace("_", " ")), 14)
        drawn = figures.drawn(rate["percent"] or 0, 100)
        label, lead = "" if number else "edited", leads.of_field(name)
        yield line(label, safe(f"{word} {_rate(rate):22} "), drawn, lead=lead)
    if not found:
        yield line("edited", "nothing yet")


def _stopped(figures: Figures) -> Iterator[Line]:
    for number, (name, found) in enumerate(figures.metrics["stopped"].items()):
        sums = ", ".join(f"{code} {grouped(amount)}" for code, amount in found["sums"].items())
        said = safe(f"{found['count']:,} {_STOPPED.get(name, name)}   {sums}")
        lead = leads.STOPPED if found["count"] else None
        yield line("" if number else "stopped", said, lead=lead)


def _spend(figures: Figures, key: str, name: str) -> Iterator[Line]:
    by_currency: dict[str, list[Mapping[str, Any]]] = {}
    for row in figures.metrics[key]:
        by_currency.setdefault(row["currency"], []).append(row)
    if not by_currency:
        yield line("", "nothing is paid yet")
    for currency, rows in by_currency.items():
        largest = max(Decimal(row["sum"]) for row in rows)
        for number, row in enumerate(rows[:_LARGEST]):
            lead = (leads.of_category if name == "category" else leads.of_supplier)(row[name])
            label = row[name] or "none"
            label = figures.categories.get(label, label) if name == "category" else label
            yield line(
                "" if number else inert(currency),
                safe(f"{crop(inert(label), _NAME)} {grouped(row['sum']):>14}  "),
                figures.drawn(Decimal(row["sum"]), largest),
                lead=lead,
            )
        if len(rows) > _LARGEST:
            yield line("", (f"and {len(rows) - _LARGEST} more", MUTED))
