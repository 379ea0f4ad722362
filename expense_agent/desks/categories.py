"""Where people speak of categories without deciding about a payment: confirm, rule, learn, undo.

Every word stands in one transaction with its audit event. Nothing here touches a thread: the
category of an invoice that waits for a decision changes by an edit, with a new fingerprint.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

from expense_agent.categorizers.learned import Learned
from expense_agent.domain.authority import why_not_decide
from expense_agent.domain.category import Category, suggestion_from
from expense_agent.domain.feedback import (
    Feedback,
    about_invoice,
    is_taught,
    keys_of_text,
    label_of,
    rule_subject,
)
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import Policy
from expense_agent.errors import ExpenseAgentError, RequestRefused
from expense_agent.ports import Clock, Registered, utc
from expense_agent.service.category_review import (
    CategoryAnswer,
    CategoryChoice,
    LearnedReport,
    Outcome,
    UnsureCategory,
)
from expense_agent.service.events import ImportProblem
from expense_agent.storage.category_table import CategoryReader
from expense_agent.storage.feedback_table import FeedbackTable
from expense_agent.storage.ledger import StoredLedger

_SETTLED = ("scheduled", "booked")
_CLOSED = ("rejected", "expired", "failed")


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A line of an old ledger: an invoice in outline, and the category an accountant gave it."""

    invoice: Invoice
    category: str


@dataclass(frozen=True, slots=True)
class CategoryDesk:
    """Writes down what people say of categories."""

    ledger: StoredLedger
    feedback: FeedbackTable
    reader: CategoryReader
    categories: Sequence[Category]
    policy: Policy
    clock: Clock
    by: str
    """The person who speaks."""

    def labels(self) -> Mapping[str, str]:
        """Return the labels of the categories that can be chosen, by id."""
        return {c.id: c.label for c in self.categories if not c.removed}

    def unconfirmed(self, limit: int = 500) -> list[UnsureCategory]:
        """Return the invoices whose category a person should look at, the newest first."""
        return self.reader.unconfirmed(limit)

    def confirm(self, choices: Iterable[CategoryChoice]) -> list[CategoryAnswer]:
        """Take a person's words on categories, each by itself; one refused stops no other."""
        return [self._answered(choice) for choice in choices]

    def undo(self, invoice_id: str) -> CategoryAnswer:
        """Take back what was said last of an invoice; its influence ends at once.

        An edit and its approval say the same, and end together.
        """
        with self.ledger.transaction():
            self._may()
            thread_id = self.reader.thread_of(invoice_id)
            words = _last_said(self.feedback.words_on(thread_id))
            if not words:
                raise RequestRefused(f"nobody has said anything of the category of {invoice_id}")
            self.feedback.take_back(words, self.by, invoice_id)
            said = f"taken back: {words[0].supplier} -> {words[0].category}"
            category = self.reader.shown(thread_id)
        return CategoryAnswer(invoice_id, "undone", said, category, words[0].supplier)

    def forget(self, supplier: str) -> int:
        """Take back every word and rule on a supplier; give how many there were."""
        with self.ledger.transaction():
            self._may()
            return self.feedback.take_back(self.feedback.words_of(keys_of_text(supplier)), self.by)

    def rule(self, supplier: str, category: str, cost_centre: str = "") -> str:
        """Make it a rule: always this category for that supplier; give the rule in words."""
        keys, chosen = keys_of_text(supplier), self._known(category)
        if not keys:
            raise RequestRefused(f"{supplier!r} names no supplier")
        subject = rule_subject(keys, cost_centre)
        with self.ledger.transaction():
            self._may()
            word = Feedback(
                subject=subject,
                source=f"rule {self.feedback.said_on(subject) + 1}",
                kind="rule",
                supplier_keys=keys,
                supplier=supplier,
                words="",
                cost_centre=cost_centre,
                category=chosen,
                by=self.by,
                at=utc(self.clock.now()),
            )
            self.feedback.add(word)
        of_what = f" and {cost_centre}" if cost_centre else ""
        return f"rule: {supplier}{of_what} -> {chosen}"

    def learn(self, path: Path) -> LearnedReport:
        """Learn an old ledger (CSV: supplier, description, category), whole; safe to repeat."""
        from expense_agent.importers.list_file import (  # noqa: PLC0415 - the queue reads no file
            CodedLine,
            read_old_ledger,
        )

        self._may()
        named, total = category_named(self.categories), 0
        problems: list[ImportProblem] = []

        def lines() -> Iterator[LedgerLine]:
            nonlocal total
            for entry in read_old_ledger(path):
                if not isinstance(entry, CodedLine):
                    problems.append(ImportProblem(str(path), entry.location, entry.reason))
                elif (category := named.get(entry.category.strip().casefold())) is None:
                    reason = f"no category {entry.category!r}"
                    problems.append(ImportProblem(str(path), entry.location, reason))
                else:
                    total += 1
                    yield LedgerLine(entry.as_invoice(), category)

        words = list(self._words_of(lines()))  # slow, and nobody should wait for the ledger then
        learned = self.feedback.add_all(words, str(path), self.by)
        return LearnedReport(learned, total - learned, tuple(problems))

    def _words_of(self, lines: Iterable[LedgerLine]) -> Iterator[Feedback]:
        """Say what each line teaches, and what would have been suggested for it before.

        So the confidence of a store that begins with an old ledger is measured on that ledger.
        """
        learned = Learned(self.feedback, self.categories)
        learned.catch_up()
        known = self.reader.learned_lines()
        seen: Counter[str] = Counter()
        for line in lines:
            digest = _digest(line)
            seen[digest] += 1
            subject = f"line {digest} {seen[digest]}"
            if subject in known:
                continue
            word = about_invoice(
                line.invoice,
                subject,
                line.category,
                source=f"learned {self.feedback.said_on(subject) + 1}",
                kind="learned",
                by=self.by,
                at=utc(self.clock.now()),
                suggestion=learned.history.suggest(line.invoice),
            )
            if label := label_of([word]):
                learned.history.learn(label)
            yield replace(word, thread_id=None)

    def _answered(self, choice: CategoryChoice) -> CategoryAnswer:
        try:
            with self.ledger.transaction():
                return self._confirm(choice)
        except ExpenseAgentError as refusal:
            return CategoryAnswer(choice.invoice_id, "refused", str(refusal))

    def _confirm(self, choice: CategoryChoice) -> CategoryAnswer:
        self._may()
        thread_id = self.reader.thread_of(choice.invoice_id)
        known, shown = self.ledger.registered(thread_id), self.reader.shown(thread_id)
        if known.status in _CLOSED:
            raise RequestRefused(f"{known.id} is {known.status}: nothing is learned from it")
        if choice.seen is not None and choice.seen != (shown or ""):
            raise RequestRefused(f"its category has changed since you looked: {shown or 'none'}")
        category = self._known(choice.category or shown or "")
        supplier = known.invoice.supplier.name or ""
        others = () if choice.only_this else self.reader.open_others(thread_id, category)
        if known.status not in _SETTLED and category != shown:
            reason = "a decision is open: its category changes by an edit"
            return CategoryAnswer(known.id, "waiting", reason, category, supplier, others)
        self._say(known, category, choice)
        outcome: Outcome = "confirmed" if category == shown else "corrected"
        said = self._told(known, category, only_this=choice.only_this)
        return CategoryAnswer(known.id, outcome, said, category, supplier, others)

    def _say(self, known: Registered, category: str, choice: CategoryChoice) -> None:
        """Write the word down, unless it is the last one that was said."""
        taught = is_taught(known.invoice.supplier, self.policy.categories)
        suggestion = suggestion_from(known.suggestion) if known.suggestion else None
        word = about_invoice(
            known.invoice,
            known.thread_id,
            category,
            source=f"look {self.feedback.said_on(known.thread_id) + 1}",
            kind="confirmation" if suggestion and category == suggestion.category else "correction",
            by=self.by,
            at=utc(self.clock.now()),
            suggestion=suggestion,
            scope="invoice" if choice.only_this or not taught else "supplier",
        )
        last = self.feedback.words_on(known.thread_id)[-1:]
        if not last or _meaning(last[0]) != _meaning(word):
            self.feedback.add(word, known.id)

    def _told(self, known: Registered, category: str, *, only_this: bool) -> str:
        supplier = known.invoice.supplier
        if only_this or not is_taught(supplier, self.policy.categories):
            return f"this invoice only: {category}"
        return f"learned: {supplier.name or known.id} -> {category}"

    def _known(self, category: str) -> str:
        """Return the id of a category by id, label or account code; raises RequestRefused."""
        found = category_named(self.categories).get(category.strip().casefold())
        if found is None:
            raise RequestRefused(
                f"no category {category!r}; there are {', '.join(active_ids(self.categories))}"
                if category
                else "it has no category: name one"
            )
        return found

    def _may(self) -> None:
        if refusal := why_not_decide(self.by, self.policy, self.clock.now().date()):
            raise RequestRefused(refusal)


def active_ids(categories: Sequence[Category]) -> tuple[str, ...]:
    """Return the ids that may be chosen: removed ones are only read."""
    return tuple(category.id for category in categories if not category.removed)


def category_named(categories: Sequence[Category]) -> Mapping[str, str]:
    """Return the id by everything a person or an old ledger may call an active category."""
    active = [category for category in categories if not category.removed]
    attributes: tuple[Callable[[Category], str | None], ...] = (
        lambda c: c.gl_code,
        lambda c: c.label,
        lambda c: c.id,
    )
    return {
        name.strip().casefold(): category.id
        for attribute in attributes
        for category in active
        if (name := attribute(category))
    }


def _last_said(words: Sequence[Feedback]) -> list[Feedback]:
    """Return the newest word, and those before it that say the same."""
    same = takewhile(lambda word: word.category == words[-1].category, reversed(words))
    return list(same)


def _meaning(word: Feedback) -> tuple[str, str, bool]:
    return word.category, word.scope, word.kind == "bulk"


def _digest(line: LedgerLine) -> str:
    said = (
        line.invoice.supplier.name or "",
        line.invoice.supplier.vat_id or "",
        line.invoice.words,
        line.invoice.cost_centre,
        line.category,
    )
    return hashlib.sha256("\0".join(said).encode()).hexdigest()[:32]
