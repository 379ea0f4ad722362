"""Answers of a language model, kept so that the same is asked once, and what they cost by day."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from expense_agent.domain.invoice import canonical_json
from expense_agent.ports import Clock, utc
from expense_agent.service.store_metrics import ModelUsage
from expense_agent.storage.database import Database


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
