"""Discounts for paying early that a document granted when it came, and that have run out since."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from expense_agent.domain.invoice import from_plain
from expense_agent.domain.money import Money
from expense_agent.domain.saving import discount_on
from expense_agent.storage.database import Database


def lost_discounts(database: Database, today: date) -> Iterator[Money]:
    """Yield the best discount of each invoice scheduled too late for it, or still waiting past it.

    What was refused has lost nothing. Only documents that grant a discount are read.
    """
    for row in database.all(_GRANTED):
        saving = discount_on(from_plain(json.loads(row["body"])), _day(row["received_at"]))
        scheduled = _day(row["scheduled_at"]) if row["scheduled_at"] else today
        if saving is not None and scheduled > saving.last_day:
            yield saving.amount


def _day(at: Any) -> date:
    return date.fromisoformat(str(at)[:10])


_GRANTED = """
SELECT i.body, i.received_at, (SELECT max(p.created_at) FROM payments p
  WHERE p.thread_id = i.thread_id AND NOT EXISTS (SELECT 1 FROM payment_events e
    WHERE e.payment_id = p.payment_id AND e.status = 'voided')) AS scheduled_at
FROM invoices i WHERE instr(i.body, '"discounts":') > 0
  AND i.status NOT IN ('rejected', 'expired', 'booked')
"""
