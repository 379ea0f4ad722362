"""Views of the queue: the filter language, saved views, and the views in a person's own file.

It ends in a structure, never in SQL; what cannot be understood is named, part by part.

The tabs of the terminal and `queue --view NAME` are these; a person's own come from their file.
"""

import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from expense_agent.service import GROUP_KEYS, SORT_KEYS, GroupKey, QueueQuery, SortKey, Term

HOLD_WORDS = {
    "over_limit": "limit",
    "account_changed": "bank",
    "account_unknown": "no bank",
    "several_accounts": "banks",
    "payee_differs": "payee",
    "account_of_another": "their bank",
    "supplier_lookalike": "look-alike",
    "duplicate": "twin",
    "possible_duplicate": "twin?",
    "split_limit": "split",
    "near_limit": "near limit",
    "period_locked": "period",
    "budget": "budget",
    "first_payment": "first",
    "unusual_amount": "unusual",
    "due_date": "due",
    "due_weekend": "weekend",
    "deceptive_text": "text",
    "not_payable": "amount",
    "missing_field": "missing",
    "open_credit": "credit",
    "credit_used": "credit gone",
    "vat_id_wrong": "vat id",
    "category_unsure": "category",
    "read_off_pages": "pages",
    "documents_disagree": "differ",
    "active_content": "active",
    "payment_means": "means",
    "totals_wrong": "totals",
    "taken_back": "undone",
    "sent_back": "back",
}
"""One short word per rule, as the list shows it and the filter understands it."""

_TEXT_FIELDS = (
    "text", "supplier", "number", "category", "hold", "currency", "approver", "batch",
)  # fmt: skip
_CHOICES = {
    "state": ("mine", "other", "second", "stuck"),
    "severity": ("warn", "block"),
}
_DATES = {"due": "due", "age": "waiting", "expires": "expires"}
"""The date fields of a filter, and the date each compares."""
FIELDS = (*_TEXT_FIELDS, *_CHOICES, "amount", *_DATES)
"""Every word that may stand before a colon or a comparison."""
_PART = re.compile(r"(?P<field>[a-z]+)(?P<op><=|>=|[:=<>])(?P<value>.*)", re.DOTALL)
_AMOUNT = re.compile(r"(?P<digits>[0-9][0-9,]*(?:\.[0-9]+)?)(?P<currency>[a-z]{3})?")
_SPAN = re.compile(r"(?P<count>-?[0-9]{1,4})(?P<unit>[dh])")
_Operator = Literal["=", "<", ">", "<=", ">="]
_OPERATORS: dict[str, _Operator] = {
    ":": "=", "=": "=", "<": "<", ">": ">", "<=": "<=", ">=": ">=",
}  # fmt: skip
_UNITS = {"d": "days", "h": "hours"}
_TURNED: dict[_Operator, _Operator] = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
"""A request older than three days waits since before three days ago."""
_RULES_BY_WORD = {word.replace(" ", ""): rule for rule, word in HOLD_WORDS.items()}

MOST_PARTS = 100
"""Parts of a filter: each is a condition of one query, and SQLite takes a thousand."""
LONGEST = 10_000
"""Characters of a filter."""

EXAMPLE = "supplier:nord amount>500 due<7d hold:bank currency:eur !text"


class FilterError(ValueError):
    """A filter that cannot be understood; the text names the part and what would be right."""


def parse(text: str, now: datetime) -> tuple[Term, ...]:
    """Read a filter; all its parts must hold. `now` is UTC. Raises FilterError."""
    if len(text) > LONGEST:
        raise FilterError(f"it has {len(text):,} characters; a filter takes {LONGEST:,} at most")
    try:
        parts = shlex.split(text, posix=True)
    except ValueError:
        raise FilterError("a quotation mark is not closed") from None
    if len(parts) > MOST_PARTS:
        raise FilterError(f"it has {len(parts):,} parts; a filter takes {MOST_PARTS} at most")
    return tuple(term for part in parts for term in _terms(part, now))


def _terms(part: str, now: datetime) -> tuple[Term, ...]:
    negated = part.startswith("!")
    said = part.removeprefix("!").casefold()
    if not said:
        raise FilterError("! stands alone: write !word or !field:value")
    found = _PART.fullmatch(said)
    if found is None:
        return (Term("text", "contains", said, negated),)
    name, operator, value = found["field"], found["op"], found["value"]
    if name not in FIELDS:
        raise FilterError(f"{part}: no field {name!r}; there are {', '.join(FIELDS)}")
    if not value:
        raise FilterError(f"{part}: nothing follows {operator}")
    if name == "amount":
        return _amount(part, operator, value, negated=negated)
    if name in _DATES:
        return (_day(part, name, operator, value, now, negated=negated),)
    if operator not in ":=":
        raise FilterError(f"{part}: {name} is text; write {name}:{value}")
    if name in _CHOICES:
        return (_choice(part, name, value, negated=negated),)
    return (_text(name, operator, value, negated=negated),)


def _choice(part: str, name: str, value: str, *, negated: bool) -> Term:
    if value not in _CHOICES[name]:
        raise FilterError(f"{part}: {name} is one of {', '.join(_CHOICES[name])}")
    return Term(name, "=", value, negated)


def _text(name: str, operator: str, value: str, *, negated: bool) -> Term:
    if name == "hold" and value in _RULES_BY_WORD:
        return Term("hold", "=", _RULES_BY_WORD[value], negated)
    exact = operator == "=" or name == "currency"
    return Term(name, "=" if exact else "contains", value, negated)


def _amount(part: str, operator: str, value: str, *, negated: bool) -> tuple[Term, ...]:
    found = _AMOUNT.fullmatch(value)
    try:
        amount = Decimal(found["digits"].replace(",", "")) if found else None
    except InvalidOperation:
        amount = None
    if found is None or amount is None:
        raise FilterError(f"{part}: {value!r} is not an amount; write amount>1240.00")
    term = _compared("amount", operator, format(amount, "f"), negated=negated)
    if found["currency"] is None:
        return (term,)
    if negated:
        raise FilterError(f"{part}: turn round the amount or the currency, not both at once")
    return (term, Term("currency", "=", found["currency"]))


def _day(  # noqa: PLR0913 - the parts of a comparison
    part: str, name: str, operator: str, value: str, now: datetime, *, negated: bool
) -> Term:
    """Read a day, or a span from now: forwards for due and expires, backwards for age."""
    op, span = _OPERATORS[operator], _SPAN.fullmatch(value)
    moment = _moment(name, value, span, now)
    if moment is None or (name == "age" and not (span and op in _TURNED)):
        raise FilterError(f"{part}: {value!r} is no {_MEANT[name]}")
    return Term(_DATES[name], _TURNED[op] if name == "age" else op, moment, negated)


_MEANT = {
    "due": "date; write due<7d, due<today or due<2026-12-31",
    "expires": "time; write expires<24h, expires<2d or expires<2026-12-31",
    "age": "time; write age>3d or age>12h",
}


def _moment(name: str, value: str, span: re.Match[str] | None, now: datetime) -> str | None:
    """Return the day, or for hours the minute, that is meant; None: nobody can tell."""
    try:
        if value == "today":
            return now.date().isoformat()
        if span is None:
            return date.fromisoformat(value).isoformat()
        count = int(span["count"]) * (-1 if name == "age" else 1)
        if span["unit"] == "d" or name == "due":  # a due date has no hours
            return (now + timedelta(**{_UNITS[span["unit"]]: count})).date().isoformat()
        return (now + timedelta(hours=count)).strftime("%Y-%m-%dT%H:%M")
    except (ValueError, OverflowError):
        return None


def _compared(name: str, operator: str, value: str, *, negated: bool) -> Term:
    return Term(name, _OPERATORS[operator], value, negated)


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at the queue."""

    name: str
    """The view's name in a command and in the session's memory."""
    title: str
    filter: str = ""
    """In the filter language; "" for everything that waits now."""
    sort: SortKey = "holds"
    group: GroupKey = "hold"
    held: bool = False
    """Whether it shows what is on hold until a later day."""

    def query(self, now: datetime, more: str = "") -> QueueQuery:
        """Return the query of the view, narrowed by `more`; raises FilterError."""
        terms = (*parse(self.filter, now), *parse(more, now))
        return QueueQuery(terms, self.sort, self.held, self.group)

    def arranged(self, sort: SortKey, group: GroupKey) -> "View":
        """Return the view in another order."""
        return replace(self, sort=sort, group=group)


VIEWS = (
    View("all", "All"),
    View("high", "High value", "amount>10000"),
    View("warnings", "Warnings", "severity:warn"),
    View("expiring", "Expiring", "expires<24h"),
    View("due", "Due", "due<8d", "due", "due"),
    View("second", "Second approval", "state:second"),
    View("mine", "Mine", "state:mine"),
    View("held", "On hold", held=True),
)
"""The views everybody has, in the order of the tabs."""
ALL = VIEWS[0]


def view_named(name: str, views: Iterable[View] = VIEWS) -> View | None:
    """Return a view by its name."""
    return next((view for view in views if view.name == name), None)


_FIELDS = ("name", "title", "filter", "sort", "group")
_RESERVED = {view.name for view in VIEWS} | {"open", "confirm", "steps", "stalled"}


def views_of(preferences: Mapping[str, Any]) -> tuple[tuple[View, ...], list[str]]:
    """Return the views of a file after those that everybody has, and what is wrong with it."""
    found: dict[str, View] = {}
    problems: list[str] = []
    entries = preferences.get("views", [])
    if not isinstance(entries, list):
        return VIEWS, ["views: write each as [[views]]"]
    for number, entry in enumerate(entries, 1):
        problem = _problem(entry, found)
        if problem:
            problems.append(f"view {number}: {problem}")
            continue
        view = View(**{"title": entry["name"].capitalize(), **entry})
        found[view.name] = view
    return (*VIEWS, *found.values()), problems


def _problem(entry: object, found: Mapping[str, View]) -> str | None:
    """Say what is wrong with one entry, or None."""
    if not isinstance(entry, dict) or not all(isinstance(value, str) for value in entry.values()):
        return "write name, filter, sort and group as text"
    if unknown := [name for name in entry if name not in _FIELDS]:
        return f"no field {unknown[0]!r}; there are {', '.join(_FIELDS)}"
    name = entry.get("name", "")
    if not name or name in _RESERVED or name in found:
        return f"the name {name!r} is taken" if name else "it needs a name"
    for field, choices in (("sort", SORT_KEYS), ("group", GROUP_KEYS)):
        if entry.get(field, choices[0]) not in choices:
            return f"{field} is one of {', '.join(choices)}"
    try:
        View(name, name, entry.get("filter", "")).query(datetime.now(UTC))
    except FilterError as error:
        return str(error)
    return None
