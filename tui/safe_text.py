"""Supplier text made harmless: no markup, no escapes, no hidden or reordered characters.

Every string from data passes `inert` or `safe`; ControlGuard is the wall behind both and sees each
line last. Textual itself strips none of this.
"""

from collections.abc import Sequence

from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

from expense_agent.domain.invisible_chars import UNSAFE, without_heaps

SHOWN = {"\n": "⏎", "\t": " ", "\x1b": "␛", "\u202e": "⟨RLO⟩"}
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def inert(text: str, limit: int = 200) -> str:
    """Return text with every dangerous character replaced by a visible one, cut at `limit`."""
    cut = without_heaps(text[:limit])
    return UNSAFE.sub(lambda match: SHOWN.get(match[0], _UNKNOWN), cut)


def safe(text: str, style: str = "", *, limit: int = 200) -> Content:
    """Return inert text as Content, never parsed as markup; `style` holds for all of it."""
    return Content.styled(inert(text, limit), style)


class ControlGuard(LineFilter):
    """The last wall: whatever reached a line in spite of all is replaced before the terminal."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Replace dangerous characters in drawn text; the driver's own controls pass."""
        del background
        return [
            segment
            if segment.control or not UNSAFE.search(segment.text)
            else Segment(UNSAFE.sub(_UNKNOWN, segment.text), segment.style)
            for segment in segments
        ]


_GUARD = ControlGuard()
"""One for all: a line remembers what each filter made of it, by the filter itself."""


def guarded(filters: Sequence[LineFilter]) -> list[LineFilter]:
    """Add the guard behind the filters an app has already."""
    return [*filters, _GUARD]
