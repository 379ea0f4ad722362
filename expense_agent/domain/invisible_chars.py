"""Which characters a person does not see, or a terminal obeys: one list for readers and screens.

U+200C and U+200D are not among them: Persian and the Indic scripts are misspelt without them.
"""

import re

HIDDEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ue000-\uf8ff\ufeff\uffa0"
    "\ufff0-\ufffc\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff"
)
"""Control, format, surrogate and private-use characters, and letters that print as nothing."""
BREAKS = "\t\n\r\x85\u2028\u2029"

UNSAFE = re.compile(f"[{HIDDEN}{BREAKS}]")
"""The characters that must not reach a terminal inside a line."""

LONGEST_LINE = 1_000
"""Characters of a line that is said back to whoever typed it."""

_BLANK = re.compile(f"[{HIDDEN}\u2800]")
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_HEAP = re.compile(f"([{_MARKS}]{{3}})[{_MARKS}]+")


def without_heaps(text: str) -> str:
    """Leave three marks on a letter: more of them are drawn over the lines above and below."""
    return _HEAP.sub(r"\1", text)


def safe(value: object) -> str:
    """Make text harmless to a terminal."""
    return UNSAFE.sub("\N{REPLACEMENT CHARACTER}", without_heaps(str(value)))


def is_blank(text: str) -> bool:
    """Whether a person sees nothing of a text."""
    return not _BLANK.sub("", text).strip()


def shortened(text: str, limit: int = LONGEST_LINE) -> str:
    """Leave out the middle of a line that nobody would read."""
    half = limit // 2
    return text if len(text) <= limit else f"{text[:half]} … {text[-half:]}"
