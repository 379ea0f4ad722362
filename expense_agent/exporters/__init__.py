"""Payment runs -> files. The same run gives the same bytes; what a bank would refuse is named."""

from collections.abc import Callable, Mapping
from typing import Protocol

from expense_agent.domain.payment_run import CSV, PAIN_03, PAIN_09, Debtor, PaymentRun, RunLine


class Exporter(Protocol):
    """Writes payment runs in one format."""

    needs_debtor: bool
    """Whether the file names the account that pays."""

    def why_not(self, line: RunLine, debtor: Debtor | None) -> str | None:
        """Say why a payment cannot be in such a file, or None."""
        ...

    def notes(self, line: RunLine) -> list[str]:
        """Say what the file will show otherwise than the invoice did."""
        ...

    def write(self, run: PaymentRun) -> bytes:
        """Return the file of a run."""
        ...


def _csv() -> Exporter:
    from expense_agent.exporters.csv_export import CsvExporter  # noqa: PLC0415 - one of several

    return CsvExporter()


def _pain() -> Exporter:
    from expense_agent.exporters.pain001 import PainExporter  # noqa: PLC0415 - loads lxml

    return PainExporter()


EXPORTERS: Mapping[str, Callable[[], Exporter]] = {PAIN_09: _pain, PAIN_03: _pain, CSV: _csv}
"""How to come by the exporter of each format; one line adds one."""
