"""Payments that left in a time the store has forgotten, as the files name them that came back.

A file is written down as the run it was, byte for byte. What the ledger knows of its payments is
exported in it; the rest is remembered, so that approving an invoice again pays it no second time.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from expense_agent.domain.invoice import canonical_json
from expense_agent.domain.money import Money
from expense_agent.domain.payment import Payment
from expense_agent.domain.payment_run import GivenFile, GivenPayment, LeftAlready
from expense_agent.errors import PaymentConflict
from expense_agent.ports import Clock, utc
from expense_agent.storage.audit_table import AuditTrail
from expense_agent.storage.database import Database, Row
from expense_agent.storage.payment_runs import PaymentRunTable


@dataclass(frozen=True, slots=True)
class Recorded:
    """The payments of a file, by what the ledger knows of them."""

    exported: int
    """So many are in the ledger, and have left in it."""
    remembered: int
    """So many are not, and will never leave again."""
    twice: tuple[str, ...]
    """Invoices of those that have left in another file, too: they were paid twice."""


class ForgottenTable:
    """Writes and reads what was given back."""

    def __init__(self, database: Database, clock: Clock, trail: AuditTrail) -> None:
        self._database = database
        self._clock = clock
        self._trail = trail
        self._runs = PaymentRunTable(database, clock, trail)

    def record(self, given: GivenFile, restoration: str, name: str, by: str) -> Recorded:
        """Write a file down with what it names; `name` is that of the file."""
        with self._database.transaction():
            rows = [self._add_run(given, by), self._add_given(given, restoration, by)]
            numbered = list(enumerate(given.payments, 1))
            rows += [self._add_payment(given.run, place, one) for place, one in numbered]
            known = self._add_known(given.run)
            self._trail.append(
                by, "given_back", None, rows=rows + known, run=given.run, format=given.format,
                payments=len(given.payments), known=len(known), totals=given.totals,
                sha256=hashlib.sha256(given.content).hexdigest(), head=given.head, file=name,
            )  # fmt: skip
            self._runs.export(given.run, name, by)
            twice = [row["invoice_id"] for row in self._database.all(_TWICE, given.run)]
        return Recorded(len(known), len(given.payments) - len(known), tuple(twice))

    def as_it_left(self, payment: Payment) -> tuple[Payment, Row | None]:
        """Return a new payment as a file has named it, with what that says; else as it is.

        Raises PaymentConflict when the file has paid something else under this key.
        """
        row = self._database.one(_OF_KEY, payment.payment_key[:32])
        if row is None:
            return payment, None
        now = (payment.amount_minor, payment.currency, payment.account)
        if (row["amount_minor"], row["currency"], row["account"]) != now:
            raise PaymentConflict(
                f"payment run {row['run_id']}, which was given back, has paid {_amount(row)} into"
                f" {row['account']} for it already"
            )
        return replace(payment, execution_date=row["execution_date"]), row

    def export(self, row: Row, payment_id: int, invoice_id: str, by: str) -> None:
        """Say of a payment just made that it has left, in the file that named it."""
        line = self._line(row["run_id"], row["ordinal"], payment_id, row)
        self._trail.append(
            by, "left_already", invoice_id, rows=[line], payment=payment_id, run=row["run_id"]
        )
        self._runs.export(row["run_id"], "a file given back", by)

    def _add_run(self, given: GivenFile, by: str) -> str | None:
        return self._database.insert(
            "payment_runs",
            run_id=given.run,
            format=given.format,
            created_by=by,
            created_at=given.created_at,
            debtor=canonical_json(given.debtor),
            head=given.head,
            payments=len(given.payments),
            totals=canonical_json(given.totals),
            sha256=hashlib.sha256(given.content).hexdigest(),
            content=given.content,
        )

    def _add_given(self, given: GivenFile, restoration: str, by: str) -> str | None:
        return self._database.insert(
            "given_back",
            run_id=given.run,
            restoration=restoration,
            given_by=by,
            given_at=utc(self._clock.now()),
        )

    def _add_payment(self, run_id: str, ordinal: int, one: GivenPayment) -> str | None:
        return self._database.insert(
            "forgotten_payments",
            run_id=run_id,
            ordinal=ordinal,
            end_to_end_id=one.end_to_end_id,
            payment_key=one.payment_key,
            first_key=one.first_key,
            amount_minor=one.amount.minor,
            currency=one.amount.currency,
            account=one.account,
            name=one.name,
            remittance=one.remittance,
            execution_date=one.execution_date,
        )

    def _add_known(self, run_id: str) -> list[str | None]:
        """Put those payments into the run that the ledger has, as the file names them."""
        rows = self._database.all(_SCHEDULED, run_id)
        return [self._line(run_id, row["ordinal"], row["payment_id"], row) for row in rows]

    def _line(self, run_id: str, ordinal: int, payment_id: int, row: Row) -> str | None:
        return self._database.insert(
            "payment_run_lines",
            run_id=run_id,
            ordinal=ordinal,
            payment_id=payment_id,
            end_to_end_id=row["end_to_end_id"],
            execution_date=row["execution_date"],
        )


def left_for(
    database: Database, first_key: str, now: Callable[[], tuple[str, Money | None, str | None]]
) -> tuple[LeftAlready, ...]:
    """Return what has left for an invoice; `now` says under which key, how much and where to.

    That is what would be paid now; it is only asked where anything has left.
    """
    rows = database.all(_OF_INVOICE, first_key)
    if not rows:
        return ()
    key, amount, account = now()
    this = (key[:32], amount, account)
    return tuple(
        LeftAlready(
            row["run_id"],
            _amount(row),
            row["account"],
            is_this=(row["end_to_end_id"], _amount(row), row["account"]) == this,
        )
        for row in rows
    )


def _amount(row: Row) -> Money:
    return Money.from_minor(row["amount_minor"], row["currency"])


_TWICE = """
SELECT i.invoice_id FROM left_already a JOIN payment_run_lines l ON l.payment_id = a.payment_id
JOIN payments p ON p.payment_id = a.payment_id JOIN invoices i ON i.thread_id = p.thread_id
WHERE a.run_id = ? AND l.run_id <> a.run_id ORDER BY a.payment_id
"""
_OF_INVOICE = """
SELECT f.* FROM forgotten_payments f WHERE f.first_key = ? AND NOT EXISTS (
  SELECT 1 FROM payment_run_lines l WHERE l.end_to_end_id = f.end_to_end_id)
ORDER BY f.run_id, f.ordinal
"""
_OF_KEY = """
SELECT f.* FROM forgotten_payments f WHERE f.end_to_end_id = ? AND NOT EXISTS (
  SELECT 1 FROM payment_run_lines l WHERE l.end_to_end_id = f.end_to_end_id)
ORDER BY f.run_id LIMIT 1
"""
_SCHEDULED = """
SELECT f.*, p.payment_id FROM forgotten_payments f
JOIN payments p ON p.payment_key = f.payment_key AND p.amount_minor = f.amount_minor
  AND p.currency = f.currency AND p.account = f.account AND p.execution_date <= f.execution_date
WHERE f.run_id = ? AND (SELECT group_concat(e.status) FROM payment_events e
    WHERE e.payment_id = p.payment_id) = 'scheduled'
  AND NOT EXISTS (SELECT 1 FROM payment_run_lines l WHERE l.payment_id = p.payment_id)
ORDER BY f.ordinal
"""
