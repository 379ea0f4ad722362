"""The categories on the keys 1 to 3 of an invoice, while a person should look at its category."""

from expense_agent.service import InvoiceDetail

_MOST = 3


def candidates(detail: InvoiceDetail) -> tuple[str, ...]:
    """Return the category it has, then the next best; none when nobody need look."""
    said = detail.suggestion
    unsure = any(hold.rule == "category_unsure" for hold in detail.holds) or said.get("doubt")
    if not unsure or said.get("kind") == "person":
        return ()
    named = (detail.category, said.get("category"), *said.get("others", ()))
    return tuple(dict.fromkeys(category for category in named if category))[:_MOST]
