"""Foreign text made fit to store: normal form, nothing invisible, and a word on what was removed.

U+200C and U+200D stay: Persian and the Indic scripts are misspelt without them.
"""

import re
import unicodedata

from expense_agent.domain.invisible_chars import BREAKS, HIDDEN

LONGEST_TEXT = 10_000
"""Characters of one field; the longest real ones have a few hundred."""

_HIDDEN = re.compile(f"[{HIDDEN}\u2800\ufffd]")
_SELECTORS = re.compile("[\ufe00-\ufe0f]")
_BREAKS = re.compile(f"[{BREAKS}]+")
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")
# Joiners beside plain Latin letters join nothing: they only make two names differ.
_IDLE_JOINER = re.compile("(?<=[!-~])[\u200c\u200d]|[\u200c\u200d](?=[!-~])")
# 14 to 16 digits: cards of 13 are gone, and article numbers (GTIN) have 13.
_CARD = re.compile(r"(?<![0-9])[3-6][0-9](?:[ -]?[0-9]){12,14}(?![0-9])", re.ASCII)
_NAMED_AT_MOST = 3


def clean(text: str, *, lines: bool = False) -> tuple[str, str | None]:
    """Return the text without what cannot be seen, and what that was, or None.

    Tabs become spaces, and so do line breaks where the text is not one of several `lines`.
    """
    if text.isascii() and text.isprintable():
        return text.strip(), None
    hidden = [*_HIDDEN.findall(text), *_IDLE_JOINER.findall(text)]
    broken = _LINE_ENDS.sub("\n", text).replace("\t", " ") if lines else _BREAKS.sub(" ", text)
    seen = _SELECTORS.sub("", _HIDDEN.sub("", broken))
    return unicodedata.normalize("NFC", seen).strip(), _named(hidden) if hidden else None


def not_ascii(text: str) -> str | None:
    """Name the characters an account or tax number cannot have, or None."""
    return None if text.isascii() else _named([c for c in text if not c.isascii()])


def without_cards(text: str) -> str:
    """Mask what is a payment card number by its length and check digit, but for four digits."""
    return _CARD.sub(_masked, text) if len(text) >= 14 else text  # noqa: PLR2004 - the shortest


def shown(text: str, limit: int = 40) -> str:
    """Quote a piece of a document in a reason: printable and short."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return f'"{printable(cut)}"'


def printable(text: str) -> str:
    """Replace everything a terminal could act on by "?"."""
    return "".join(c if c.isprintable() and not _SELECTORS.match(c) else "?" for c in text)


def visible(text: str) -> str:
    """Show a whole document: lines stay lines, what hides is written out, card numbers masked."""
    lines = _LINE_ENDS.sub("\n", text).expandtabs(4)
    return without_cards(_HIDDEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", lines))


def _named(characters: list[str]) -> str:
    names = [f"U+{ord(c):04X} {unicodedata.name(c, 'control')}" for c in dict.fromkeys(characters)]
    more = f" and {len(names) - _NAMED_AT_MOST} more" if len(names) > _NAMED_AT_MOST else ""
    return ", ".join(names[:_NAMED_AT_MOST]) + more


def _masked(found: re.Match[str]) -> str:
    digits = [int(c) for c in found[0] if c.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    luhn = (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
    return f"…{found[0][-4:]}" if luhn else found[0]
