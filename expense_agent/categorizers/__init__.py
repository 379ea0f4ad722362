"""Categorizers of invoices, in their order of precedence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from expense_agent.categorizers.learned import NEXT_BEST, Attentive, History, Learned, Rules
from expense_agent.categorizers.taxonomy import CATEGORIES
from expense_agent.domain.category import Category, Suggestion
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.supplier import Supplier
from expense_agent.ports import Categorizer, Words

__all__ = ["CATEGORIES", "PRECEDENCE", "Answer", "Listed", "Source", "open_categorizer"]

PRECEDENCE = (
    "person",  # an approver has set it on this invoice
    "invoice_reference",  # the document names the account code of a category
    "user_rule",  # "always this one for that supplier"
    "supplier_list",  # the category beside the supplier, until people have said otherwise
    "supplier_cost_centre",  # what people said of this supplier for this cost centre
    "supplier",  # what people said of this supplier
    "model_and_rule",  # a keyword, and the words of earlier invoices agree
    "rule",  # a keyword
    "llm",  # a language model, if one is configured
    "model",  # the words of earlier invoices alone: right in one case of four
    "none",
)
"""The first that has an answer gives it. `person` is kept by the workflow, never asked again."""

Listed = Callable[[Supplier], str | None]
"""Looks up the category id the supplier list has for a supplier."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A category, by which kind of evidence, and the reason in words."""

    category: str
    kind: str
    why: str
    remark: str = ""
    """The answerer's own words, if they are not ours."""


class AskedModel(Protocol):
    """A language model that is asked ahead, and answers from what it has said."""

    def answer(self, invoice: Invoice) -> tuple[str, str] | None:
        """Return category and reason, if they are known already."""
        ...

    def prepare(
        self, invoices: Sequence[Invoice], similar: Callable[[Invoice], Sequence[tuple[str, str]]]
    ) -> None:
        """Ask ahead, in bounded time."""
        ...


Source = Callable[[Invoice], Answer | None]
"""Somebody else than the history of the store who may know the category of an invoice."""


def open_categorizer(
    listed: Listed | None = None,
    categories: Sequence[Category] = CATEGORIES,
    words: Words | None = None,
    model: AskedModel | None = None,
) -> Categorizer:
    """Return the categorizer of a store: by supplier list, else by history and words."""
    sources: list[Source] = [referenced(categories)]
    if listed:
        sources.append(by_list(listed))
    if words is None:
        return Precedence(History(categories), sources, categories)
    learned = Learned(words, categories)
    sources.append(by_rule(learned.rules))
    if model:
        sources.append(by_model(model))
    precedence = Precedence(learned.history, sources, categories)
    return Attentive(learned, precedence, model.prepare if model else None)


class Precedence:
    """Asks everybody, and takes the answer that stands first in PRECEDENCE."""

    def prepare(self, invoices: Sequence[Invoice]) -> None:
        """Do nothing: all answers are at hand."""

    def __init__(
        self, history: History, sources: Sequence[Source], categories: Sequence[Category]
    ) -> None:
        self._history = history
        self._sources = tuple(sources)
        self._active = frozenset(c.id for c in categories if not c.removed)

    def suggest(self, invoice: Invoice) -> Suggestion:
        """Return the category, how often answers of its kind were right here, and the next best."""
        learned = self._history.suggest(invoice)
        answers = (source(invoice) for source in self._sources)
        usable = [a for a in answers if a is not None and a.category in self._active]
        best = min(usable, key=_rank, default=None)
        if best is None or _rank(best) > _rank(learned) or _superseded(best, learned):
            return learned
        return self._said(best, learned)

    def _said(self, best: Answer, learned: Suggestion) -> Suggestion:
        rates = self._history.rates
        rate = rates.of(best.kind)
        sure = best.kind == "user_rule"
        candidates = (learned.category, *learned.others)
        others = [c for c in candidates if c is not None and c != best.category]
        return replace(
            learned,
            category=best.category,
            kind=best.kind,
            why=best.why,
            remark=best.remark,
            confidence=1.0 if sure else round(rates.confidence(best.kind), 3),
            others=tuple(others[:NEXT_BEST]),
            evidence="" if sure else best.kind,
            right=rate.right,
            seen=rate.seen,
            mixed=best.kind == "supplier_list" and learned.mixed,
        )


def referenced(categories: Sequence[Category]) -> Source:
    """Answer with the category whose id or account code the document refers to (BT-19, BT-133)."""
    codes = {code.casefold(): c.id for c in categories for code in (c.gl_code, c.id) if code}

    def source(invoice: Invoice) -> Answer | None:
        reference = (invoice.accounting_reference or "").strip()
        category = codes.get(reference.casefold())
        if category is None:
            return None
        return Answer(category, "invoice_reference", "the invoice names this account")

    return source


def by_list(listed: Listed) -> Source:
    """Answer with the category that stands beside the supplier in the supplier list."""

    def source(invoice: Invoice) -> Answer | None:
        category = listed(invoice.supplier)
        return Answer(category, "supplier_list", "the supplier list says so") if category else None

    return source


def by_rule(rules: Rules) -> Source:
    """Answer with what a person has ruled for the supplier."""

    def source(invoice: Invoice) -> Answer | None:
        rule = rules.of(invoice)
        if rule is None:
            return None
        of_what = f" and {rule.cost_centre}" if rule.cost_centre else ""
        why = f"rule of {rule.by}: always for {rule.supplier}{of_what}"
        return Answer(rule.category, "user_rule", why)

    return source


def by_model(model: AskedModel) -> Source:
    """Answer with what a language model has said of these words."""

    def source(invoice: Invoice) -> Answer | None:
        found = model.answer(invoice)
        if found is None:
            return None
        return Answer(found[0], "llm", "a language model says so, nobody else", found[1])

    return source


def _rank(said: Answer | Suggestion) -> int:
    return PRECEDENCE.index(said.kind)


def _superseded(listed: Answer, learned: Suggestion) -> bool:
    """Whether people have said of a listed supplier's invoices something else than the list."""
    spoken_of = learned.kind in ("supplier", "supplier_cost_centre")
    return listed.kind == "supplier_list" and spoken_of and learned.category != listed.category
