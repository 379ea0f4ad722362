"""Payments as screens and commands list them: one statement for order and sums, rows by key."""

import json
from collections.abc import Sequence

from expense_agent.domain.money import Money, plain
from expense_agent.errors import UsageProblem
from expense_agent.service import PAYMENT_STATUSES, PaymentOverview, PaymentQuery, PaymentView
from expense_agent.storage.database import Database, Row
from expense_agent.storage.payment_table import PAYMENT_STATUS
from expense_agent.storage.totals import halves, total

# Everything in one statement, so that it is of one moment. Lists are made into text by SQLite,
# which does not need the interpreter's lock for it.
_OVERVIEW = f"""
WITH found AS MATERIALIZED (
  SELECT payment_id, currency, amount_minor FROM payments p WHERE {{}}
  ORDER BY execution_date, payment_id)
SELECT (SELECT json_group_array(payment_id) FROM found) AS keys,
  (SELECT json_group_array(json_array(currency, high, low)) FROM (
    SELECT currency, {halves("amount_minor")} FROM found GROUP BY currency)) AS sums,
  (SELECT json_group_object(status, reached) FROM (
    SELECT status, count(*) AS reached FROM payment_events GROUP BY status)) AS reached
"""
_ROWS = f"""
SELECT p.*, i.invoice_id, {PAYMENT_STATUS} AS status, l.run_id, l.end_to_end_id
FROM payments p JOIN invoices i ON i.thread_id = p.thread_id
LEFT JOIN payment_run_lines l ON l.payment_id = p.payment_id
"""


MOST_WORDS = 100
"""Words of a search: each is a condition of one query, and SQLite takes a thousand."""


class PaymentListing:
    """Reads payments, a page of rows at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def overview(self, query: PaymentQuery) -> PaymentOverview:
        """Return order, sums and counts."""
        conditions, values = ["1"], []
        if query.status is not None:
            conditions.append(f"{PAYMENT_STATUS} = ?")
            values.append(query.status)
        words = dict.fromkeys(query.text.casefold().split())
        if len(words) > MOST_WORDS:
            raise UsageProblem(f"{len(words):,} words: a search takes {MOST_WORDS} at most")
        for word in words:
            conditions.append("(instr(words, ?) > 0 OR instr(payment_key, ?) > 0)")
            values += [word, word]
        row = self._database.all(_OVERVIEW.format(" AND ".join(conditions)), *values)[0]
        return PaymentOverview(
            keys=tuple(json.loads(row["keys"])),
            totals={
                currency: total(high, low, currency)
                for currency, high, low in json.loads(row["sums"])
            },
            counts=_standing(json.loads(row["reached"])),
        )

    def rows(self, keys: Sequence[int]) -> list[PaymentView]:
        """Return payments by key, in the order of `keys`; unknown keys are left out."""
        found = self._read(
            "WHERE p.payment_id IN (SELECT value FROM json_each(?))", json.dumps(list(keys))
        )
        by_key = {payment.id: payment for payment in found}
        return [by_key[key] for key in keys if key in by_key]

    def of_thread(self, thread_id: str) -> list[PaymentView]:
        """Return the payments of a thread, the voided ones, too, oldest first."""
        return self._read("WHERE p.thread_id = ? ORDER BY p.payment_id", thread_id)

    def _read(self, which: str, value: str) -> list[PaymentView]:
        return [_view(row) for row in self._database.all(_ROWS + which, value)]


def _standing(reached: dict[str, int]) -> dict[str, int]:
    """Return how many payments stand where, of how many have ever got there."""
    counts = {status: reached.get(status, 0) for status in PAYMENT_STATUSES}
    counts["scheduled"] -= counts["exported"] + counts["voided"]
    counts["exported"] -= counts["settled"]
    return counts


def _view(row: Row) -> PaymentView:
    return PaymentView(
        id=row["payment_id"],
        invoice_id=row["invoice_id"],
        supplier=row["supplier"],
        account=row["account"],
        amount=plain(Money.from_minor(row["amount_minor"], row["currency"]).amount),
        currency=row["currency"],
        status=row["status"],
        execution_date=row["execution_date"],
        payment_key=row["payment_key"],
        approved_by=tuple(json.loads(row["approved_by"])),
        remittance=row["remittance"],
        replaces=row["replaces"],
        run=row["run_id"],
        end_to_end_id=row["end_to_end_id"],
    )
