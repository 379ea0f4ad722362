"""How sure an answer is: how often evidence of its kind was right in this organisation.

Never a model's own probability. Every kind of evidence begins with what was measured on ledgers
of other organisations, and with every answer of a person that counts for less.
"""

from dataclasses import dataclass

from expense_agent.categorizers.keywords import CLEAR_CONFIDENCE
from expense_agent.categorizers.memory import Remembered

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
