"""Feedback on a supplier and on a supplier's cost centre, and how sure an answer from it is.

Sure means: how often evidence of its kind was right in this store.

A supplier nearly always means one category: its own history is right on nine invoices of ten. It
is recognised by its ids, else by its whole name, never by a similar one: "A2" is not "A1".

Never a model's own probability. Every kind of evidence begins with what was measured on ledgers
of other organisations, and with every answer of a person that counts for less.
"""

from bisect import insort
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from expense_agent.categorizers.keywords import CLEAR_CONFIDENCE
from expense_agent.domain.category import Label
from expense_agent.domain.feedback import known_as
from expense_agent.domain.supplier import Supplier

FORGETTING = 0.9
"""Each older label counts this much less than the one after it."""
REMEMBERED = 30
"""Labels that count; what was said before them no longer matters."""
SUPPLIER_PRIOR = 1.5
"""Labels that what is known without the supplier is worth, once the supplier is known."""
PAIR_PRIOR = 1.0
"""Labels that the supplier as a whole is worth, once its cost centre is known, too."""

_ANYWHERE = ""


@dataclass(frozen=True, slots=True)
class Remembered:
    """The labels that speak for an invoice, newest last, and what they come to."""

    shares: Mapping[str, float]
    labels: tuple[str, ...]
    """The categories of the pair, where there are any, else of the supplier."""
    of_pair: bool
    contested: bool
    """Whether the supplier's other cost centres say something else."""
    confirmed: int
    """How many invoices of the supplier a person has looked at."""

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How often each category was said, the most frequent first."""
        return Counter(self.labels).most_common()


class Memory:
    """Labels by supplier, and by supplier and cost centre."""

    def __init__(self) -> None:
        self._labels: dict[tuple[str, str], list[Label]] = {}

    def learn(self, label: Label) -> None:
        """Take a label in."""
        for place in _places(label):
            insort(self._labels.setdefault(place, []), label, key=attrgetter("order"))

    def forget(self, label: Label) -> None:
        """Let go of a label that was learned."""
        for place in _places(label):
            kept = self._labels[place]
            kept.remove(label)
            if not kept:
                del self._labels[place]

    def recall(
        self,
        supplier: Supplier,
        cost_centre: str,
        prior: Mapping[str, float],
        active: Collection[str],
    ) -> Remembered | None:
        """Weigh what was said of a supplier, over what is known without it; None when nothing was.

        Labels of categories that are not `active` any more say nothing.
        """
        of_supplier = self._find(supplier, _ANYWHERE, active)
        if not of_supplier:
            return None
        of_pair = self._find(supplier, cost_centre, active) if cost_centre else []
        shares = _added(prior, SUPPLIER_PRIOR, of_supplier)
        if of_pair:
            shares = _added(shares, PAIR_PRIOR, of_pair)
        said = {label.category for label in of_pair or of_supplier}
        return Remembered(
            shares=shares,
            labels=tuple(label.category for label in of_pair or of_supplier),
            of_pair=bool(of_pair),
            contested=any(label.category not in said for label in of_supplier),
            confirmed=sum(label.confirms for label in of_supplier),
        )

    def _find(self, supplier: Supplier, cost_centre: str, active: Collection[str]) -> list[Label]:
        """Return the last labels under the strongest key that has any, newest last.

        An invoice with ids is never taken for one of another supplier of the same name: under its
        name only labels count that came without an id.
        """
        keys = known_as(supplier)
        identified = any(_is_id(key) for key in keys)
        for key in keys:
            place = key if _is_id(key) or identified else _of_that_name(key)
            found = self._labels.get((place, cost_centre), ())[-REMEMBERED:]
            if usable := [label for label in found if label.category in active]:
                return usable
        return []


def _places(label: Label) -> Iterator[tuple[str, str]]:
    ids = [key for key in label.supplier_keys if _is_id(key)]
    names = [key for key in label.supplier_keys if not _is_id(key)]
    for key in (*(ids or names), *map(_of_that_name, names)):
        yield key, _ANYWHERE
        if label.cost_centre:
            yield key, label.cost_centre


def _is_id(key: str) -> bool:
    return not key.startswith("name:")


def _of_that_name(key: str) -> str:
    """Where all labels of a name are kept, for invoices that say nothing but the name."""
    return f"any {key}"


def _added(
    prior: Mapping[str, float], prior_labels: float, labels: Sequence[Label]
) -> dict[str, float]:
    """Add labels to a prior worth so many labels; each older one counts less."""
    shares = {category: prior_labels * share for category, share in prior.items()}
    for age, label in enumerate(reversed(labels)):
        shares[label.category] += label.weight * FORGETTING**age
    total = sum(shares.values())
    return {category: share / total for category, share in shares.items()}


PRIOR_ANSWERS = 8
"""Answers of people that the figures from elsewhere are worth."""
PRIORS = {
    "1": 0.86,
    "2-3 same": 0.94,
    "4+ same": 0.985,
    "4+ nearly all": 0.95,
    "4+ mostly": 0.85,
    "4+ mixed": 0.50,
    "2-3 mixed": 0.45,
    "1, contested": 0.65,
    "2-3 same, contested": 0.83,
    "4+ same, contested": 0.95,
    "4+ nearly all, contested": 0.90,
    "4+ mostly, contested": 0.80,
    "invoice_reference": 0.95,
    "supplier_list": 0.95,
    "model_and_rule": 0.70,
    "rule": CLEAR_CONFIDENCE,
    "rule, contested": 0.50,
    "model": 0.30,
    "llm": 0.60,
}
"""Measured on five ledgers of public bodies; those of reference, list and LLM are proposed."""
MIXED = ("4+ mixed", "4+ mostly")
"""Histories of which less than nine in ten say the same."""

_MANY = 4
_NEARLY_ALL = 0.9
_MOSTLY = 0.7


def evidence_of(known: Remembered) -> str:
    """Name the kind of evidence that labels are: "pair: 2-3 same", "supplier: 4+ mixed" ..."""
    count = len(known.labels)
    share = known.counts[0][1] / count
    whose = "pair" if known.of_pair else "supplier"
    shape = _shape(count, share)
    contested = known.contested and f"{shape}, contested" in PRIORS
    return f"{whose}: {shape}, contested" if contested else f"{whose}: {shape}"


def _shape(count: int, share: float) -> str:
    if count == 1:
        return "1"
    if count < _MANY:
        return "2-3 same" if share == 1 else "2-3 mixed"
    if share == 1:
        return "4+ same"
    if share >= _NEARLY_ALL:
        return "4+ nearly all"
    return "4+ mostly" if share >= _MOSTLY else "4+ mixed"


def is_mixed(evidence: str) -> bool:
    """Whether evidence is a history of four or more labels of which many say something else."""
    shape = evidence.partition(": ")[2].removesuffix(", contested")
    return shape in MIXED


@dataclass(slots=True)
class Rate:
    """How often evidence of one kind was right, of how many times somebody looked."""

    right: int = 0
    seen: int = 0


class HitRates:
    """Counts, by kind of evidence, how often people left a suggestion as it was."""

    def __init__(self) -> None:
        self._rates: dict[str, Rate] = {}

    def count(self, evidence: str, *, right: bool, times: int = 1) -> None:
        """Count an answer; `times` -1 takes one back."""
        rate = self._rates.setdefault(evidence, Rate())
        rate.seen += times
        rate.right += times * right

    def of(self, evidence: str) -> Rate:
        """Return the counts of one kind of evidence."""
        return self._rates.get(evidence, Rate())

    def confidence(self, evidence: str) -> float:
        """Return the share of answers of this kind that can be expected to be right."""
        rate = self.of(evidence)
        prior = PRIORS[evidence.rpartition(": ")[2]]
        return (rate.right + PRIOR_ANSWERS * prior) / (rate.seen + PRIOR_ANSWERS)
