"""The pages that another page, or a key, leads to; `tui.routes` makes them.

A page that opened another one by its class would import it: each may lead to each.
"""

from dataclasses import dataclass

from expense_agent.service import InvoiceDetail, SupplierHistory


@dataclass(frozen=True, slots=True)
class ShowInvoice:
    """All of one invoice; None: whatever is under the cursor of the queue."""

    invoice_id: str | None = None


@dataclass(frozen=True, slots=True)
class ShowComparison:
    """An invoice beside another one of its supplier."""

    detail: InvoiceDetail
    past: SupplierHistory
    twin: str


@dataclass(frozen=True, slots=True)
class ShowSteps:
    """The threads that wait for a step."""


@dataclass(frozen=True, slots=True)
class ShowPayRun:
    """The payment run that could be exported."""


@dataclass(frozen=True, slots=True)
class ShowPolicy:
    """The policy in force."""


Destination = ShowInvoice | ShowComparison | ShowSteps | ShowPayRun | ShowPolicy
