"""Expense categories, and what a categorizer says of an invoice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Category:
    """An expense account. The id is stored and never reused; label and keywords may change."""

    id: str
    label: str
    keywords: tuple[str, ...] = ()
    """Lower-case words or phrases that name this category in a supplier or line text."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Which category, how sure, and why in words. `category` None means: ask a person."""

    category: str | None
    confidence: float
    """0 to 1: how often evidence of this kind is right. Never used in arithmetic on money."""
    kind: str
    """"person", "supplier_list", "rule" or "none": what the suggestion rests on."""
    why: str
    others: tuple[str, ...] = ()
    """The next best category ids, best first."""

    def to_plain(self) -> dict[str, object]:
        """Give the plain form kept in state and shown by `show --json`."""
        return {
            "category": self.category,
            "confidence": self.confidence,
            "kind": self.kind,
            "why": self.why,
            "others": list(self.others),
        }


UNSURE = Suggestion(category=None, confidence=0.0, kind="none", why="nothing names a category")
