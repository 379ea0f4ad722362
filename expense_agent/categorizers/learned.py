"""The categorizer of a store: listens to what people say there, in this session or any other.

Nothing of it is kept but in the ledger. The words are read at the first suggestion, and before
every later one those that are new, so that the second invoice uses the first correction.
"""

import threading
from collections.abc import Sequence

from expense_agent.categorizers.history import History
from expense_agent.domain.category import Category, Label, Suggestion
from expense_agent.domain.feedback import Feedback, label_of
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.supplier import supplier_keys
from expense_agent.ports import Categorizer, Heard, Words


class Rules:
    """What people have ruled: always this category for that supplier, or one cost centre of it."""

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
        """Give the rule for an invoice; one for its cost centre comes before one for all."""
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

    def _relearn(self, subject: str, label: Label | None) -> None:
        known = self._labels.pop(subject, None)
        if known is not None:
            self.history.forget(known)
        if label is not None:
            self._labels[subject] = label
            self.history.learn(label)


class Attentive:
    """A categorizer that listens before it speaks. Implements ports.Categorizer."""

    def __init__(self, learned: Learned, speaker: Categorizer) -> None:
        self._learned = learned
        self._speaker = speaker
        self._lock = threading.Lock()

    def suggest(self, invoice: Invoice) -> Suggestion:
        """Give a suggestion from all that has been said up to now."""
        with self._lock:
            self._learned.catch_up()
            return self._speaker.suggest(invoice)
