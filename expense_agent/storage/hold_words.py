"""Words that filters find holds by, written with a request: 100,000 rows of JSON take a second.

Rule and reason of each hold stand on a line of their own, case folded.
"""

from collections.abc import Sequence
from typing import Any

from expense_agent.domain.policy import Hold


def hold_words(holds: Sequence[Hold]) -> str:
    """Return the words of some holds."""
    return "\n".join(f"{hold.rule} {_folded(hold.reason)}" for hold in holds)


def has_words(text: str) -> tuple[str, list[Any]]:
    """Return SQL for a hold with this anywhere in it, and its values."""
    return "instr(hold_words, ?) > 0", [_folded(text)]


def has_rule(rule: str) -> tuple[str, list[Any]]:
    """Return SQL for a hold of exactly this rule, and its values."""
    # A line may begin like a rule with a space in it, but there is none; no line is only a rule.
    wanted = _folded(rule).replace(" ", "\n")
    return "instr(char(10) || hold_words, char(10) || ? || ' ') > 0", [wanted]


def _folded(text: str) -> str:
    """Fold the case; line ends count as spaces."""
    return text.replace("\n", " ").casefold()
