"""The categorizer of a store: it listens to what people say there, in this session or another.

The feedback on a supplier counts first, then the words people have used for others.

Three kinds of evidence back each other up. Keywords and the model give every category a share;
the supplier's labels are added to that, and those for this cost centre to the result. So an old
label outweighs a word, and a supplier with two categories still has its candidates in order.

Nothing of it is kept but in the ledger. The words are read at the first suggestion, and before
every later one those that are new, so that the second invoice uses the first correction.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from expense_agent.categorizers.keywords import KeywordCategorizer, NaiveBayes, features
from expense_agent.categorizers.memory import HitRates, Memory, Remembered, evidence_of, is_mixed
from expense_agent.domain.category import UNSURE, Category, Label, Suggestion
from expense_agent.domain.feedback import Feedback, label_of
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.supplier import normalised_name, supplier_keys
from expense_agent.ports import Heard, Words

RULE_SHARE = 0.35
"""The worth of a keyword before the supplier is known, of all that is known."""
FEWEST_LABELS = 10
"""With fewer labels in the whole store, what resembles them is not worth saying."""
NEXT_BEST = 3


class History:
    """Suggests what people have said before, and learns one label at a time."""

    def __init__(self, categories: Sequence[Category]) -> None:
        active = [category for category in categories if not category.removed]
        self.rates = HitRates()
        self._active = tuple(category.id for category in active)
        self._keywords = KeywordCategorizer(active)
        self._memory = Memory()
        self._model = NaiveBayes()

    def learn(self, label: Label) -> None:
        """Take in what a person said; an answer for many at once says nothing of our hits."""
        self._memory.learn(label)
        self._count(label, 1)

    def forget(self, label: Label) -> None:
        """Undo `learn`."""
        self._memory.forget(label)
        self._count(label, -1)

    def suggest(self, invoice: Invoice) -> Suggestion:
        """Return the most likely category, its candidates and what they rest on."""
        by_rule = self._keywords.suggest(invoice)
        found = features(invoice.supplier.name or "", invoice.words, invoice.cost_centre)
        by_model = self._model.shares(found, self._active)
        prior = _with_rule(by_model, by_rule.category)
        known = self._memory.recall(invoice.supplier, invoice.cost_centre, prior, self._active)
        if known is not None:
            return self._remembered(known)
        if self._model.labels >= FEWEST_LABELS:
            return self._guessed(by_model, prior, by_rule)
        usual = _ranking(prior) if self._model.labels else []
        if by_rule.category is None:
            return replace(UNSURE, others=tuple(usual[:NEXT_BEST]))
        evidence = "rule, contested" if by_rule.others else "rule"
        ranking = tuple(dict.fromkeys((by_rule.category, *by_rule.others, *usual)))
        return self._said(ranking, "rule", evidence, by_rule.why)

    def _count(self, label: Label, times: int) -> None:
        found = features(label.name, label.words, label.cost_centre)
        self._model.learn(found, label.category, times * label.weight)
        if label.evidence and label.confirms:
            right = label.category == label.suggested
            self.rates.count(label.evidence, right=right, times=times)

    def _remembered(self, known: Remembered) -> Suggestion:
        counts, whose = known.counts, "supplier and cost centre" if known.of_pair else "supplier"
        if len(counts) == 1:
            number = len(known.labels)
            why = f"{number} of {number} earlier invoices of this {whose}"
        else:
            listed = ", ".join(f"{number} {category}" for category, number in counts)
            why = f"mixed: {listed} earlier of this {whose}"
        kind = "supplier_cost_centre" if known.of_pair else "supplier"
        return self._said(_ranking(known.shares), kind, evidence_of(known), why, known.confirmed)

    def _guessed(
        self, by_model: Mapping[str, float], prior: Mapping[str, float], by_rule: Suggestion
    ) -> Suggestion:
        """Speak of a supplier nobody has spoken of: a keyword, what it resembles, or both."""
        ranking, resembled = _ranking(prior), _ranking(by_model)[0]
        if by_rule.category != ranking[0]:
            why = f"new supplier; its words resemble {resembled}"
            return self._said(ranking, "model", "model", why)
        if resembled != ranking[0]:
            why = f"new supplier; {by_rule.why}, though its words resemble {resembled}"
            return self._said(ranking, "rule", "rule, contested", why)
        why = f"new supplier; {by_rule.why}, and its words resemble {resembled}"
        return self._said(ranking, "model_and_rule", "model_and_rule", why)

    def _said(
        self, ranking: Sequence[str], kind: str, evidence: str, why: str, confirmed: int = 0
    ) -> Suggestion:
        rate = self.rates.of(evidence)
        return Suggestion(
            category=ranking[0],
            confidence=round(self.rates.confidence(evidence), 3),
            kind=kind,
            why=why,
            others=tuple(ranking[1 : 1 + NEXT_BEST]),
            evidence=evidence,
            right=rate.right,
            seen=rate.seen,
            confirmed=confirmed,
            mixed=is_mixed(evidence),
        )


def _with_rule(shares: Mapping[str, float], category: str | None) -> Mapping[str, float]:
    """Return a category that a keyword names its part of the whole."""
    if category is None:
        return shares
    rest = {name: (1 - RULE_SHARE) * share for name, share in shares.items()}
    return {**rest, category: rest[category] + RULE_SHARE}


def _ranking(shares: Mapping[str, float]) -> list[str]:
    return sorted(shares, key=shares.__getitem__, reverse=True)


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
