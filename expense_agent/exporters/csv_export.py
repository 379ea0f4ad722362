"""A payment run as a table, for those whose bank is fed by hand or by another program."""

import csv
import io

from expense_agent.domain.money import plain
from expense_agent.domain.payment_run import Debtor, PaymentRun, RunLine
from expense_agent.domain.spreadsheet import as_text

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
