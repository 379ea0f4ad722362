"""The subject of a sheet: the invoice, the facts around it, and how it is to be shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from expense_agent.domain.invoice import Invoice
from expense_agent.service import InvoiceDetail, SupplierHistory


@dataclass(frozen=True, slots=True)
class About:
    """Everything a section may draw on."""

    detail: InvoiceDetail
    now: datetime
    remark: str = ""
    """The remark that comes first; "" for none."""
    categories: Mapping[str, str] = field(default_factory=dict)
    past: SupplierHistory | None = None
    """None where it has not been read: nothing is said of it then."""
    ascii_only: bool = False

    @property
    def invoice(self) -> Invoice:
        """The invoice as edited."""
        return self.detail.invoice

    def edited(self, name: str) -> str:
        """Say who changed a field last and from what; "" if nobody did."""
        for edit in reversed(self.detail.edits):
            if name in edit.after:
                return f"changed by {edit.editor}, was {edit.before.get(name) or 'empty'}"
        return ""
