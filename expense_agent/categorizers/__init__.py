"""Who says which category an invoice belongs to, in their order of precedence."""

from collections.abc import Callable, Sequence

from expense_agent.categorizers.keywords import KeywordCategorizer
from expense_agent.categorizers.taxonomy import CATEGORIES
from expense_agent.domain.category import UNSURE, Suggestion
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.supplier import Supplier
from expense_agent.ports import Categorizer

__all__ = ["CATEGORIES", "Listed", "open_categorizer"]

LISTED_CONFIDENCE = 0.95
"""A person put the category beside the supplier, though not for this invoice."""

Listed = Callable[[Supplier], str | None]
"""Looks up the category id the supplier list has for a supplier."""


def open_categorizer(listed: Listed | None = None) -> Categorizer:
    """Give the categorizer of a store: what its supplier list says, else what keywords say."""
    by_list = [ListedCategorizer(listed)] if listed else []
    return FirstAnswer([*by_list, KeywordCategorizer(CATEGORIES)])


class FirstAnswer:
    """Asks one categorizer after the other until one has an answer."""

    def __init__(self, precedence: Sequence[Categorizer]) -> None:
        self._precedence = tuple(precedence)

    def suggest(self, invoice: Invoice) -> Suggestion:
        """Give the first suggestion with a category, else UNSURE."""
        answers = (categorizer.suggest(invoice) for categorizer in self._precedence)
        return next((answer for answer in answers if answer.category is not None), UNSURE)


class ListedCategorizer:
    """Knows what the supplier list says, as far as the category still exists."""

    def __init__(self, listed: Listed) -> None:
        self._listed = listed
        self._labels = {category.id: category.label for category in CATEGORIES}

    def suggest(self, invoice: Invoice) -> Suggestion:
        """Give the supplier's listed category, or UNSURE."""
        category = self._listed(invoice.supplier)
        if category not in self._labels:
            return UNSURE
        why = "the supplier list says so"
        return Suggestion(category, LISTED_CONFIDENCE, "supplier_list", why)
