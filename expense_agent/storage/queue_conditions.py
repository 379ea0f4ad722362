"""Which requests a query is about, in which order and in which groups: structure into SQL.

Values only ever travel as parameters, one for every `?`, in the order of the text.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from expense_agent.domain.money import EXPONENTS
from expense_agent.domain.policy import Sign
from expense_agent.domain.reach import Reach
from expense_agent.domain.supplier import normalised_name
from expense_agent.service import GroupKey, QueueQuery, SortKey, Term
from expense_agent.storage.approval_groups import StandingReader
from expense_agent.storage.database import Database
from expense_agent.storage.requests import has_rule, has_words

ORDERS: dict[SortKey, str] = {
    "holds": "hold_rank, supplier_sort, payable_minor DESC, key",
    "due": "due_date, key",
    "amount": "payable_minor DESC, key",
    "supplier": "supplier_sort, key",
    "waiting": "waiting_since, key",
    "loss": "loss_day, loss_minor DESC, key",
}
GROUPS: dict[GroupKey, str] = {
    "hold": "hold_rank",
    "supplier": "supplier_sort",
    # None, then overdue, then week by week: the order of the dates themselves.
    "due": "CASE WHEN due_date IS NULL THEN '' WHEN due_date < today THEN '-'"
    " ELSE date(due_date, 'weekday 0', '-6 days') END",
}
_ORDER_IMPLIES: dict[tuple[GroupKey, SortKey], str] = {
    ("hold", "holds"): ORDERS["holds"],
    ("supplier", "supplier"): ORDERS["supplier"],
    ("due", "due"): ORDERS["due"],
}
"""Where an order keeps groups together by itself, so that its index serves."""

Condition = tuple[str, list[Any]]
_TEXT_FIELDS = {
    "supplier": ("supplier",),
    "number": ("number",),
    "category": ("category",),
    "currency": ("currency",),
    "text": ("supplier", "number", "category", "invoice_id"),
}
_IN_INDEX = {
    "supplier": ("supplier_words",),
    "number": ("other_words",),
    "category": ("other_words",),
    "text": ("supplier_words", "other_words"),
    "hold": ("hold_words",),
}
"""Columns of an index that have all the words of a field, and others."""
_LISTED = (
    "? AS today, key, hold_rank, supplier_sort, payable_minor, currency, due_date, waiting_since,"
    " loss_day, loss_minor"
)
"""The columns requests are ordered, grouped and added up by; the parameter is `given`."""
_DATES = {"due": "due_date", "waiting": "waiting_since", "expires": "expires_at"}
_LARGEST = 2**63 - 1
_OF_REQUEST = "{0}.thread_id = approval_requests.thread_id"
_APPROVED = (
    f"EXISTS (SELECT 1 FROM decisions d WHERE {_OF_REQUEST.format('d')}"
    " AND d.round = approval_requests.round AND d.verdict = 'approve' AND {})"
)
_BATCH = (
    f"EXISTS (SELECT 1 FROM invoices i WHERE {_OF_REQUEST.format('i')}"
    " AND instr(lower(json_extract(i.body, '$.source.file')), ?) > 0)"
)

# Several people asked at once: a list has one row an invoice, or its sums would count money twice.
# Only chains that were begun, or ask at once, have a level above the first; an index holds those.
PAIRS = """
SELECT a.key AS later, a.standing * {bands} + a.band AS later_at,
       o.key AS earlier, o.standing * {bands} + a.band AS earlier_at
FROM (SELECT key, thread_id, level, standing, {band} AS band
      FROM approval_requests INDEXED BY queue_later_levels
      WHERE status = 'open' AND level > 1) a
CROSS JOIN approval_requests o
  ON o.thread_id = a.thread_id AND o.status = 'open' AND o.level < a.level
"""


@dataclass(frozen=True, slots=True)
class Conditions:
    """Turns queries into SQL, for one person at one moment."""

    now: str
    """UTC as it is stored; its date is today."""
    standings: StandingReader
    aside: tuple[int, ...] = ()
    """Requests in whose place another of their invoice is shown."""

    @property
    def given(self) -> tuple[str]:
        """The value of today, where a statement asks for it."""
        return (self.now[:10],)

    def where(self, query: QueueQuery) -> Condition:
        """Return the condition of a query, and its values."""
        held = "held_until > ?" if query.held else "(held_until IS NULL OR held_until <= ?)"
        conditions = [f"status = 'open'{self.only}", held]
        values: list[Any] = [*self.set_aside, *self.given]
        for term in query.terms:
            sql, given = self._condition(term)
            # Not NOT: what is unknown (no due date) does not match, so its negation does.
            conditions.append(f"({sql}) IS NOT TRUE" if term.negated else f"({sql})")
            values.extend(given)
        return " AND ".join(conditions), values

    def _condition(self, term: Term) -> Condition:
        if term.field in _DATES:
            return f"{_DATES[term.field]} {term.op} ?", [term.value]
        if term.field in _TEXT_FIELDS:
            return _text(term.field, term.op, term.value.lower())
        return _SPECIAL[term.field](term) if term.field != "state" else self._state(term.value)

    def _state(self, value: str) -> Condition:
        if value == "mine":
            return self._mine()
        if value == "other":
            sql, values = self._mine()
            return f"({sql}) IS NOT TRUE AND signs & {Sign.STUCK:d} = 0", values
        if value == "stuck":
            return f"signs & {Sign.STUCK:d} > 0", []
        return "standing IN (SELECT value FROM json_each(?))", [self.standings.begun(self._day)]

    @property
    def only(self) -> str:
        """The condition that leaves out what is set aside; a store without such pays nothing."""
        return " AND key NOT IN (SELECT value FROM json_each(?))" if self.aside else ""

    @property
    def set_aside(self) -> tuple[str, ...]:
        """The value of that condition."""
        return (json.dumps(self.aside),) if self.aside else ()

    def one_an_invoice(self, database: Database) -> "Conditions":
        """Return the same, but of several open requests of an invoice only the one to be shown."""
        reach = self.standings.reach
        pairs = database.all(PAIRS.format(bands=reach.bands, band=_band(reach)))
        mine = self.standings.reached(self._day) if pairs else frozenset[int]()
        aside = {
            row["earlier"]
            if row["later_at"] in mine and row["earlier_at"] not in mine
            else row["later"]
            for row in pairs
        }
        return replace(self, aside=tuple(sorted(aside)))

    @property
    def _day(self) -> date:
        return date.fromisoformat(self.now[:10])

    def _mine(self) -> Condition:
        """Select what the engine would take an approval of, now, by this person."""
        reach = self.standings.reach
        within = f"standing * {reach.bands} + {_band(reach)} IN (SELECT value FROM json_each(?))"
        return (
            f"signs & {Sign.STUCK:d} = 0 AND expires_at >= ? AND {within}",
            [self.now, self.standings.within(self._day)],
        )


def order(query: QueueQuery) -> str:
    """Return the ORDER BY of a query: group after group."""
    within = ORDERS[query.sort]
    if query.group == "none":
        return within
    return _ORDER_IMPLIES.get((query.group, query.sort), f"{GROUPS[query.group]}, {within}")


def _band(reach: Reach) -> str:
    """Return SQL for the number of the band an amount lies in."""
    without_rate, above = reach.bands - 1, reach.bands - 2
    currencies = [
        f"WHEN '{currency}' THEN CASE{''.join(_up_to(steps))} ELSE {above} END"
        if steps
        else f"WHEN '{currency}' THEN {above}"
        for currency, steps in reach.ladders.items()
    ]
    return f"CASE currency {' '.join(currencies)} ELSE {without_rate} END"


def _up_to(steps: Sequence[int]) -> Iterator[str]:
    for band, largest in enumerate(steps):
        yield f" WHEN payable_minor <= {min(largest, _LARGEST):d} THEN {band}"


def _amount(term: Term) -> Condition:
    thousandths = min(int(Decimal(term.value) * 1000), _LARGEST)
    return f"payable_minor * {_PER_THOUSAND} {term.op} ?", [thousandths]


def _hold(term: Term) -> Condition:
    return has_rule(term.value) if term.op == "=" else has_words(term.value)


def _severity(term: Term) -> Condition:
    sign = Sign.WARNS if term.value == "warn" else Sign.BLOCKS
    return f"signs & {sign:d} > 0", []


def _approver(term: Term) -> Condition:
    test = "lower(d.approver) = ?" if term.op == "=" else "instr(lower(d.approver), ?) > 0"
    return _APPROVED.format(test), [term.value.lower()]


def _batch(term: Term) -> Condition:
    return _BATCH, [term.value.lower()]


_SPECIAL: dict[str, Callable[[Term], Condition]] = {
    "amount": _amount,
    "hold": _hold,
    "severity": _severity,
    "approver": _approver,
    "batch": _batch,
}


def listed(query: QueueQuery, where: str) -> str:
    """Return the WITH clause that calls the requests of a query `found`.

    Words are looked for in the index that has them, not in the rows, and once: what is found is
    kept. Without words to look for, keeping everything costs more than a second pass.
    """
    searches = any(
        term.field in _IN_INDEX and (term.op == "contains" or not term.negated)
        for term in query.terms
    )
    kept, index = ("", " INDEXED BY queue_supplier") if searches else ("NOT ", "")
    return (
        f"WITH found AS {kept}MATERIALIZED"
        f" (SELECT {_LISTED} FROM approval_requests{index} WHERE {where})"
    )


def _text(field: str, op: str, value: str) -> Condition:
    """Compare text as it is written, and supplier names also as they are folded (müller).

    What is looked in stands in an index, too: where that lacks the text no row has to be read.
    """
    folded = normalised_name(value)
    found = [(f"instr({column}, ?) > 0", value) for column in _IN_INDEX.get(field, ())]
    if field in ("supplier", "text") and folded:
        found.append(("instr(supplier_words, ?) > 0", folded))
    in_index = " OR ".join(test for test, _ in found)
    if op == "contains" and field in ("supplier", "text"):
        return in_index, [wanted for _, wanted in found]
    columns = _TEXT_FIELDS[field]
    tests = [(f"lower({column})", value) for column in columns]
    if "supplier" in columns and folded:
        tests.append(("supplier_sort", folded))
    compared = "{} = ?" if op == "=" else "instr({}, ?) > 0"
    exact = " OR ".join(compared.format(column) for column, _ in tests)
    values = [wanted for _, wanted in (*found, *tests)]
    return f"({in_index}) AND ({exact})" if found else exact, values


def _codes(exponent: int) -> str:
    return ", ".join(f"'{code}'" for code, digits in EXPONENTS.items() if digits == exponent)


# Brings minor units of any currency to thousandths of its unit, to compare amounts as integers.
_PER_THOUSAND = (
    f"(CASE WHEN currency IN ({_codes(0)}) THEN 1000"
    f" WHEN currency IN ({_codes(3)}) THEN 1 ELSE 10 END)"
)
