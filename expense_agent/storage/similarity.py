"""Invoices like another: its twins, and its supplier's earlier invoices, found by indexes."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from expense_agent.domain.facts import Scope, Twin
from expense_agent.domain.invoice import Invoice, from_plain
from expense_agent.domain.money import Money
from expense_agent.domain.supplier import supplier_keys
from expense_agent.domain.twins import (
    ACCOUNT_DAYS,
    AMOUNT_DAYS,
    LAYERS,
    loose_numbers,
    marks,
    parties,
)
from expense_agent.ports import Clock, Registered, utc
from expense_agent.storage.audit_table import AuditTrail
from expense_agent.storage.database import Database, Row
from expense_agent.storage.database import marks as placeholders

Rows = dict[str, list[tuple[str | int, ...]]]
"""Rows to be stored, by table."""

_BY_AMOUNT = "INDEXED BY invoice_amounts_equal"
"""Without statistics SQLite would rather walk through all of a supplier's invoices."""
_MOST_FOUND = 20
_MOST_SHOWN = 5
_USUAL = 40
"""How many earlier payments say what is usual."""
_RHYTHM = 6
NEAR_DAYS = 14
"""Within how many days invoices just under the limit look like one that was split."""


class Likeness:
    """Keeps what an invoice is found again by, and finds what is like it."""

    def __init__(self, database: Database, clock: Clock, trail: AuditTrail) -> None:
        self._database = database
        self._clock = clock
        self._trail = trail

    def keep(self, invoice: Invoice, seq: int, received: str) -> None:
        """Write down what a registered invoice is found again by."""
        for table, rows in projection(invoice, seq, received).items():
            for row in rows:
                self._database.write(
                    f"INSERT INTO {table} VALUES ({placeholders(row)}) ON CONFLICT DO NOTHING",
                    *row,
                )

    def twins(self, known: Registered) -> tuple[Twin, ...]:
        """Return invoices this one may repeat that were here before or are paid, strongest first.

        A pair that a person has told apart is none any more.
        """
        layers = self._marked(known)
        for layer, seqs in (("amount", self._equal(known)), ("account", self._of_account(known))):
            for seq in seqs:
                layers.setdefault(seq, layer)
        apart = self._told_apart(known.seq) if layers else set()
        found = self._read(known, {s: at for s, at in layers.items() if s not in apart})
        return tuple(twin for twin in found if _counts(twin))[:_MOST_SHOWN]

    def near(self, known: Registered, scope: Scope) -> tuple[Twin, ...]:
        """Return the supplier's or account's invoices of these days just under the limit."""
        if scope.near is None:
            return ()
        within = "dated BETWEEN ? AND ? AND amount_minor BETWEEN ? AND ?"
        around = (*self._days(known, NEAR_DAYS), *scope.near)
        seqs = self._amounts(known, parties(known.invoice), "", within, *around)
        found = self._read(known, dict.fromkeys(seqs, "near"))
        return tuple(twin for twin in found if twin.status not in ("rejected", "expired"))

    def rhythm(self, known: Registered) -> tuple[date, ...]:
        """Return when this supplier asked for this very amount before, newest first."""
        keys, payable = supplier_keys(known.invoice.supplier), known.invoice.payable
        if not keys or payable is None:
            return ()
        rows = self._database.all(
            f"SELECT dated FROM invoice_amounts {_BY_AMOUNT} WHERE party = ? AND currency = ?"
            " AND amount_minor = ? AND dated <= ? AND seq <> ? ORDER BY dated DESC LIMIT ?",
            keys[0],
            payable.currency,
            payable.rounded().minor,
            self._dated(known).isoformat(),
            known.seq,
            _RHYTHM,
        )
        return tuple(date.fromisoformat(row["dated"]) for row in rows)

    def usual(self, known: Registered) -> tuple[Decimal, ...]:
        """Return what was paid to this supplier in this currency of late."""
        keys, currency = supplier_keys(known.invoice.supplier), known.invoice.currency
        if not keys:
            return ()
        rows = self._database.all(
            "SELECT a.amount_minor FROM (SELECT seq, amount_minor FROM invoice_amounts"
            " WHERE party = ? AND currency = ? AND seq <> ? ORDER BY dated DESC LIMIT ?) a"
            " JOIN invoices i ON i.seq = a.seq WHERE i.status = 'scheduled'",
            keys[0],
            currency,
            known.seq,
            _USUAL,
        )
        return tuple(Money.from_minor(row["amount_minor"], currency).amount for row in rows)

    def tell_apart(self, known: Registered, invoice_ids: Sequence[str], by: str) -> None:
        """Remember that a person saw these twins beside the invoice, and that they are none."""
        rows = self._database.all(
            f"SELECT seq FROM invoices WHERE invoice_id IN ({placeholders(invoice_ids)})",
            *invoice_ids,
        )
        pairs = (sorted((known.seq, row["seq"])) for row in rows)
        seals = [
            self._database.insert(
                "told_apart", one=one, other=other, by=by, at=utc(self._clock.now())
            )
            for one, other in pairs
        ]
        if any(seals):
            self._trail.append(by, "told_apart", known.id, rows=seals, twins=", ".join(invoice_ids))

    def _marked(self, known: Registered) -> dict[int, str]:
        layer_of = {mark: layer for layer, mark in marks(known.invoice)}
        rows = self._database.all(
            f"SELECT mark, seq, {_PAID} AS paid FROM invoice_marks m"
            f" WHERE mark IN ({placeholders(list(layer_of))}) AND {_TWIN_OF} LIMIT ?",
            *layer_of,
            known.seq,
            known.seq,
            _MOST_FOUND,
        )
        order = list(LAYERS)
        found = sorted(
            ((layer_of[r["mark"]], r["seq"]) for r in rows), key=lambda f: order.index(f[0])
        )
        layers: dict[int, str] = {}
        for layer, seq in found:
            layers.setdefault(seq, layer)
        return layers

    def _of_account(self, known: Registered) -> list[int]:
        accounts = [party for party in parties(known.invoice) if party.startswith("account:")]
        return self._equal_amounts(known, accounts, ACCOUNT_DAYS)

    def _equal(self, known: Registered) -> list[int]:
        """Find the same amount of the same supplier; a number that says nothing makes no twins."""
        keys = supplier_keys(known.invoice.supplier) if known.invoice.number_key else ()
        return self._equal_amounts(known, keys, AMOUNT_DAYS)

    def _equal_amounts(self, known: Registered, wanted: Sequence[str], days: int) -> list[int]:
        payable = known.invoice.payable
        if payable is None or known.invoice.is_credit_note:
            return []
        within = "amount_minor = ? AND dated BETWEEN ? AND ?"
        around = (payable.rounded().minor, *self._days(known, days))
        return self._amounts(known, wanted, _BY_AMOUNT, within, *around)

    def _amounts(
        self, known: Registered, wanted: Sequence[str], index: str, within: str, *around: str | int
    ) -> list[int]:
        rows = self._database.all(
            f"SELECT DISTINCT seq, {_PAID} AS paid FROM invoice_amounts m {index}"
            f" WHERE currency = ? AND party IN ({placeholders(wanted)}) AND {within}"
            f" AND {_TWIN_OF} LIMIT ?",
            known.invoice.currency,
            *wanted,
            *around,
            known.seq,
            known.seq,
            _MOST_FOUND,
        )
        return [row["seq"] for row in rows]

    def _days(self, known: Registered, days: int) -> tuple[str, str]:
        dated, reach = self._dated(known), timedelta(days)
        return (dated - reach).isoformat(), (dated + reach).isoformat()

    def _told_apart(self, seq: int) -> set[int]:
        rows = self._database.all(
            "SELECT other AS seq FROM told_apart WHERE one = ?"
            " UNION SELECT one FROM told_apart WHERE other = ?",
            seq,
            seq,
        )
        return {row["seq"] for row in rows}

    def _read(self, known: Registered, layers: dict[int, str]) -> list[Twin]:
        if not layers:
            return []
        keys = supplier_keys(known.invoice.supplier)
        rows = self._database.all(
            f"{_TWINS.format(keys=placeholders(keys), seqs=placeholders(list(layers)))}",
            *keys,
            *layers,
        )
        read = [_twin(row, layers[row["seq"]], known.invoice) for row in rows]
        order = list(LAYERS)
        return sorted(
            read, key=lambda t: (order.index(t.layer) if t.layer in order else 0, not t.paid)
        )

    def _dated(self, known: Registered) -> date:
        return known.invoice.issue_date or self._clock.now().date()


_PAID = """
EXISTS (SELECT 1 FROM payments p JOIN invoices i ON i.thread_id = p.thread_id
  WHERE i.seq = m.seq AND NOT EXISTS (
    SELECT 1 FROM payment_events e WHERE e.payment_id = p.payment_id AND e.status = 'voided'))
"""
_TWIN_OF = f"seq <> ? AND (seq < ? OR {_PAID}) ORDER BY paid DESC, seq DESC"
"""Only what was here before or is paid; said to SQL, or many that came later would hide it."""
_TWINS = f"""
SELECT invoice_id, body, status, received_at, number_key, seq, {_PAID} AS paid,
  EXISTS (SELECT 1 FROM invoice_suppliers s
    WHERE s.thread_id = m.thread_id AND s.supplier_key IN ({{keys}})) AS same_supplier
FROM invoices m WHERE seq IN ({{seqs}}) ORDER BY seq
"""


def projection(invoice: Invoice, seq: int, received: str) -> Rows:
    """Return the rows an invoice is found again by, by table: always the same for one invoice."""
    rows: Rows = {"invoice_marks": [(mark, seq) for _, mark in marks(invoice)]}
    rows["invoice_amounts"] = []
    payable = invoice.payable
    if payable is not None and payable.amount > 0 and not invoice.is_credit_note:
        dated = invoice.issue_date.isoformat() if invoice.issue_date else received[:10]
        minor = payable.rounded().minor
        rows["invoice_amounts"] = [
            (party, payable.currency, dated, seq, minor) for party in parties(invoice)
        ]
    return rows


def _counts(twin: Twin) -> bool:
    """Whether a twin is what its layer says: of another supplier, or with a number of its own."""
    if twin.layer in ("account", "copy"):
        return not twin.same_supplier
    return twin.layer != "amount" or twin.numbered


def _same_number(one: Invoice, other: Invoice) -> bool:
    return bool(set(loose_numbers(one.number or "")) & set(loose_numbers(other.number or "")))


def _twin(row: Row, layer: str, beside: Invoice) -> Twin:
    invoice = from_plain(json.loads(row["body"]))
    return Twin(
        invoice_id=row["invoice_id"],
        number=invoice.number or "",
        payable=str(invoice.payable) if invoice.payable else "no amount",
        status=row["status"],
        received=row["received_at"][:10],
        paid=bool(row["paid"]),
        layer="copy" if layer == "account" and _same_number(invoice, beside) else layer,
        supplier=invoice.supplier.name or "",
        numbered=row["number_key"] is not None,
        dated=invoice.issue_date.isoformat() if invoice.issue_date else row["received_at"][:10],
        same_supplier=bool(row["same_supplier"]),
        same_file=invoice.source.sha256 == beside.source.sha256,
    )
