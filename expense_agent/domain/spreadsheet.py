"""Text for a cell of a CSV file that no spreadsheet takes for a formula.

Quoting does not do it: a formula may stand in quotes, and a program that splits at another
separator than the file was written with begins cells in the middle of a text. So every place that
any reader could take for the beginning of a cell is looked at. For text only: a number is written
as it is, and an exact copy is JSON.
"""

import re

MARK = "'"
"""Says to a spreadsheet: what follows is text."""

_ENDS_A_CELL = r",;|\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029"
_NOT_LOOKED_AT = (
    r'"\x00-\x08\x0e-\x1b\x1f \x7f-\x84\x86-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u202a-\u202f'
    r"\u205f-\u206f\u3000\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
)
"""Quotes, and what programs trim or do not show: blanks, controls, invisible characters."""
_BEGINS_A_FORMULA = (
    "-"  # first, or it would name a range
    r"=+@\u207a\u207c\u208a\u208c\u2212\u2a75\u2a76\ufb29\ufe62\ufe63\ufe66\ufe6b"
    r"\uff0b\uff0d\uff1d\uff20"
)
"""= + - @, the minus sign, and whatever becomes one of them where full-width forms are folded."""

_FORMULA = re.compile(f"(?:^|[{_ENDS_A_CELL}])[{_NOT_LOOKED_AT}]*(?=[{_BEGINS_A_FORMULA}])")
_MOVES_ON = ("\t", "\r", "\n")


def as_text(text: str) -> str:
    """Return text that is text in any spreadsheet: a mark stands before what could be a formula."""
    marked = _FORMULA.sub(lambda found: found[0] + MARK, text)
    return MARK + marked if marked.startswith(_MOVES_ON) else marked


def from_text(cell: str) -> str:
    """Return the text that `as_text` has marked at its beginning."""
    unmarked = cell.removeprefix(MARK)
    return unmarked if as_text(unmarked) == cell else cell
