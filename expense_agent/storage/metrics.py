"""How well the division of labour between agent and people works, computed from the ledger.

Discounts that a document granted when it came, and that have run out since, are counted too.

Every figure is one grouped query over its tables; nothing is kept, so nothing can be out of date.
Rates carry the counts they are made of: "3 of 4" reads otherwise than "75 %".
"""

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from expense_agent.domain.invoice import from_plain
from expense_agent.domain.money import EXPONENTS, Money, plain
from expense_agent.domain.payment_run import totals
from expense_agent.domain.saving import discount_on
from expense_agent.ports import utc
from expense_agent.service.store_metrics import (
    Amounts,
    DayFigures,
    Metrics,
    QueueAge,
    Rate,
    Spend,
    Spread,
)
from expense_agent.storage.category_table import rates, usage
from expense_agent.storage.database import Database


def lost_discounts(database: Database, today: date) -> Iterator[Money]:
    """Yield the best discount of each invoice scheduled too late for it, or still waiting past it.

    What was refused has lost nothing. Only documents that grant a discount are read.
    """
    for row in database.all(_GRANTED):
        saving = discount_on(from_plain(json.loads(row["body"])), _day(row["received_at"]))
        scheduled = _day(row["scheduled_at"]) if row["scheduled_at"] else today
        if saving is not None and scheduled > saving.last_day:
            yield saving.amount


def _day(at: Any) -> date:
    return date.fromisoformat(str(at)[:10])


_GRANTED = """
SELECT i.body, i.received_at, (SELECT max(p.created_at) FROM payments p
  WHERE p.thread_id = i.thread_id AND NOT EXISTS (SELECT 1 FROM payment_events e
    WHERE e.payment_id = p.payment_id AND e.status = 'voided')) AS scheduled_at
FROM invoices i WHERE instr(i.body, '"discounts":') > 0
  AND i.status NOT IN ('rejected', 'expired', 'booked')
"""


_PLACED = ("edited", "on_hold", "sent_back")
"""Holds that people place themselves: approving in spite of them overrides no rule."""
_HALF = 1_000_000_000
_AGES = (("a day", 24), ("3 days", 72), ("a week", 168), ("a month", 720))
_LARGEST = 20
_DAYS = 90


def metrics(database: Database, now: datetime) -> Metrics:
    """Compute all figures; `service.figure_keys.METRICS` says what each is."""
    moment = utc(now)
    asked = _count(database, "SELECT count(DISTINCT thread_id) FROM approval_requests")
    states = _states(database)
    return Metrics(
        as_of=moment,
        invoices=states,
        touchless=_rate(*database.all(_TOUCHLESS)[0]),
        exceptions=Rate(_count(database, _EXCEPTIONS), sum(states.values())),
        first_pass=_rate(*database.all(_FIRST_PASS)[0]),
        cycle_hours=_spread(_hours(database, _CYCLE)),
        cycle_hours_asked=_spread(_hours(database, f"{_CYCLE} AND p.fingerprint IS NOT NULL")),
        decision_hours=_spread(_hours(database, _LATENCY)),
        queue_age=_queue_age(database, moment),
        edits={row["field"]: Rate(row["n"], asked) for row in database.all(_EDITS)},
        overrides={
            row["rule"]: _rate(row["overridden"], row["decided"])
            for row in database.all(_OVERRIDES, *_PLACED)
        },
        expired=_rate(*database.all(_EXPIRED)[0]),
        duplicates=_stopped(database, "1"),
        conflicts=_stopped(database, "NOT json_extract(h.value, '$.overridable')"),
        spend_by_category=_spend(database, "i.category", -1),
        spend_by_supplier=_spend(database, "p.supplier", _LARGEST),
        per_day=_per_day(database),
        evidence={r.evidence: Rate(r.right, r.seen) for r in rates(database)},
        language_model=usage(database),
        discount_lost=_lost(database, now),
    )


def _count(database: Database, sql: str, *values: Any) -> int:
    return int(database.all(sql, *values)[0][0] or 0)


def _rate(count: int | None, of: int) -> Rate:
    """Return a share; SQL counts None of no rows."""
    return Rate(count or 0, of)


def _spread(hours: Sequence[float]) -> Spread:
    """Return median and 90th percentile (nearest rank) of sorted hours."""
    p50, p90 = (_percentile(hours, share) for share in (0.5, 0.9))
    return Spread(len(hours), p50, p90)


def _percentile(hours: Sequence[float], share: float) -> float | None:
    return round(hours[math.ceil(share * len(hours)) - 1], 2) if hours else None


def _hours(database: Database, sql: str, *values: Any) -> list[float]:
    return [max(0.0, row[0]) for row in database.all(f"{sql} ORDER BY 1", *values)]


def _states(database: Database) -> dict[str, int]:
    states: Counter[str] = Counter()
    for row in database.all("SELECT status, count(*) AS n FROM invoices GROUP BY status"):
        running = row["status"] in ("received", "deciding")
        states["waiting" if running else row["status"]] += row["n"]
    return dict(sorted(states.items()))


def _queue_age(database: Database, moment: str) -> QueueAge:
    hours = _hours(database, _AGE, moment)
    held = _count(
        database,
        "SELECT count(DISTINCT thread_id) FROM approval_requests"
        " WHERE status = 'open' AND held_until > ?",
        moment[:10],
    )
    by_age: dict[str, int] = {}
    for name, most in _AGES:
        by_age[name] = sum(age < most for age in hours) - sum(by_age.values())
    by_age["older"] = len(hours) - sum(by_age.values())
    oldest = round(hours[-1], 2) if hours else None
    return QueueAge(_spread(hours), oldest, held, by_age)


def _stopped(database: Database, which: str) -> Amounts:
    rows = database.all(f"{_DUPLICATES.format(which)} GROUP BY currency ORDER BY currency")
    sums = {row["currency"]: _sum(row) for row in rows}
    return Amounts(sum(row["n"] for row in rows), sums)


def _lost(database: Database, now: datetime) -> Amounts:
    lost = list(lost_discounts(database, now.date()))
    return Amounts(len(lost), totals(lost))


def _spend(database: Database, column: str, most: int) -> tuple[Spend, ...]:
    rows = database.all(
        f"SELECT {column} AS whom, p.currency, {_SUMS.format('p.amount_minor')}"
        " FROM payments p JOIN invoices i ON i.thread_id = p.thread_id"
        f" WHERE {_STANDS} GROUP BY 1, 2 ORDER BY p.currency, high DESC, low DESC, 1"
    )
    seen: Counter[str] = Counter()
    largest = []
    for row in rows:
        seen[row["currency"]] += 1
        if most < 0 or seen[row["currency"]] <= most:
            largest.append(Spend(row["whom"], row["currency"], row["n"], _sum(row)))
    return tuple(largest)


def _per_day(database: Database) -> tuple[DayFigures, ...]:
    days: dict[str, Counter[str]] = {}
    for row in database.all(_PER_DAY):
        days.setdefault(row["day"], Counter())[row["what"]] += row["n"]
    return tuple(DayFigures(day, **days[day]) for day in sorted(days)[-_DAYS:])


def _sum(row: Any) -> str:
    """Put a sum together from its halves: that of a few absurd amounts would not fit 64 bits."""
    currency = row["currency"]
    minor = row["high"] * _HALF + row["low"]
    return plain(Money.from_minor(minor, currency).amount) if currency in EXPONENTS else str(minor)


_SUMS = f"count(*) AS n, sum({{0}} / {_HALF}) AS high, sum({{0}} % {_HALF}) AS low"
_STANDS = (
    "NOT EXISTS (SELECT 1 FROM payment_events e"
    " WHERE e.payment_id = p.payment_id AND e.status = 'voided')"
)
_TOUCHLESS = f"SELECT sum(p.fingerprint IS NULL), count(*) FROM payments p WHERE {_STANDS}"
_EXCEPTIONS = """
SELECT count(DISTINCT r.thread_id) FROM approval_requests r WHERE EXISTS (
  SELECT 1 FROM json_each(r.holds) h WHERE json_extract(h.value, '$.severity') = 'block')
"""
_APPROVED = """
SELECT DISTINCT d.thread_id FROM decisions d JOIN invoices i ON i.thread_id = d.thread_id
WHERE d.verdict = 'approve' AND i.status IN ('scheduled', 'booked')
"""
_FIRST_PASS = f"""
SELECT count(*) FILTER (WHERE NOT EXISTS (
  SELECT 1 FROM edits e WHERE e.thread_id = a.thread_id)), count(*)
FROM ({_APPROVED}) a
"""
_CYCLE = f"""
SELECT (julianday(p.created_at) - julianday(i.received_at)) * 24
FROM payments p JOIN invoices i ON i.thread_id = p.thread_id WHERE {_STANDS}
"""
_LATENCY = """
SELECT (julianday(d.decided_at) - julianday(r.waiting_since)) * 24
FROM decisions d JOIN approval_requests r
  ON r.thread_id = d.thread_id AND r.interrupt_id = d.interrupt_id
WHERE d.verdict IN ('approve', 'reject')
"""
_AGE = """
SELECT (julianday(?) - (SELECT min(julianday(r.waiting_since)) FROM approval_requests r
  WHERE r.thread_id = o.thread_id)) * 24
FROM (SELECT DISTINCT thread_id FROM approval_requests WHERE status = 'open') o
"""
_EDITS = """
SELECT f.key AS field, count(DISTINCT e.thread_id) AS n FROM edits e, json_each(e.after) f
GROUP BY f.key ORDER BY n DESC, f.key
"""
_OVERRIDES = """
SELECT rule, count(*) AS decided, sum(approved) AS overridden FROM (
  SELECT json_extract(h.value, '$.rule') AS rule, r.thread_id,
    max(CASE WHEN r.status = 'approve' THEN 1 ELSE 0 END) AS approved
  FROM approval_requests r, json_each(r.holds) h
  WHERE r.status IN ('approve', 'reject', 'edited')
    AND json_extract(h.value, '$.severity') = 'block'
    AND json_extract(h.value, '$.rule') NOT IN (?, ?, ?)
  GROUP BY rule, r.thread_id)
GROUP BY rule ORDER BY decided DESC, rule
"""
_EXPIRED = """
SELECT count(*) FILTER (WHERE i.status = 'expired'), count(*) FROM invoices i
WHERE i.status IN ('scheduled', 'booked', 'rejected', 'expired')
  AND EXISTS (SELECT 1 FROM approval_requests r WHERE r.thread_id = i.thread_id)
"""
_DUPLICATES = f"""
SELECT currency, {_SUMS.format("payable_minor")} FROM (
  SELECT r.currency, r.payable_minor, max(r.key) FROM approval_requests r
  JOIN invoices i ON i.thread_id = r.thread_id, json_each(r.holds) h
  WHERE json_extract(h.value, '$.rule') = 'duplicate' AND {{}}
    AND i.status NOT IN ('scheduled', 'booked')
  GROUP BY r.thread_id)
"""
_PER_DAY = """
SELECT substr(decided_at, 1, 10) AS day,
  CASE WHEN verdict IN ('approve', 'reject', 'expire') THEN verdict ELSE 'other' END AS what,
  count(*) AS n FROM decisions GROUP BY 1, 2
UNION ALL SELECT substr(edited_at, 1, 10), 'edit', count(*) FROM edits GROUP BY 1
UNION ALL SELECT substr(created_at, 1, 10), 'automatic', count(*) FROM payments
  WHERE fingerprint IS NULL GROUP BY 1
"""
