"""Names that may be taken for another supplier's: other letters that look alike, one letter off.

`normalised_name` says when two names are written alike; this says when they only look alike. The
map of letters is our own: confusables of other scripts, and pairs that look like one letter.
"""

import re
import unicodedata
from functools import lru_cache

from expense_agent.domain.supplier import normalised_name

_SHORTEST = 5
"""Shorter names are only compared whole: among three letters everything is one letter off."""
_LETTERS = str.maketrans({
    letter: latin
    for latin, letters in {
        # Cyrillic and Greek letters drawn like Latin ones; digits drawn like letters.
        "a": "\u0430\u03b1", "b": "\u03b2", "c": "\u0441\u03f2", "d": "\u0501",
        "e": "\u0435\u03b53",
        "g": "\u0261", "h": "\u043d\u04bb", "i": "\u0456\u03b9", "j": "\u0458\u03f3",
        "k": "\u043a\u03ba", "l": "\u04cf1|", "m": "\u043c", "n": "\u03b7\u0578",
        "o": "\u043e\u03bf0",
        "p": "\u0440\u03c1", "q": "\u051b", "r": "\u0433", "s": "\u04555", "t": "\u0442\u03c4",
        "u": "\u03c5\u057d", "v": "\u03bd\u0475", "w": "\u051d\u03c9", "x": "\u0445\u03c7",
        "y": "\u0443\u03b3",
    }.items()
    for letter in letters
})  # fmt: skip
_PAIRS = (("rn", "m"), ("vv", "w"), ("i", "l"))
_LONG_FORMS = ("limited", "incorporated", "corporation")
"""Legal forms long enough to be recognised when they are misspelt."""
_ORDINAL = re.compile(r"\d+|\b\w\b")


@lru_cache(maxsize=4096)  # every new name is laid beside the same known ones
def skeleton(name: str) -> str:
    """Return what a name looks like: one text for `Nordwind`, `N0rdvvind` and Cyrillic letters.

    Legal forms, case, spaces and punctuation do not count.
    """
    text = unicodedata.normalize("NFKC", name).casefold().translate(_LETTERS)
    words = [_drawn(word) for word in normalised_name(text).split()]
    kept = [word for word in words if not _is_form(word)]
    return "".join(kept or words)


def shapes(name: str) -> frozenset[str]:
    """Return the keys under which a name is found: its skeleton, and that with one letter left out.

    Two skeletons that are one letter off, or have two letters swapped, have such a key in common.
    """
    whole = skeleton(name)
    if len(whole) < _SHORTEST:
        return frozenset({whole} - {""})
    return frozenset({whole, *(whole[:i] + whole[i + 1 :] for i in range(len(whole)))})


def may_be_taken_for(name: str, known: str) -> bool:
    """Whether a name looks like a known one without being it.

    Names that differ in a number or a single letter ("School 4", "Team A") are told apart by it.
    """
    if normalised_name(name) == normalised_name(known):
        return False
    one, other = skeleton(name), skeleton(known)
    if one == other:
        return True
    if _ORDINAL.findall(normalised_name(name)) != _ORDINAL.findall(normalised_name(known)):
        return False
    return min(len(one), len(other)) >= _SHORTEST and _one_off(one, other)


def _drawn(word: str) -> str:
    """Return a word in the letters it is drawn like."""
    for pair, letter in _PAIRS:
        word = word.replace(pair, letter)
    return word


def _is_form(word: str) -> bool:
    return any(_one_off(word, _drawn(form)) for form in _LONG_FORMS)


def _one_off(one: str, other: str) -> bool:
    """Whether one letter is added, left out or changed, or two neighbours are swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    if len(left) == len(right):
        swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
        return left[1:] == right[1:] or swapped
    return left[1:] == right or left == right[1:]
