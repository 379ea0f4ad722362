"""Feedback on a supplier, and on a supplier for one cost centre.

A supplier nearly always means one category: its own history is right on nine invoices of ten. It
is recognised by its ids, else by its whole name, never by a similar one: "A2" is not "A1".
"""

from bisect import insort
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

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
