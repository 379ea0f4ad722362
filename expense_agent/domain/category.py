"""Expense categories, what a categorizer says of an invoice, and what a person says of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Category:
    """An expense account. The id is stored and never reused; label and keywords may change."""

    id: str
    label: str
    keywords: tuple[str, ...] = ()
    """Lower-case words or phrases that name this category in a supplier or line text."""
    gl_code: str | None = None
    """The account of the user's own chart, for exports."""
    removed: bool = False
    """A removed category stays readable in history and is never suggested."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Which category, how sure, and why in words. `category` None means: ask a person."""

    category: str | None
    confidence: float
    """0 to 1: how often evidence of this kind is right. Never used in arithmetic on money."""
    kind: str
    """The source of the suggestion: one of `categorizers.PRECEDENCE`."""
    why: str
    others: tuple[str, ...] = ()
    """The next best category ids, best first."""
    evidence: str = ""
    """The kind of evidence in detail, by which hits are counted; "" where none are."""
    right: int = 0
    """How often evidence of this kind was right here ..."""
    seen: int = 0
    """... out of how many times a person has looked."""
    confirmed: int = 0
    """How many invoices of this supplier a person had categorized when this was said."""
    mixed: bool = False
    """Whether this supplier's history says too many different things."""
    remark: str = ""
    """A language model's own words: untrusted, shown as such, never a reason of ours."""
    doubt: str = ""
    """Why a person should look at it, as the policy was when it was checked; "" for no reason."""

    def to_plain(self) -> dict[str, Any]:
        """Return the plain form kept in state and shown by `show --json`."""
        return {**asdict(self), "others": list(self.others)}


def suggestion_from(plain: Mapping[str, Any]) -> Suggestion:
    """Read the plain form; anything that is not there has its default."""
    return Suggestion(**{**plain, "others": tuple(plain["others"])})


UNSURE = Suggestion(category=None, confidence=0.0, kind="none", why="nothing names a category")


@dataclass(frozen=True, slots=True)
class Label:
    """A person's word on the category of one invoice: the only thing that is ever learned from."""

    subject: str
    """The thread of the invoice, or its place in a file; it has one label, the newest."""
    supplier_keys: tuple[str, ...]
    name: str
    words: str
    """The goods or service bought, without amounts or any numbers."""
    cost_centre: str
    category: str
    weight: float = 1.0
    """Less than 1 for an answer given to many invoices at once."""
    suggested: str | None = None
    """The program's suggestion before the person answered."""
    evidence: str = ""
    """The evidence of that suggestion; "" when it said nothing of its own."""
    order: int = 0
    """Its place among all labels; of equal ones the last learned is the newest."""

    @property
    def confirms(self) -> bool:
        """Whether a person looked at this one invoice."""
        return self.weight >= 1
