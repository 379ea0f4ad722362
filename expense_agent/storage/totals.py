"""Sums of many amounts in SQL, exactly: in two halves, because a few absurd ones end 64 bits."""

from expense_agent.domain.money import Money, plain

_HALF = 1_000_000_000


def halves(column: str) -> str:
    """Return SQL for the sum of a column of minor units, as `high` and `low`."""
    return f"sum({column} / {_HALF}) AS high, sum({column} % {_HALF}) AS low"


def total(high: int, low: int, currency: str) -> str:
    """Return the sum that both halves make, as a decimal string."""
    return plain(Money.from_minor(high * _HALF + low, currency).amount)
