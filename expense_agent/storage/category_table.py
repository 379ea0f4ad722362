"""Which invoices a person should still look at for their category, and how sure the agent was.

Answers of a language model are kept, so that the same is asked once, with their cost by day.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from expense_agent.domain.category import Category
from expense_agent.domain.invoice import canonical_json, from_plain
from expense_agent.domain.money import plain
from expense_agent.errors import UnknownInvoice
from expense_agent.ports import Clock, utc
from expense_agent.service.category_review import CategoryCount, EvidenceRate, UnsureCategory
from expense_agent.service.store_metrics import ModelUsage
from expense_agent.storage.database import Database, Row, marks

_STATES = ("waiting", "scheduled", "booked")
_LIVE = "NOT EXISTS (SELECT 1 FROM category_undone u WHERE u.feedback = f.seq)"
_LONGEST_WORDS = 200
_CANDIDATES = 3


class CategoryReader:
    """Reads for the "to confirm" view, for the list of categories, and for metrics."""

    def __init__(self, database: Database, categories: Sequence[Category]) -> None:
        self._database = database
        self._categories = categories

    def counts(self) -> list[CategoryCount]:
        """Return every category, removed ones too, and how often it is there."""
        invoices, labels = self._invoices(), self._labels()
        known = {category.id: category for category in self._categories}
        gone = (Category(c, c, removed=True) for c in {**invoices, **labels} if c not in known)
        return [
            CategoryCount(
                category.id,
                category.label,
                category.gl_code,
                category.removed,
                invoices.get(category.id, 0),
                labels.get(category.id, 0),
            )
            for category in (*known.values(), *gone)
        ]

    def unconfirmed(self, limit: int = 500) -> list[UnsureCategory]:
        """Return invoices with an unsure category that nobody has looked at, the newest first."""
        rows = self._database.all(
            "SELECT * FROM invoices WHERE doubt IS NOT NULL"
            f" AND status IN ({marks(_STATES)}) ORDER BY seq DESC LIMIT ?",
            *_STATES,
            limit,
        )
        return [_unsure(row) for row in rows]

    def thread_of(self, invoice_id: str) -> str:
        """Return the thread of an invoice; raises UnknownInvoice."""
        row = self._database.one("SELECT thread_id FROM invoices WHERE invoice_id = ?", invoice_id)
        if row is None:
            raise UnknownInvoice(invoice_id)
        return str(row["thread_id"])

    def shown(self, thread_id: str) -> str | None:
        """Return the category an invoice shows now."""
        row = self._database.one("SELECT category FROM invoices WHERE thread_id = ?", thread_id)
        return row["category"] if row else None

    def open_others(self, thread_id: str, category: str) -> tuple[str, ...]:
        """Return invoices of the same supplier that wait, unapproved, with another category.

        The supplier is the same under its strongest key. One that a person has set stays.
        """
        rows = self._database.all(_OPEN_OTHERS, thread_id, thread_id, category)
        return tuple(row["invoice_id"] for row in rows)

    def _invoices(self) -> dict[str, int]:
        rows = self._database.all(
            "SELECT category, count(*) AS n FROM invoices WHERE category IS NOT NULL"
            " GROUP BY category"
        )
        return {row["category"]: row["n"] for row in rows}

    def _labels(self) -> dict[str, int]:
        """Count what people said, one label an invoice or line; rules are none."""
        rows = self._database.all(
            f"SELECT category, count(*) AS n FROM category_feedback f WHERE {_LIVE}"
            " AND kind NOT IN ('rule', 'bulk') AND NOT EXISTS (SELECT 1 FROM category_feedback g"
            " WHERE g.subject = f.subject AND g.seq > f.seq AND g.kind <> 'bulk' AND NOT EXISTS"
            " (SELECT 1 FROM category_undone v WHERE v.feedback = g.seq)) GROUP BY category"
        )
        return {row["category"]: row["n"] for row in rows}

    def learned_lines(self) -> frozenset[str]:
        """Return the lines of old ledgers that were learned, and not taken back."""
        rows = self._database.all(
            f"SELECT subject FROM category_feedback f WHERE kind = 'learned' AND {_LIVE}"
        )
        return frozenset(row["subject"] for row in rows)

    def rates(self) -> list[EvidenceRate]:
        """Return how often people left suggestions as they were, by kind of evidence."""
        return rates(self._database)


def rates(database: Database) -> list[EvidenceRate]:
    """Return, by kind of evidence, how often the first person to look left it as it was.

    Answers for many at once and lines of old ledgers say nothing of what was shown here.
    """
    rows = database.all(_RATES)
    return [EvidenceRate(row["evidence"], row["right"], row["seen"]) for row in rows]


_OPEN_OTHERS = """
SELECT DISTINCT i.invoice_id FROM invoices i
JOIN invoice_suppliers s ON s.thread_id = i.thread_id
WHERE i.status = 'waiting' AND i.thread_id <> ? AND s.supplier_key = (
  SELECT supplier_key FROM invoice_suppliers WHERE thread_id = ? ORDER BY
    CASE substr(supplier_key, 1, 4) WHEN 'vat:' THEN 0 WHEN 'lega' THEN 1 ELSE 2 END LIMIT 1)
AND i.category IS NOT ?
AND coalesce(json_extract(i.suggestion, '$.kind'), '') <> 'person'
AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.thread_id = i.thread_id
  AND d.round = i.round AND d.verdict = 'approve')
ORDER BY i.seq
"""

_RATES = """
SELECT first.evidence AS evidence, count(*) AS seen, sum(last.category IS first.suggested) AS right
FROM (SELECT subject, min(seq) AS begun, max(seq) AS said FROM category_feedback f
      WHERE thread_id IS NOT NULL AND kind <> 'bulk' AND NOT EXISTS
        (SELECT 1 FROM category_undone u WHERE u.feedback = f.seq) GROUP BY subject) words
JOIN category_feedback first ON first.seq = words.begun
JOIN category_feedback last ON last.seq = words.said
WHERE first.evidence <> '' GROUP BY first.evidence ORDER BY first.evidence
"""


def candidates_of(category: str | None, others: Sequence[str]) -> tuple[str, ...]:
    """Return the keys 1 to 3: what it has now, then the next best."""
    named = (category, *others) if category else tuple(others)
    return tuple(dict.fromkeys(named))[:_CANDIDATES]


def _unsure(row: Row) -> UnsureCategory:
    invoice = from_plain(json.loads(row["body"]))
    said: dict[str, Any] = json.loads(row["suggestion"])
    first = said.get("category")
    others = [first, *said.get("others", ())] if first else said.get("others", [])
    payable = invoice.payable
    return UnsureCategory(
        invoice_id=row["invoice_id"],
        number=invoice.number or "",
        supplier=invoice.supplier.name or "",
        payable_amount=plain(payable.amount) if payable else "",
        currency=invoice.currency,
        state=row["status"],
        category=row["category"],
        confidence=said.get("confidence", 0.0),
        kind=said.get("kind", "none"),
        why=said.get("why", ""),
        doubt=row["doubt"],
        candidates=candidates_of(row["category"], others),
        words=invoice.words[:_LONGEST_WORDS],
        received_at=row["received_at"],
    )


class ModelAnswers:
    """Implements categorizers.language_model.Answers."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def known(self, key: str) -> tuple[str, str] | None:
        """Return a kept answer: category and reason."""
        row = self._database.one("SELECT category, reason FROM model_answers WHERE key = ?", key)
        return (row["category"], row["reason"]) if row else None

    def keep(self, answers: Sequence[tuple[str, str, str]], model: str, spent: Any) -> None:
        """Keep answers (key, category, reason), and add what was spent to the day."""
        now = utc(self._clock.now())
        with self._database.transaction():
            for key, category, reason in answers:
                self._database.write(
                    "INSERT INTO model_answers VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    key, category, reason, model, now,
                )  # fmt: skip
            self._add(now[:10], spent)

    def _add(self, day: str, spent: Any) -> None:
        row = self._database.one("SELECT failures FROM model_usage WHERE day = ?", day)
        failures = Counter(json.loads(row["failures"]) if row else {}) + spent.failures
        self._database.write(
            "INSERT INTO model_usage VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (day) DO UPDATE SET"
            " calls = calls + excluded.calls, answers = answers + excluded.answers,"
            " input_tokens = input_tokens + excluded.input_tokens,"
            " output_tokens = output_tokens + excluded.output_tokens, failures = excluded.failures",
            day,
            spent.calls,
            spent.answers,
            spent.input_tokens,
            spent.output_tokens,
            canonical_json(dict(failures)),
        )


def usage(database: Database) -> ModelUsage:
    """Return what the model was asked and what it cost, over all days."""
    rows = database.all("SELECT * FROM model_usage")
    failures: Counter[str] = Counter()
    for row in rows:
        failures.update(json.loads(row["failures"]))
    return ModelUsage(
        calls=sum(row["calls"] for row in rows),
        answers=sum(row["answers"] for row in rows),
        input_tokens=sum(row["input_tokens"] for row in rows),
        output_tokens=sum(row["output_tokens"] for row in rows),
        failures=failures,
    )
