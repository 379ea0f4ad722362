"""The symbols of this app, and what stands for each where a terminal has letters only."""

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

ASCII = {
    "◉": "*", "◌": "o", "◔": "%", "▴": "!", "▸": ".", "▹": ":",
    "✓": "+", "✗": "-", "⊘": "0", "⚑": "?", "⧗": "~", "↺": "<",
}  # fmt: skip
"""The states of a request."""
_OTHERS = {
    **dict.fromkeys("▁▂▃▄▅▆▇█▉▊▋▌▍▎▏", "#"),
    **dict.fromkeys("─━▔", "-"), **dict.fromkeys("│┃▕", "|"), **dict.fromkeys("┌┐└┘╭╮╰╯", "+"),
    "·": "-", "⏎": "/", "␛": "?", "⟨": "<", "⟩": ">", "\N{REPLACEMENT CHARACTER}": "?",
}  # fmt: skip
KEY_WORDS = {"↓": "Down", "↑": "Up", "→": "Right", "←": "Left", "⇧": "Shift+", "⌥": "Alt+"}
"""Stands for a key: a letter would be taken for another key."""


class Plain(LineFilter):
    """Draws plain symbols, also where Textual draws its own; what suppliers write stays."""

    _TABLE = str.maketrans(ASCII | _OTHERS)

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Replace every symbol that has a plain one."""
        del background
        return [
            segment
            if segment.control or segment.text.isascii()
            else Segment(segment.text.translate(self._TABLE), segment.style)
            for segment in segments
        ]


def spelled(shown: str) -> str:
    """Return the name of a key in letters."""
    for symbol, word in KEY_WORDS.items():
        shown = shown.replace(symbol, word)
    return shown
