"""Threads that are not at rest, as far as they are worth a person's look."""

from dataclasses import replace
from datetime import datetime, timedelta

from expense_agent.service import OpenEnds

LASTING = timedelta(seconds=5)
"""A thread held for less is on its way."""


def not_at_rest(ends: OpenEnds, process: int, now: datetime) -> str:
    """Say what was cut off, and what other processes hold for long; "": nothing."""
    held = (one for one in ends.held if one.process != process)
    lasting = tuple(one for one in held if abs(now - datetime.fromisoformat(one.since)) >= LASTING)
    return "; ".join(replace(ends, failed=(), held=lasting).sentences)
