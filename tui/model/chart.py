"""Bars and columns of text. Pure: what they show is always said in figures beside them, too."""

from collections.abc import Sequence
from decimal import Decimal

BAR = 20
"""Cells of a full bar."""
_PARTS = " ▏▎▍▌▋▊▉█"
_LEVELS = " ▁▂▃▄▅▆▇█"


def bar(value: Decimal | float, largest: Decimal | float, *, ascii_only: bool) -> str:
    """Draw a value against the largest one; something above zero is never drawn as nothing."""
    if value <= 0 or largest <= 0:
        return ""
    share = min(1.0, float(value) / float(largest))
    if ascii_only:
        return "#" * max(1, round(share * BAR))
    eighths = max(1, round(share * BAR * 8))
    return _PARTS[8] * (eighths // 8) + _PARTS[eighths % 8].strip()


def columns(values: Sequence[int], height: int, *, ascii_only: bool) -> list[str]:
    """Draw values side by side, one cell each, as lines from the top down."""
    largest = max(values, default=0)
    if not largest:
        return []
    steps = 1 if ascii_only else 8
    levels = [max(bool(value), round(value / largest * height * steps)) for value in values]
    return [
        "".join(_cell(level - row * steps, steps, ascii_only=ascii_only) for level in levels)
        for row in range(height - 1, -1, -1)
    ]


def _cell(level: int, steps: int, *, ascii_only: bool) -> str:
    if level <= 0:
        return " "
    return "#" if ascii_only else _LEVELS[min(level, steps)]
