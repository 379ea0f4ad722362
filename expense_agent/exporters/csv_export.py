"""A payment run as a table, for those whose bank is fed by hand or by another program.

No cell is text that a spreadsheet takes for a formula.

Quoting does not do it: a formula may stand in quotes, and a program that splits at another
separator than the file was written with begins cells in the middle of a text. So every place that
any reader could take for the beginning of a cell is looked at. For text only: a number is written
as it is, and an exact copy is JSON.
"""

import csv
import io
import re

from expense_agent.domain.money import plain
from expense_agent.domain.payment_run import Debtor, PaymentRun, RunLine

MARK = "'"
"""Says to a spreadsheet: what follows is text."""

_ENDS_A_CELL = r",;|\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029"
_NOT_LOOKED_AT = (
    r'"\x00-\x08\x0e-\x1b\x1f \x7f-\x84\x86-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u202a-\u202f'
    r"\u205f-\u206f\u3000\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
)
"""Quotes, and what programs trim or do not show: blanks, controls, invisible characters."""
_BEGINS_A_FORMULA = (
    "-"  # first, or it would name a range
    r"=+@\u207a\u207c\u208a\u208c\u2212\u2a75\u2a76\ufb29\ufe62\ufe63\ufe66\ufe6b"
    r"\uff0b\uff0d\uff1d\uff20"
)
"""= + - @, the minus sign, and whatever becomes one of them where full-width forms are folded."""

_FORMULA = re.compile(f"(?:^|[{_ENDS_A_CELL}])[{_NOT_LOOKED_AT}]*(?=[{_BEGINS_A_FORMULA}])")
_MOVES_ON = ("\t", "\r", "\n")


def as_text(text: str) -> str:
    """Return text that is text in any spreadsheet: a mark stands before what could be a formula."""
    marked = _FORMULA.sub(lambda found: found[0] + MARK, text)
    return MARK + marked if marked.startswith(_MOVES_ON) else marked


def from_text(cell: str) -> str:
    """Return the text that `as_text` has marked at its beginning."""
    unmarked = cell.removeprefix(MARK)
    return unmarked if as_text(unmarked) == cell else cell


COLUMNS = (
    "run", "end_to_end_id", "execution_date", "amount", "currency", "name", "account",
    "remittance", "invoice_id", "store", "payment_key", "first_key", "audit_head",
)  # fmt: skip


class CsvExporter:
    """Writes one row a payment, in any currency and to any kind of account."""

    needs_debtor = False

    def why_not(self, line: RunLine, debtor: Debtor | None) -> str | None:
        """Say why a payment cannot be made from a table, or None."""
        del debtor
        return None if line.account else "there is no account to pay into"

    def notes(self, line: RunLine) -> list[str]:
        """Say nothing: a table holds any text."""
        del line
        return []

    def write(self, run: PaymentRun) -> bytes:
        """Return the file of a run; no cell of it is a formula."""
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\r\n")
        rows.writerow(COLUMNS)
        for line in run.lines:
            words = (line.name, line.account or "", line.remittance, line.invoice_id)
            keys = (run.store, line.payment_key, line.first_key or line.payment_key, run.head)
            amount = plain(line.amount.rounded().amount)
            facts = (line.execution_date, amount, line.amount.currency)
            rows.writerow((run.id, line.end_to_end_id, *facts, *map(as_text, words), *keys))
        return text.getvalue().encode()
