"""A person's feedback on the category of an invoice, with believable defaults."""

from typing import Any

from expense_agent.domain.category import Suggestion
from expense_agent.domain.feedback import Feedback, about_invoice
from expense_agent.ports import Registered


def a_word(
    known: Registered,
    category: str = "vehicles",
    *,
    source: str = "look 1",
    suggested: str | None = None,
    evidence: str = "",
    **options: Any,
) -> Feedback:
    suggestion = Suggestion(suggested, 0.5, "rule", "a keyword", evidence=evidence)
    said: dict[str, Any] = {"kind": "confirmation", "by": "ann", "at": "2026-11-22T09:00:00.000Z"}
    return about_invoice(
        known.invoice,
        known.thread_id,
        category,
        source=source,
        suggestion=suggestion,
        **(said | options),
    )
