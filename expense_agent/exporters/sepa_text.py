"""Text and accounts as European banks take them: few letters, few places, known countries."""

import re
import unicodedata

from expense_agent.domain.supplier import iban_problem, is_iban

COUNTRIES = frozenset(
    "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT"
    " NL NO PL PT RO RS SE SI SK SM VA".split()
)
"""The countries whose accounts a SEPA credit transfer reaches."""

_SPELT_OUT = str.maketrans(
    {
        "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS",
        "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
        "ł": "l", "Ł": "L", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D", "ı": "i",  # noqa: RUF001 - they are what is spelt out
        "&": "+", "@": "(at)", "_": "-", ";": ",", "–": "-", "—": "-", "’": "'", "‘": "'",  # noqa: RUF001 - they are what is spelt out
        "„": "'", "“": "'", "”": "'", '"': "'", "[": "(", "]": ")", "{": "(", "}": ")",
        "\\": "/", "|": "/", "*": ".", "#": ".", "=": "-", "%": ".", "€": "EUR", "!": ".",
        "<": "(", ">": ")", "\t": " ", "\n": " ", "\r": " ", "\xa0": " ",
    }
)  # fmt: skip
_REFUSED = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_REFERENCE = re.compile(r"RF\d\d[A-Z0-9]{1,21}", re.ASCII)


def spelt(text: str) -> str:
    """Spell a text with the letters of the basic Latin set of SEPA; what has none becomes "?"."""
    composed = unicodedata.normalize("NFC", text).translate(_SPELT_OUT)
    bare = "".join(
        c for c in unicodedata.normalize("NFKD", composed) if unicodedata.category(c)[0] not in "MC"
    )
    letters = _REFUSED.sub("?", bare.translate(_SPELT_OUT))
    one_line = re.sub(r" +", " ", re.sub(r"/{2,}", "/", letters)).strip()
    return one_line.lstrip("/ ").rstrip("/ ")


def shortened(text: str, most: int) -> str:
    """Cut a spelt text to what fits."""
    return spelt(text)[:most].rstrip("/ ")


def is_legible(text: str) -> bool:
    """Whether anything a person could read is left of a spelt text."""
    return bool(re.search(r"[A-Za-z0-9]", text))


def is_creditor_reference(text: str) -> bool:
    """Whether a text is a structured reference of ISO 11649 with right check digits."""
    compact = text.replace(" ", "").upper()
    if not _REFERENCE.fullmatch(compact):
        return False
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def account_problem(account: str | None) -> str | None:
    """Say why a SEPA credit transfer cannot reach an account, or None."""
    if account is None:
        return "there is no account to pay into"
    if not is_iban(account):
        return f"{account} is not an IBAN"
    if problem := iban_problem(account):
        return f"{account} cannot be right: {problem}"
    if account[:2] not in COUNTRIES:
        return f"{account} is in {account[:2]}, where SEPA does not reach"
    return None
