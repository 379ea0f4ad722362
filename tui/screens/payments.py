"""The ledger's payments by status, with sums per currency; Enter opens the invoice of one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from tui.formatting import account_blocks, grouped, totals_line
from tui.keymap import bindings
from tui.safe_text import inert
from tui.screens.listing import ListingPage
from tui.screens.taking_back import TakingBackPage
from tui.session import Session
from tui.widgets.columns import Column
from tui.widgets.record_table import Look

_Payment = Mapping[str, Any]
STATUSES = ("scheduled", "exported", "settled", "voided")
_NOBODY = "nobody, clean"
_SYMBOLS = {"scheduled": "▸", "exported": "▹", "settled": "✓", "voided": "✗"}
_ASCII = {"scheduled": ".", "exported": ":", "settled": "+", "voided": "-"}
_COLUMNS = (
    Column("status", "STATUS", 11),
    Column("supplier", "SUPPLIER", 0),
    Column("amount", "AMOUNT", 13, right=True),
    Column("currency", "CUR", 3),
    Column("date", "EXECUTION", 10),
    Column("invoice", "ID", 8),
    Column("account", "ACCOUNT", 28, since=118),
    Column("by", "APPROVED BY", 20, since=92),
)


def _texts(payment: _Payment, *, ascii_only: bool) -> dict[str, str]:
    status = str(payment["status"])
    symbol = (_ASCII if ascii_only else _SYMBOLS).get(status, "?")
    approved_by = ", ".join(payment["approved_by"])
    return {
        "status": inert(f"{symbol} {status}"),
        "supplier": inert(payment["supplier"]),
        "amount": grouped(payment["amount"], payment["currency"]),
        "currency": inert(payment["currency"]),
        "date": inert(payment["execution_date"]),
        "invoice": inert(payment["invoice_id"]),
        "account": inert(account_blocks(payment["account"] or "-")),
        "by": inert(approved_by) or _NOBODY,
    }


def sums(payments: Sequence[_Payment]) -> dict[str, str]:
    """Give the sums of some payments by currency, as decimal strings."""
    totals: dict[str, Decimal] = {}
    for payment in payments:
        before = totals.get(payment["currency"], Decimal(0))
        totals[payment["currency"]] = before + Decimal(payment["amount"])
    return {currency: str(amount) for currency, amount in totals.items()}


def _has(payment: _Payment, words: Sequence[str]) -> bool:
    if not words:
        return True
    said = " ".join(
        str(payment.get(name) or "")
        for name in ("supplier", "invoice_id", "account", "amount", "currency", "remittance",
                     "execution_date", "payment_key")
    )  # fmt: skip
    by = " ".join(payment["approved_by"]) or _NOBODY
    said = f"{said} {by}".casefold()
    return all(word in said for word in words)


class PaymentsScreen(ListingPage, TakingBackPage):
    """Lists payments; nothing here changes one without asking."""

    BINDINGS = [*bindings("views"), *bindings("payments")]  # noqa: RUF012 - Textual declares it
    keys_shown = "payments"
    hint = "supplier, invoice, account, amount or approver"
    view_count = 1 + len(STATUSES)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.look = Look(
            _COLUMNS,
            key=lambda payment: payment["id"],
            texts=lambda payment: _texts(payment, ascii_only=session.ascii_only),
            tone=lambda payment: {"settled": "good", "voided": "quiet"}.get(payment["status"], ""),
        )
        self._all: list[dict[str, Any]] | None = None
        self._statuses = Counter[str]()
        self._shown: list[dict[str, Any]] = []
        self._sums = ""

    def read(self) -> None:
        """Read the payments."""
        self.ask("payments", lambda service: service.payments(), self._take)

    def _take(self, payments: list[dict[str, Any]]) -> None:
        self._all = payments
        self._statuses = Counter(payment["status"] for payment in payments)
        self.narrowed()
        self.draw()

    def narrowed(self) -> None:
        """List what the view and the search line leave; moving in it adds nothing up again."""
        status = STATUSES[self.view - 1] if self.view else None
        words = self.search.text.casefold().split()
        self._shown = [
            payment
            for payment in self._all or ()
            if status in (None, payment["status"]) and _has(payment, words)
        ]
        self._sums = totals_line(sums(self._shown))
        self.table.show(self._shown)

    def titles(self) -> list[str]:
        """Give the views with their counts."""
        counts = self._statuses
        return [f"All {counts.total():,}", *(f"{name} {counts[name]:,}" for name in STATUSES)]

    def counts(self) -> str:
        """Give the sums of what is listed, currency by currency."""
        if self._all is None:
            return "reading "
        return f"{self._sums}   {len(self._shown):,} listed "

    def about_cursor(self) -> str:
        """Say where the payment under the cursor goes, and who approved it."""
        payment = self.table.record
        if payment is None:
            return "" if self._all is None else "no payment here"
        to = account_blocks(payment["account"] or "no account")
        by = ", ".join(payment["approved_by"]) or "nobody: a clean policy result"
        return f"{payment['status']}, to {to}, approved by {by}"

    def action_open(self) -> None:
        """Show the invoice of the payment."""
        if self.table.record:
            self.open_invoice(self.table.record["invoice_id"])

    def action_take_back(self) -> None:
        """Void the payment under the cursor, with a reason."""
        if payment := self.table.record:
            self.take_back(payment["invoice_id"], "scheduled", payment)

    def action_run(self) -> None:
        """Show what a payment run would hold."""
        from tui.screens.pay_run import PayRunScreen  # noqa: PLC0415 - when needed

        self.app.push_screen(PayRunScreen(self.session))
