"""Where each figure leads: to what it is made of, as far as a list of the app can show that."""

import shlex

from expense_agent.domain.policy import BUILT_IN_SEVERITY
from tui.model.lead import Lead

WAITING = Lead("queue", "")
APPROVALS = Lead("activity", "approve")
TOUCHLESS = Lead("payments", "nobody")
EXPIRED = Lead("activity", "expired")
PAYMENTS = Lead("payments", "")
AGES = {
    "a day": Lead("queue", "age<24h"),
    "3 days": Lead("queue", "age>=24h age<72h"),
    "a week": Lead("queue", "age>=72h age<168h"),
    "a month": Lead("queue", "age>=168h age<720h"),
    "older": Lead("queue", "age>=720h"),
}
STOPPED = Lead("queue", "hold=duplicate")


def of_hold(rule: str) -> Lead | None:
    """Return what waits under a hold; a rule that is not ours any more leads nowhere."""
    return Lead("queue", f"hold={rule}") if rule in BUILT_IN_SEVERITY else None


def of_field(name: str) -> Lead:
    """Return the edits of a field."""
    return Lead("activity", name)


def of_category(category: str | None) -> Lead | None:
    """Return what waits in a category."""
    return Lead("queue", shlex.quote(f"category={category}")) if category else None


def of_supplier(name: str) -> Lead | None:
    """Return the payments to a supplier."""
    return Lead("payments", name) if name else None
