"""A line of a sheet: a label and what belongs to it, set into any width."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from textual.content import Content

from tui.safe_text import safe

LABEL = 11
"""Cells of the label at the beginning of a line."""
MUTED = "$text-muted"
STRONG = "bold"
WARNING = "$text-warning"
Part = Content | tuple[Content | str, str] | str


@dataclass(frozen=True, slots=True)
class Line:
    """A label and what belongs to it; a long text goes on under its own beginning."""

    label: str
    text: Content


GAP = Line("", Content(""))


def laid_out(lines: Iterable[Line], width: int) -> Content:
    """Set lines into `width` cells: labels in a column of their own, text wrapped beside it."""
    shown: list[Content] = []
    for one in lines:
        label = one.label.ljust(LABEL)
        for part in one.text.wrap(max(LABEL, width - LABEL)) or [Content("")]:
            shown.append(Content.assemble((label, MUTED), part))
            label = " " * LABEL
    return Content("\n").join(shown)


def line(label: str, *parts: Part) -> Line:
    """Make a line of parts; plain strings are ours, never from data."""
    styled = [
        part
        if isinstance(part, Content)
        else Content(part)
        if isinstance(part, str)
        else _styled(*part)
        for part in parts
    ]
    return Line(label, Content.assemble(*styled))


def _styled(part: Content | str, style: str) -> Content:
    return (part if isinstance(part, Content) else Content(part)).stylize(style)


def text(value: Any, limit: int = 200) -> Content:
    """Make a value from data harmless; "-" for none."""
    return safe(str(value), limit=limit) if value not in (None, "") else Content("-")


def labelled(label: str, found: Iterable[Line]) -> list[Line]:
    """Put a label on the first of some lines."""
    return [Line("" if number else label, one.text) for number, one in enumerate(found)]
