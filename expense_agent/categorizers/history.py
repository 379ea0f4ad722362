"""The categorizer: what people have said of a supplier, and where they have not, words.

Three kinds of evidence back each other up. Keywords and the model give every category a share;
the supplier's labels are added to that, and those for this cost centre to the result. So an old
label outweighs a word, and a supplier with two categories still has its candidates in order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from expense_agent.categorizers.bayes import NaiveBayes, features
from expense_agent.categorizers.confidence import HitRates, evidence_of, is_mixed
from expense_agent.categorizers.keywords import KeywordCategorizer
from expense_agent.categorizers.memory import Memory, Remembered
from expense_agent.domain.category import UNSURE, Category, Label, Suggestion
from expense_agent.domain.invoice import Invoice

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
