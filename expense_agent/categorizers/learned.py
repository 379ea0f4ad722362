"""The categorizer of a store: listens to what people say there, in this session or any other.

Nothing of it is kept but in the ledger. The words are read at the first suggestion, and before
every later one those that are new, so that the second invoice uses the first correction.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from expense_agent.categorizers.history import History
from expense_agent.domain.category import Category, Label, Suggestion
from expense_agent.domain.feedback import Feedback, label_of
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.supplier import normalised_name, supplier_keys
from expense_agent.ports import Heard, Words

_LOOKED_AT = 2000
_SIMILAR = 5
AskAhead = Callable[[Sequence[Invoice], Callable[[Invoice], Sequence[tuple[str, str]]]], None]


class Speaker(Protocol):
    """Says what it thinks of an invoice."""

    def suggest(self, invoice: Invoice) -> Suggestion:
        """Return a suggestion."""
        ...


class Rules:
    """People's rules: always this category for a supplier, or for one cost centre of it."""

    def __init__(self) -> None:
        self._live: dict[str, Feedback] = {}
        self._found: dict[tuple[str, str], Feedback] = {}

    def hear(self, subject: str, words: Sequence[Feedback]) -> None:
        """Take in what holds now of one rule; nothing when it was taken back."""
        self._live.pop(subject, None)
        if words:
            self._live[subject] = words[-1]
        in_order = sorted(self._live.values(), key=lambda rule: rule.seq)
        self._found = {
            (key, rule.cost_centre): rule for rule in in_order for key in rule.supplier_keys
        }

    def of(self, invoice: Invoice) -> Feedback | None:
        """Return the rule for an invoice; one for its cost centre comes before one for all."""
        if not self._found:
            return None
        keys = supplier_keys(invoice.supplier)
        for cost_centre in dict.fromkeys((invoice.cost_centre, "")):
            for key in keys:
                if rule := self._found.get((key, cost_centre)):
                    return rule
        return None


class Learned:
    """Suggests from a history that keeps up with the ledger. Any thread may ask."""

    def __init__(self, words: Words, categories: Sequence[Category]) -> None:
        self.history = History(categories)
        self.rules = Rules()
        self._words = words
        self._heard = Heard()
        self._labels: dict[str, Label] = {}

    def catch_up(self) -> None:
        """Learn what was said since the last look, and forget what was taken back."""
        self._heard, spoken_of = self._words.heard_since(self._heard)
        said = sorted(spoken_of.items(), key=lambda item: item[1][-1].seq if item[1] else 0)
        for subject, words in said:
            if subject.startswith("rule "):
                self.rules.hear(subject, words)
            else:
                self._relearn(subject, label_of(words))

    def similar(self, invoice: Invoice) -> list[tuple[str, str]]:
        """Return suppliers whose names share a word, with the category people gave them."""
        words = set(normalised_name(invoice.supplier.name or "").split())
        newest = list(self._labels.values())[-_LOOKED_AT:]
        shared = (
            (len(words.intersection(normalised_name(label.name).split())), label.order, label)
            for label in newest
        )
        best = sorted((found for found in shared if found[0]), key=lambda f: f[:2], reverse=True)
        return list(dict.fromkeys((label.name, label.category) for _, _, label in best))[:_SIMILAR]

    def _relearn(self, subject: str, label: Label | None) -> None:
        known = self._labels.pop(subject, None)
        if known is not None:
            self.history.forget(known)
        if label is not None:
            self._labels[subject] = label
            self.history.learn(label)


class Attentive:
    """A categorizer that listens before it speaks. Implements ports.Categorizer."""

    def __init__(
        self, learned: Learned, speaker: Speaker, ask_ahead: AskAhead | None = None
    ) -> None:
        self._learned = learned
        self._speaker = speaker
        self._ask_ahead = ask_ahead
        self._lock = threading.Lock()

    def prepare(self, invoices: Sequence[Invoice]) -> None:
        """Ask a language model, if there is one, about invoices nothing else is known of."""
        if self._ask_ahead is None:
            return
        unknown = [i for i in invoices if self.suggest(i).kind in ("none", "model")]
        if unknown:
            self._ask_ahead(unknown, self._learned.similar)

    def suggest(self, invoice: Invoice) -> Suggestion:
        """Return a suggestion from all that has been said up to now."""
        with self._lock:
            self._learned.catch_up()
            return self._speaker.suggest(invoice)
