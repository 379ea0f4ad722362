"""Foreign text made fit to store, and the texts of one record by field.

Text is brought to its normal form; nothing invisible stays in it, and its length has an end.

U+200C and U+200D stay: Persian and the Indic scripts are misspelt without them.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from expense_agent.domain.invisible_chars import BREAKS, HIDDEN
from expense_agent.domain.supplier import canonical_account
from expense_agent.importers.problem import UnreadableError

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


# A spreadsheet that took an account or a number for an amount has destroyed it.
_DAMAGED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Texts:
    """Reads fields by name; appends to `flags` what a person must know of them."""

    values: Mapping[str, str]
    flags: list[str]
    where: str = ""
    """Said before the name of a field: "lines[3]: "."""

    def get(self, name: str) -> str | None:
        """Return a field, None when there is nothing in it; raises UnreadableError if too long."""
        value = self.values.get(name)
        return self.cleaned(name, value) if value else None

    def cleaned(self, name: str, value: str, *, lines: bool = False) -> str | None:
        """Return a value of a field without what cannot be seen, on one line or several."""
        if len(value) > LONGEST_TEXT:
            raise UnreadableError(
                f"{self.where}{named(name)} has more than {LONGEST_TEXT:,} characters"
            )
        text, hidden = clean(value, lines=lines)
        if hidden:
            self.flags.append(f"deceptive_text: the {named(name)} held {hidden}")
        return text or None

    def undamaged(self, name: str) -> str | None:
        """Return a field that a spreadsheet may have rounded; raises UnreadableError if it has."""
        text = self.get(name)
        if text and _DAMAGED.fullmatch(text):
            reason = "a spreadsheet has rounded it; export the column as text"
            raise UnreadableError(f"{self.where}{named(name)} {shown(text)}: {reason}")
        return text

    def identifier(self, name: str) -> str | None:
        """Return a field that is compared letter by letter, in capitals and without spaces."""
        text = self.undamaged(name)
        if text is None:
            return None
        if foreign := not_ascii(text):
            self.flags.append(f"deceptive_text: the {named(name)} holds {foreign}")
        return canonical_account(text)

    def words(self, name: str, *, lines: bool = False) -> str | None:
        """Return free text; a card number in it is nobody's business.

        `lines`: its line breaks are the supplier's own, not those of a cell, and stay.
        """
        value = self.values.get(name)
        text = self.cleaned(name, value, lines=lines) if value else None
        return None if text is None else without_cards(text)


def named(name: str) -> str:
    """Write a field name as words."""
    return name.replace("_", " ")
