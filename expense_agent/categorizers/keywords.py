"""Categories by words: those of the built-in list, and those people's feedback has taught.

A clear word is right more often than not, which is a guess and no more; where words of two
categories compete it is worth still less.

Complement naive Bayes, learned one label at a time: a category is likely when the features are
rare in all the others. Its own certainty is worth nothing (what it held for 64 % sure was right
40-54 % of the time), so only its order is used; how sure an answer is, is counted elsewhere.
"""

import math
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from expense_agent.domain.category import UNSURE, Category, Suggestion
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.supplier import normalised_name

CLEAR_CONFIDENCE = 0.58
"""How often one clear keyword is right of a new supplier: 0.51 to 0.75 on four ledgers."""

_MOST_CHARACTERS = 10_000
"""Words beyond this say nothing new, and an answer must come in time."""
_NEXT_BEST = 3
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class KeywordCategorizer:
    """Suggests the category whose keywords an invoice names."""

    def __init__(self, categories: Sequence[Category]) -> None:
        self._named = [category for category in categories if category.keywords]

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        """Made when the first invoice is read: the queue is shown without them."""
        return {category.id: _pattern(category.keywords) for category in self._named}

    def suggest(self, invoice: Invoice) -> Suggestion:
        """Return the category most words speak for, or UNSURE when no keyword is there."""
        text = _folded(invoice.text)
        found = {name: set(pattern.findall(text)) for name, pattern in self._patterns.items()}
        return _suggestion({name: words for name, words in found.items() if words})


def _suggestion(found: Mapping[str, set[str]]) -> Suggestion:
    """Weigh the categories by the words of their keywords: "royal mail" outweighs "mail"."""
    if not found:
        return UNSURE
    weights = {name: sum(len(word.split()) for word in words) for name, words in found.items()}
    best, *others = sorted(weights, key=weights.__getitem__, reverse=True)
    share = weights[best] / sum(weights.values())
    return Suggestion(
        category=best,
        confidence=round(CLEAR_CONFIDENCE * share, 2),
        kind="rule",
        why=_why(found, [best, *others]),
        others=tuple(others[:_NEXT_BEST]),
    )


def _why(found: Mapping[str, set[str]], ranking: Sequence[str]) -> str:
    """Name the most telling keyword of the winner and, where there is one, of its rival."""
    best, *rivals = (f"'{max(sorted(found[name]), key=len)}'" for name in ranking[:2])
    return f"keyword {best}" + "".join(f", but {rival} names {ranking[1]}" for rival in rivals)


def _pattern(keywords: Sequence[str]) -> re.Pattern[str]:
    """Match any keyword as whole words; `*` at an end stands for the rest of a word."""
    longest_first = sorted(keywords, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(_alternative, longest_first))})\b")


def _alternative(keyword: str) -> str:
    before = r"\w*" if keyword.startswith("*") else ""
    after = r"\w*" if keyword.endswith("*") else ""
    return before + _folded(keyword) + after


def _folded(text: str) -> str:
    """Fold case, umlauts and accents, and leave single spaces between words."""
    lower = unicodedata.normalize("NFKC", text[:_MOST_CHARACTERS]).casefold().translate(_UMLAUTS)
    letters = (c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", "".join(letters)))[:_MOST_CHARACTERS]


SMOOTHING = 0.05
SHARPNESS = 6.0
"""How much the best category stands out; it decides what a keyword and old labels can outvote."""
HALF_TRUSTED = 100
"""Labels after which the words count as much as how frequent categories are."""

_NAME_PIECES = (3, 4, 5)
"""Lengths of the pieces a name is cut into, so that "Taxibetrieb" resembles "Taxi"."""
_MOST_WORDS = 60
_NAME_CHARACTERS = 120
_WORD = re.compile(r"[^\W\d_]{2,}")
_NOTHING = 1e-9


def features(name: str, words: str, cost_centre: str) -> frozenset[str]:
    """Return what a name, the words of the lines and a cost centre consist of."""
    return frozenset(
        (
            *_pieces(normalised_name(name[:_NAME_CHARACTERS])),
            *(f"line {word}" for word in _words(words)),
            *(f"for {word}" for word in _words(cost_centre)),
        )
    )


def _pieces(name: str) -> Iterator[str]:
    yield from (f"name {word}" for word in name.split())
    padded = f" {name} "
    for length in _NAME_PIECES:
        yield from (padded[at : at + length] for at in range(len(padded) - length + 1))


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", text[:2000]).casefold()
    return _WORD.findall(folded)[:_MOST_WORDS]


class NaiveBayes:
    """Counts features by category; what was learned can be unlearned."""

    def __init__(self) -> None:
        self.labels = 0.0
        self._counts: dict[str, dict[str, float]] = {}
        self._mass: dict[str, float] = {}
        """Sum of all feature counts of a category."""
        self._frequency: dict[str, float] = {}
        """Labels of a category."""

    def learn(self, found: frozenset[str], category: str, weight: float = 1.0) -> None:
        """Count a label; a negative weight takes it back."""
        share = weight / math.sqrt(len(found)) if found else 0.0
        for feature in found:
            row = self._counts.setdefault(feature, {})
            row[category] = row.get(category, 0.0) + share
            if row[category] < _NOTHING:
                del row[category]
            if not row:
                del self._counts[feature]
        self._mass[category] = self._mass.get(category, 0.0) + share * len(found)
        self._frequency[category] = self._frequency.get(category, 0.0) + weight
        self.labels += weight

    def shares(self, found: frozenset[str], categories: Collection[str]) -> dict[str, float]:
        """Return every category its share; without labels all have the same."""
        usual = self._usual(categories)
        if self.labels < 1:
            return usual
        score = self._scores(found, categories)
        best = max(score.values())
        weight = {c: math.exp(SHARPNESS * (score[c] - best)) for c in categories}
        total = sum(weight.values())
        trust = self.labels / (self.labels + HALF_TRUSTED)
        return {c: trust * weight[c] / total + (1 - trust) * usual[c] for c in categories}

    def _usual(self, categories: Collection[str]) -> dict[str, float]:
        """How frequent categories are, whatever the invoice says."""
        counts = {c: max(0.0, self._frequency.get(c, 0.0)) + 0.5 for c in categories}
        total = sum(counts.values())
        return {c: count / total for c, count in counts.items()}

    def _scores(self, found: frozenset[str], categories: Collection[str]) -> dict[str, float]:
        """Return, averaged over the features, how much rarer they are in all other categories.

        Only categories that have a feature gain by it: the rest is the same for all of them.
        """
        gain = dict.fromkeys(categories, 0.0)
        for feature in found:
            row = self._counts.get(feature)
            if row is None:
                continue
            total = sum(row.values()) + SMOOTHING
            for category, count in row.items():
                if category in gain:
                    gain[category] += math.log(total / (total - count))
        total = sum(self._mass.values()) + SMOOTHING * len(self._counts)
        return {
            category: summed / max(1, len(found)) + math.log(total - self._mass.get(category, 0.0))
            for category, summed in gain.items()
        }
