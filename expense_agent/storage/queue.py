"""The queue as the screens and commands read it: rows of the ledger, never checkpoints.

The order of 100,000 requests is one indexed query of integers; the rows are fetched by key, a
screenful at a time.
"""

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from expense_agent.domain.approval import Seen, holds_from_plain
from expense_agent.domain.money import EXPONENTS, Money, plain
from expense_agent.domain.policy import Hold
from expense_agent.domain.reversal import REOPENED, REVERSED
from expense_agent.domain.supplier import normalised_name
from expense_agent.service import QueueOverview, QueueQuery, QueueRow, SortKey, Term
from expense_agent.storage.database import Database


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether somebody may approve a row."""

    payable: Money | None
    holds: tuple[Hold, ...]
    preparers: dict[str, str]
    approved_by: tuple[str, ...]


WhyNot = Callable[[Standing], str | None]

_ORDERS: dict[SortKey, str] = {
    "holds": "hold_rank, supplier_sort, payable_minor DESC, key",
    "due": "due_date, key",
    "amount": "payable_minor DESC, key",
    "supplier": "supplier_sort, key",
    "waiting": "waiting_since, key",
}
_TEXT_FIELDS = {
    "supplier": ("supplier",),
    "number": ("number",),
    "category": ("category",),
    "currency": ("currency",),
    "text": ("supplier", "number", "category", "invoice_id"),
}
_HALF = 1_000_000_000
_LARGEST = 2**63 - 1
_ANY_HOLD = "EXISTS (SELECT 1 FROM json_each(holds) h WHERE {})"
_HOLD_RULE = _ANY_HOLD.format("json_extract(h.value, '$.rule') = ?")
_HOLD_WORDS = _ANY_HOLD.format(
    "instr(lower(json_extract(h.value, '$.rule') || ' '"
    " || json_extract(h.value, '$.reason')), ?) > 0"
)
_ROW = """
SELECT r.*, i.imported_by,
  (SELECT json_group_array(e.editor) FROM edits e WHERE e.thread_id = r.thread_id) AS editors,
  (SELECT json_group_array(d.approver) FROM decisions d WHERE d.thread_id = r.thread_id
     AND d.round = r.round AND d.verdict = 'approve') AS approved_by,
  (SELECT json_group_array(u.taken_back_by) FROM reversals u WHERE u.thread_id = r.thread_id
     AND u.decided_by <> '[]' AND NOT EXISTS (
       SELECT 1 FROM json_each(u.decided_by) d WHERE d.value = u.taken_back_by)) AS reversers,
  (SELECT o.reopened_by FROM reopenings o WHERE o.thread_id = r.thread_id) AS reopener
FROM approval_requests r JOIN invoices i ON i.thread_id = r.thread_id
"""


class QueueReader:
    """Reads approval requests."""

    def __init__(self, database: Database, why_not: WhyNot) -> None:
        self._database = database
        self._why_not = why_not

    def overview(self, query: QueueQuery, today: str) -> QueueOverview:
        """Give the order and totals of the open requests that match on a day (ISO)."""
        where, values = _where(query, today)
        keys = self._database.all(
            f"SELECT key FROM approval_requests WHERE {where} ORDER BY {_ORDERS[query.sort]}",
            *values,
        )
        # In two halves: the sum of a few absurd amounts would not fit 64 bits.
        totals = self._database.all(
            f"SELECT currency, sum(payable_minor / {_HALF}) AS high,"
            f" sum(payable_minor % {_HALF}) AS low"
            f" FROM approval_requests WHERE {where} GROUP BY currency ORDER BY currency",
            *values,
        )
        open_now = self._database.all(
            "SELECT count(*) AS n, coalesce(sum(held_until > ?), 0) AS held"
            " FROM approval_requests WHERE status = 'open'",
            today,
        )[0]
        change = self._database.all("SELECT coalesce(max(seq), 0) AS n FROM audit")
        return QueueOverview(
            keys=tuple(row["key"] for row in keys),
            waiting=open_now["n"] - open_now["held"],
            held=open_now["held"],
            totals={row["currency"]: _total(row) for row in totals},
            change=change[0]["n"],
        )

    def rows(self, keys: Sequence[int]) -> list[QueueRow]:
        """Give rows by key, open or answered, in the order of `keys`."""
        # One parameter for any number of keys: SQLite limits how many a statement may have.
        found = self._database.all(
            f"{_ROW} WHERE r.key IN (SELECT value FROM json_each(?))", json.dumps(list(keys))
        )
        by_key = {row["key"]: row for row in found}
        return [self._row(by_key[key]) for key in keys if key in by_key]

    def rows_of(self, invoice_id: str) -> list[QueueRow]:
        """Give the requests of one invoice: the open ones first, then the latest answered."""
        rows = self._database.all(
            f"{_ROW} WHERE r.invoice_id = ? ORDER BY r.status <> 'open', r.round DESC, r.level",
            invoice_id,
        )
        return [self._row(row) for row in rows]

    def expired(self, now: str) -> list[Seen]:
        """Give the open requests whose time has run out."""
        rows = self._database.all(
            "SELECT invoice_id, interrupt_id, fingerprint FROM approval_requests"
            " WHERE status = 'open' AND expires_at < ?",
            now,
        )
        return [Seen(row["invoice_id"], row["interrupt_id"], row["fingerprint"]) for row in rows]

    def _row(self, row: sqlite3.Row) -> QueueRow:
        holds = holds_from_plain(json.loads(row["holds"]))
        approved_by = tuple(json.loads(row["approved_by"]))
        return QueueRow(
            key=row["key"],
            seen=Seen(row["invoice_id"], row["interrupt_id"], row["fingerprint"]),
            number=row["number"],
            supplier=row["supplier"],
            payable_amount=row["payable"],
            currency=row["currency"],
            category=row["category"],
            due_date=row["due_date"],
            holds=holds,
            round=row["round"],
            level=row["level"],
            approvals_needed=row["approvals_needed"],
            approved_by=approved_by,
            waiting_since=row["waiting_since"],
            expires_at=row["expires_at"],
            status=row["status"],
            answered_by=row["answered_by"],
            answered_at=row["answered_at"],
            why_not=self._why_not(_standing(row, holds, approved_by)),
            held_until=row["held_until"],
        )


def _total(row: sqlite3.Row) -> str:
    return plain(Money.from_minor(row["high"] * _HALF + row["low"], row["currency"]).amount)


def _standing(row: sqlite3.Row, holds: tuple[Hold, ...], approved_by: tuple[str, ...]) -> Standing:
    payable = Money(Decimal(row["payable"]), row["currency"]) if row["payable"] else None
    preparers = dict.fromkeys(json.loads(row["reversers"]), REVERSED)
    preparers |= {row["reopener"]: REOPENED} if row["reopener"] else {}
    preparers |= {row["imported_by"]: "imported"}
    preparers |= dict.fromkeys(json.loads(row["editors"]), "edited")
    return Standing(payable, holds, preparers, approved_by)


def _where(query: QueueQuery, today: str) -> tuple[str, list[Any]]:
    """Translate a query into SQL; values only ever travel as parameters."""
    held = "held_until > ?" if query.held else "(held_until IS NULL OR held_until <= ?)"
    conditions, values = ["status = 'open'", held], [today]
    for term in query.terms:
        sql, given = _condition(term)
        # Not NOT: what is unknown (no due date) does not match, so its negation does.
        conditions.append(f"({sql}) IS NOT TRUE" if term.negated else sql)
        values.extend(given)
    return " AND ".join(conditions), values


def _condition(term: Term) -> tuple[str, list[Any]]:
    if term.field == "amount":
        thousandths = min(int(Decimal(term.value) * 1000), _LARGEST)
        return f"payable_minor * {_PER_THOUSAND} {term.op} ?", [thousandths]
    if term.field == "due":
        return f"due_date {term.op} ?", [term.value]
    if term.field == "hold":
        return _HOLD_RULE if term.op == "=" else _HOLD_WORDS, [term.value.lower()]
    return _text(_TEXT_FIELDS[term.field], term.op, term.value.lower())


def _text(columns: Sequence[str], op: str, value: str) -> tuple[str, list[Any]]:
    """Compare text as it is written, and supplier names also as they are folded (müller)."""
    tests = [(f"lower({column})", value) for column in columns]
    folded = normalised_name(value)
    if "supplier" in columns and folded:
        tests.append(("supplier_sort", folded))
    compared = "{} = ?" if op == "=" else "instr({}, ?) > 0"
    sql = " OR ".join(compared.format(column) for column, _ in tests)
    return f"({sql})", [wanted for _, wanted in tests]


def _codes(exponent: int) -> str:
    return ", ".join(f"'{code}'" for code, digits in EXPONENTS.items() if digits == exponent)


# Brings minor units of any currency to thousandths of its unit, to compare amounts as integers.
_PER_THOUSAND = (
    f"(CASE WHEN currency IN ({_codes(0)}) THEN 1000"
    f" WHEN currency IN ({_codes(3)}) THEN 1 ELSE 10 END)"
)
