"""The categories on the keys 1 to 3 of an invoice, while a person should look at its category."""

from expense_agent.domain.category import UNSURE
from expense_agent.service import InvoiceDetail

_MOST = 3


def candidates(detail: InvoiceDetail) -> tuple[str, ...]:
    """Return the category it has, then the next best; none when nobody need look."""
    suggestion = detail.suggestion or UNSURE
    unsure = any(hold.rule == "category_unsure" for hold in detail.holds) or suggestion.doubt
    if not unsure or suggestion.kind == "person":
        return ()
    named = (detail.category, suggestion.category, *suggestion.others)
    return tuple(dict.fromkeys(category for category in named if category))[:_MOST]
