"""The texts of one record by field, cleaned as they are asked for; what they hid becomes a flag."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from expense_agent.domain.supplier import canonical_account
from expense_agent.importers.problem import UnreadableError
from expense_agent.importers.text import LONGEST_TEXT, clean, not_ascii, shown, without_cards

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
