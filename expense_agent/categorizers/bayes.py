"""Guesses the category of a supplier nobody has spoken of, from the words of those somebody has.

Complement naive Bayes, learned one label at a time: a category is likely when the features are
rare in all the others. Its own certainty is worth nothing (what it held for 64 % sure was right
40-54 % of the time), so only its order is used; how sure an answer is, is counted elsewhere.
"""

import math
import re
import unicodedata
from collections.abc import Collection, Iterator

from expense_agent.domain.supplier import normalised_name

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
