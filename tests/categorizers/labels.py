"""Labels and invoices for the categorizer's tests: a supplier, a cost centre, what people said."""

from dataclasses import replace

from expense_agent.categorizers.learned import History
from expense_agent.domain.category import Category, Label
from expense_agent.domain.feedback import known_as
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.supplier import Supplier
from tests.builders import an_invoice

FOUR = (
    Category("travel", "Travel", ("taxi",)),
    Category("meals", "Meals", ("coffee",)),
    Category("office", "Office", ("paper",)),
    Category("fees", "Fees", ("premium",)),
)


def bought(
    supplier: str | Supplier | None = "Aldermoor", words: str = "as agreed", cost_centre: str = ""
) -> Invoice:
    invoice = an_invoice(supplier=supplier, description=words)
    return replace(invoice, accounting_reference=cost_centre or None)


def said(
    category: str,
    invoice: Invoice | None = None,
    *,
    subject: str = "t1",
    weight: float = 1.0,
    suggested: str | None = None,
    evidence: str = "",
) -> Label:
    about = invoice or bought()
    return Label(
        subject=subject,
        supplier_keys=known_as(about.supplier),
        name=about.supplier.name or "",
        words=about.words,
        cost_centre=about.cost_centre,
        category=category,
        weight=weight,
        suggested=suggested,
        evidence=evidence,
    )


def a_history(*labels: Label) -> History:
    history = History(FOUR)
    for label in labels:
        history.learn(label)
    return history
