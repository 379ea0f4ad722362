"""The table of payments: at most one under a key, whatever a graph remembers.

Screens and commands list payments by one statement for order and sums, and by keys for rows.
"""

import json
from collections.abc import Sequence

from expense_agent.domain.invoice import canonical_json
from expense_agent.domain.money import Money, plain
from expense_agent.domain.payment import Payment
from expense_agent.domain.supplier import masked
from expense_agent.errors import PaymentConflict, UsageProblem
from expense_agent.ports import Clock, utc
from expense_agent.service import (
    NOBODY_ASKED,
    PAYMENT_STATUSES,
    PaymentOverview,
    PaymentQuery,
    PaymentView,
)
from expense_agent.storage.audit_table import AuditTrail
from expense_agent.storage.database import Database, Row
from expense_agent.storage.sums import halves, total

PAYMENT_STATUS = (
    "(SELECT e.status FROM payment_events e WHERE e.payment_id = p.payment_id ORDER BY"
    " CASE e.status WHEN 'scheduled' THEN 0 WHEN 'exported' THEN 1 ELSE 2 END DESC LIMIT 1)"
)
"""SQL for where a payment `p` stands."""


class PaymentTable:
    """Writes and reads payments."""

    def __init__(self, database: Database, clock: Clock, trail: AuditTrail) -> None:
        self._database = database
        self._clock = clock
        self._trail = trail

    def of_thread(self, thread_id: str) -> Payment | None:
        """Return the payment of a thread, if there is one that is not voided."""
        row = self._database.one(
            "SELECT * FROM payments p WHERE thread_id = ? AND NOT EXISTS (SELECT 1 FROM"
            " payment_events e WHERE e.payment_id = p.payment_id AND e.status = 'voided')",
            thread_id,
        )
        return None if row is None else _payment(row)

    def is_there(self, payment: Payment) -> bool:
        """Whether this same payment exists; raises PaymentConflict when its key has another."""
        row = self._database.one(
            "SELECT * FROM payments WHERE payment_key = ?", payment.payment_key
        )
        if row is None:
            return False
        there = _payment(row)
        if self._is_voided(row["payment_id"]):
            raise PaymentConflict(f"payment {row['payment_id']} of this key was taken back")
        if (there.thread_id, there.payload_hash) != (payment.thread_id, payment.payload_hash):
            raise PaymentConflict(f"payment {row['payment_id']} has this invoice number already")
        return True

    def add(
        self, payment: Payment, invoice_id: str, approved_by: Sequence[str], accounts: Sequence[str]
    ) -> int:
        """Insert a payment and give its number.

        `accounts` are the seals of what is now known to be paid into.
        """
        number = self._next_id()
        now = utc(self._clock.now())
        seal = self._database.insert(
            "payments",
            payment_id=number,
            thread_id=payment.thread_id,
            payment_key=payment.payment_key,
            payload_hash=payment.payload_hash,
            amount_minor=payment.amount_minor,
            currency=payment.currency,
            account=payment.account,
            supplier=payment.supplier,
            category=payment.category,
            remittance=payment.remittance,
            execution_date=payment.execution_date,
            fingerprint=payment.fingerprint,
            approved_by=canonical_json(list(approved_by)),
            round=payment.round,
            replaces=payment.replaces,
            words=_words(payment, invoice_id, approved_by),
            created_at=now,
        )
        assert seal is not None, "the caller looked under the lock of this transaction"
        event = self._database.insert(
            "payment_events", payment_id=number, status="scheduled", actor="agent", at=now
        )
        self._trail.append(
            "agent",
            "scheduled",
            invoice_id,
            rows=[seal, event, *accounts],
            payment=number,
            amount=str(Money.from_minor(payment.amount_minor, payment.currency)),
            account=masked(payment.account) if payment.account else None,
            execution_date=payment.execution_date,
            approved_by=list(approved_by),
            payload_hash=payment.payload_hash,
            replaces=payment.replaces,
        )
        return number

    def status_of(self, invoice_id: str) -> tuple[int, str] | None:
        """Return number and status of an invoice's last payment; in a run it is as good as gone."""
        row = self._database.one(
            f"SELECT p.payment_id, {PAYMENT_STATUS} AS status, EXISTS (SELECT 1 FROM"
            " payment_run_lines l WHERE l.payment_id = p.payment_id) AS in_run FROM payments p"
            " JOIN invoices i ON i.thread_id = p.thread_id WHERE i.invoice_id = ?"
            " ORDER BY p.payment_id DESC LIMIT 1",
            invoice_id,
        )
        if row is None:
            return None
        leaving = row["in_run"] and row["status"] == "scheduled"
        return row["payment_id"], "exported" if leaving else row["status"]

    def _is_voided(self, payment_id: int) -> bool:
        voided = "SELECT 1 FROM payment_events WHERE payment_id = ? AND status = 'voided'"
        return self._database.one(voided, payment_id) is not None

    def _next_id(self) -> int:
        row = self._database.one("SELECT coalesce(max(payment_id), 0) + 1 AS n FROM payments")
        assert row is not None
        return int(row["n"])


def _words(payment: Payment, invoice_id: str, approved_by: Sequence[str]) -> str:
    """Return what a payment is found by besides its key; folded here, SQLite folds ASCII only."""
    amount = Money.from_minor(payment.amount_minor, payment.currency).amount
    said = (
        payment.supplier, invoice_id, payment.account or "", plain(amount), payment.currency,
        payment.remittance, payment.execution_date, " ".join(approved_by) or NOBODY_ASKED,
    )  # fmt: skip
    return " ".join(said).casefold()


def _payment(row: Row) -> Payment:
    return Payment(
        thread_id=row["thread_id"],
        payment_key=row["payment_key"],
        amount_minor=row["amount_minor"],
        currency=row["currency"],
        account=row["account"],
        supplier=row["supplier"],
        category=row["category"],
        remittance=row["remittance"],
        execution_date=row["execution_date"],
        fingerprint=row["fingerprint"],
        round=row["round"],
        replaces=row["replaces"],
    )


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
