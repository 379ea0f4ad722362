"""The queue as screens and commands read it: rows of the ledger, never a checkpoint.

Order, groups, sums and counts are each one pass over an index; rows are read by key.

Readings that belong together are taken again if the store has changed in between, instead of
under a lock that another process's commit would wait for.

The order of 100,000 requests is one indexed query of integers; the rows are fetched by key, a
screenful at a time.
"""

import json
from collections.abc import Callable, Sequence
from decimal import Decimal

from expense_agent.domain.approval import Seen, holds_from_plain
from expense_agent.domain.authority import Asked, Authority, open_seats
from expense_agent.domain.money import Money, plain
from expense_agent.domain.policy import ROUTINE_RANK, Hold
from expense_agent.domain.reach import Reach
from expense_agent.domain.reversal import REOPENED, REVERSED
from expense_agent.domain.tiers import seat_words
from expense_agent.service import QueueGroup, QueueNews, QueueOverview, QueueQuery, QueueRow
from expense_agent.storage.approval_groups import StandingReader
from expense_agent.storage.database import Database, Row
from expense_agent.storage.queue_conditions import GROUPS, Conditions, listed, order
from expense_agent.storage.sums import halves, total

_Sum = tuple[str | int, str, int, int, int]
"""Group, currency, count and the two halves of a sum."""
# Order and groups in one statement, so that they are of one moment. Lists are made into text by
# SQLite, which does not need the interpreter's lock for it.
_LIST = f"""{{found}}
SELECT (SELECT json_group_array(key) FROM (SELECT key FROM found ORDER BY {{order}})) AS keys,
  (SELECT json_group_array(json_array(name, currency, count, high, low)) FROM (
    SELECT {{name}} AS name, currency, count(*) AS count, {halves("payable_minor")}
    FROM found GROUP BY name, currency ORDER BY name, currency)) AS sums
"""
_READINGS = 3
"""How often a reading is tried; after that the latest is taken as it is."""


class QueueListing:
    """Reads what stands where."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def overview(self, query: QueueQuery, conditions: Conditions) -> QueueOverview:
        """Return order, groups and totals of the open requests that match."""
        for _ in range(_READINGS):
            read = self._read(query, conditions)
            if read.change == self._change():
                break
        return read

    def _read(self, query: QueueQuery, conditions: Conditions) -> QueueOverview:
        change = self._change()
        conditions = conditions.one_an_invoice(self._database)
        where, values = conditions.where(query)
        sql = _LIST.format(
            found=listed(query, where), order=order(query), name=GROUPS.get(query.group, "''")
        )
        row = self._database.all(sql, *conditions.given, *values)[0]
        keys = tuple(json.loads(row["keys"]))
        groups = self._groups(query, keys, json.loads(row["sums"]))
        waiting, held = self._open_now(conditions)
        newest = self._database.all("SELECT coalesce(max(key), 0) AS n FROM approval_requests")
        return QueueOverview(
            keys=keys,
            waiting=waiting,
            held=held,
            totals=_all_together(groups),
            change=change,
            groups=groups if query.group != "none" else (),
            newest=newest[0]["n"],
        )

    def news(
        self, query: QueueQuery, newest: int, change: int, conditions: Conditions
    ) -> QueueNews:
        """Return what has come and what was answered since a reading."""
        now = self._change()
        conditions = conditions.one_an_invoice(self._database)
        where, values = conditions.where(query)
        new = self._database.all(
            f"SELECT key FROM approval_requests WHERE {where} AND key > ?", *values, newest
        )
        answered = self._database.all(
            "SELECT key FROM approval_requests WHERE status <> 'open' AND key <= ?"
            " AND invoice_id IN (SELECT invoice_id FROM audit WHERE seq > ?)",
            newest,
            change,
        )
        return QueueNews(
            new=tuple(row["key"] for row in new),
            answered=tuple(row["key"] for row in answered),
            waiting=self._open_now(conditions)[0],
            change=now,
        )

    def counts(self, queries: Sequence[QueueQuery], conditions: Conditions) -> list[int]:
        """Count the matches of several queries in one pass."""
        if not queries:
            return []
        parts: list[str] = []
        given: list[object] = []
        conditions = conditions.one_an_invoice(self._database)
        for query in queries:
            where, values = conditions.where(query)
            parts.append(f"count(*) FILTER (WHERE {where})")
            given += values
        (row,) = self._database.all(
            f"SELECT {', '.join(parts)} FROM approval_requests WHERE status = 'open'",
            *given,
        )
        return list(row)

    def _groups(
        self, query: QueueQuery, keys: Sequence[int], sums: Sequence[_Sum]
    ) -> tuple[QueueGroup, ...]:
        """Return count and sums group by group; without groups everything is one."""
        totals: dict[str | int, dict[str, str]] = {}
        counted: dict[str | int, int] = {}
        for key, currency, count, high, low in sums:
            totals.setdefault(key, {})[currency] = total(high, low, currency)
            counted[key] = counted.get(key, 0) + count
        counts = list(counted.values())
        names = self._names(query, keys, counts)
        return tuple(
            QueueGroup(
                key=str(key),
                name=name if query.group in ("hold", "supplier") else str(key),
                count=count,
                totals=totals[key],
                routine=query.group == "hold" and key == ROUTINE_RANK,
            )
            for key, count, name in zip(totals, counts, names, strict=True)
        )

    def _names(self, query: QueueQuery, keys: Sequence[int], counts: Sequence[int]) -> list[str]:
        """Return the worst rule or the supplier of the first request of every group."""
        place, firsts = 0, list[int]()
        for count in counts:
            firsts.append(keys[place] if place < len(keys) else 0)
            place += count
        if query.group not in ("hold", "supplier"):
            return [""] * len(firsts)
        found = self._database.all(
            "SELECT key, supplier, coalesce(json_extract(holds, '$[0].rule'), '') AS hold"
            " FROM approval_requests WHERE key IN (SELECT value FROM json_each(?))",
            json.dumps(firsts),
        )
        by_key = {row["key"]: row[query.group] for row in found}
        return [by_key.get(first, "") for first in firsts]

    def _open_now(self, conditions: Conditions) -> tuple[int, int]:
        row = self._database.all(
            "SELECT count(*) AS n, count(*) FILTER (WHERE held_until > ?) AS held"
            f" FROM approval_requests WHERE status = 'open'{conditions.only}",
            *conditions.given,
            *conditions.set_aside,
        )[0]
        return row["n"] - row["held"], row["held"]

    def _change(self) -> int:
        change: int = self._database.all("SELECT coalesce(max(seq), 0) AS n FROM audit")[0]["n"]
        return change


def _all_together(groups: Sequence[QueueGroup]) -> dict[str, str]:
    """Add up the totals of all groups, exactly."""
    sums: dict[str, Money] = {}
    for group in groups:
        for currency, amount in group.totals.items():
            more = Money(Decimal(amount), currency)
            sums[currency] = sums[currency] + more if currency in sums else more
    return {currency: plain(sums[currency].amount) for currency in sorted(sums)}


Judge = Callable[[Asked], Authority]
WhoMay = Callable[[Asked], tuple[str, ...]]

_ROW = """
SELECT r.*, i.imported_by,
  (SELECT json_group_array(e.editor) FROM edits e WHERE e.thread_id = r.thread_id) AS editors,
  (SELECT json_group_array(json_array(d.approver, d.on_behalf_of, d.level)) FROM decisions d
     WHERE d.thread_id = r.thread_id AND d.round = r.round AND d.verdict = 'approve') AS given,
  (SELECT json_group_array(u.taken_back_by) FROM reversals u WHERE u.thread_id = r.thread_id
     AND u.decided_by <> '[]' AND NOT EXISTS (
       SELECT 1 FROM json_each(u.decided_by) d WHERE d.value = u.taken_back_by)) AS reversers,
  (SELECT json_group_array(b.seat) FROM approval_requests b WHERE r.status = 'open'
     AND b.thread_id = r.thread_id AND b.status = 'open' AND b.level <> r.level) AS beside,
  (SELECT o.reopened_by FROM reopenings o WHERE o.thread_id = r.thread_id) AS reopener
FROM approval_requests r JOIN invoices i ON i.thread_id = r.thread_id
"""


class QueueReader:
    """Reads approval requests."""

    def __init__(
        self,
        database: Database,
        judge: Judge,
        reach: Reach | None = None,
        who_may: WhoMay = lambda _: (),
    ) -> None:
        self._database = database
        self._who_may = who_may
        self._judge = judge
        self._standings = StandingReader(database, reach or Reach())
        self._listing = QueueListing(database)

    def overview(self, query: QueueQuery, now: str) -> QueueOverview:
        """Return the order and totals of the open requests that match now (UTC, as stored)."""
        return self._listing.overview(query, Conditions(now, self._standings))

    def news(self, query: QueueQuery, newest: int, change: int, now: str) -> QueueNews:
        """Return what has happened since an overview."""
        return self._listing.news(query, newest, change, Conditions(now, self._standings))

    def counts(self, queries: Sequence[QueueQuery], now: str) -> list[int]:
        """Return how many open requests match each query now (UTC, as stored)."""
        return self._listing.counts(queries, Conditions(now, self._standings))

    def rows(self, keys: Sequence[int]) -> list[QueueRow]:
        """Return rows by key, open or answered, in the order of `keys`."""
        # One parameter for any number of keys: SQLite limits how many a statement may have.
        found = self._database.all(
            f"{_ROW} WHERE r.key IN (SELECT value FROM json_each(?))", json.dumps(list(keys))
        )
        by_key = {row["key"]: row for row in found}
        return [self._row(by_key[key]) for key in keys if key in by_key]

    def rows_of(self, invoice_id: str) -> list[QueueRow]:
        """Return the requests of one invoice: the open ones first, then the latest answered."""
        rows = self._database.all(
            f"{_ROW} WHERE r.invoice_id = ? ORDER BY r.status <> 'open',"
            " CASE WHEN r.status = 'open' THEN r.level ELSE -r.key END",
            invoice_id,
        )
        found = [self._row(row) for row in rows]
        # Of several that are open at once, the one this person can answer comes first.
        return sorted(found, key=lambda row: 2 if row.status != "open" else bool(row.why_not))

    def _row(self, row: Row) -> QueueRow:
        holds = holds_from_plain(json.loads(row["holds"]))
        given, seats = json.loads(row["given"]), json.loads(row["seats"])
        asked = _asked(row, holds, given)
        judged = self._judge(asked)
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
            approved_by=tuple(approver for approver, _, _ in given),
            waiting_since=row["waiting_since"],
            expires_at=row["expires_at"],
            status=row["status"],
            answered_by=row["answered_by"],
            answered_at=row["answered_at"],
            why_not=judged.refusal,
            late=judged.late,
            acts_for=judged.on_behalf_of,
            held_until=row["held_until"],
            wanted=_wanted(row) if any(seats) else "",
            waits_for=self._who_may(asked) if judged.refusal and row["status"] == "open" else (),
        )


def _wanted(row: Row) -> str:
    """Name whom a request is for, and who else is asked at the same time."""
    return ", ".join(dict.fromkeys(map(seat_words, (row["seat"], *json.loads(row["beside"])))))


def _asked(row: Row, holds: tuple[Hold, ...], given: list[tuple[str, str, int]]) -> Asked:
    payable = Money(Decimal(row["payable"]), row["currency"]) if row["payable"] else None
    preparers = dict.fromkeys(json.loads(row["reversers"]), REVERSED)
    preparers |= {row["reopener"]: REOPENED} if row["reopener"] else {}
    preparers |= {row["imported_by"]: "imported"}
    preparers |= dict.fromkeys(json.loads(row["editors"]), "edited")
    filled = {row["level"], *(level for _, _, level in given)}
    return Asked(
        payable=payable,
        holds=holds,
        preparers=preparers,
        given=tuple((approver, principal) for approver, principal, _ in given),
        seat=row["seat"],
        others=open_seats(json.loads(row["seats"]), filled),
        apart=not row["preparers_may_approve"],
        expires_at=row["expires_at"],
    )
