"""The queue without its rows: order, groups, sums and counts, each one pass over an index.

Readings that belong together are taken again if the store has changed in between, instead of
under a lock that another process's commit would wait for.
"""

import json
from collections.abc import Sequence
from decimal import Decimal

from expense_agent.domain.money import Money, plain
from expense_agent.domain.policy import ROUTINE_RANK
from expense_agent.service import QueueGroup, QueueNews, QueueOverview, QueueQuery
from expense_agent.storage.database import Database
from expense_agent.storage.queue_conditions import GROUPS, Conditions, listed, order
from expense_agent.storage.totals import halves, total

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
