"""Lines of a sheet, a label and what belongs to it, and the parts that can be jumped to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from textual.content import Content

from tui.model.look import Lead
from tui.safe_text import safe

LABEL = 11
"""Cells of the label at the beginning of a line."""
MUTED = "$text-muted"
STRONG = "bold"
WARNING = "$text-warning"
SELECTED = "bold on $primary-muted"
Part = Content | tuple[Content | str, str] | str


@dataclass(frozen=True, slots=True)
class Line:
    """A label and what belongs to it; a long text goes on under its own beginning."""

    label: str
    text: Content
    lead: Lead | None = None
    """Where Enter on it leads."""


GAP = Line("", Content(""))


def laid_out(lines: Iterable[Line], width: int, selected: Line | None = None) -> Content:
    """Set lines into `width` cells: labels in a column of their own, text wrapped beside it."""
    shown: list[Content] = []
    for one in lines:
        label = one.label.ljust(LABEL)
        if one is selected:
            label = f"{one.label:{LABEL - 2}}> "
        for part in one.text.wrap(max(LABEL, width - LABEL)) or [Content("")]:
            drawn = Content.assemble((label, MUTED), part)
            shown.append(drawn.stylize(SELECTED) if one is selected else drawn)
            label = " " * LABEL
    return Content("\n").join(shown)


def line(label: str, *parts: Part, lead: Lead | None = None) -> Line:
    """Make a line of parts; plain strings are ours, never from data."""
    styled = [
        part
        if isinstance(part, Content)
        else Content(part)
        if isinstance(part, str)
        else _styled(*part)
        for part in parts
    ]
    return Line(label, Content.assemble(*styled), lead)


def _styled(part: Content | str, style: str) -> Content:
    return (part if isinstance(part, Content) else Content(part)).stylize(style)


def text(value: Any, limit: int = 200) -> Content:
    """Make a value from data harmless; "-" for none."""
    return safe(str(value), limit=limit) if value not in (None, "") else Content("-")


def labelled(label: str, found: Iterable[Line]) -> list[Line]:
    """Put a label on the first of some lines."""
    return [Line("" if number else label, one.text, one.lead) for number, one in enumerate(found)]


@dataclass(frozen=True, slots=True)
class Section:
    """A title and its lines."""

    title: str
    lines: tuple[Line, ...]
