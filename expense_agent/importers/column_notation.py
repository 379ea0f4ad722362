"""The notation of a column as its values prove it, when not all of them agree."""

from collections import Counter

_CLEAR = 10
"""How many times the proofs against it a notation needs: slips of single rows, not a mixture."""


def decided(proofs: Counter[str]) -> tuple[str | None, bool]:
    """Return (notation, contested). A mixture without a clear winner is (None, True)."""
    if not proofs:
        return None, False
    (winner, most), *others = proofs.most_common()
    against = sum(count for _, count in others)
    return winner if most >= _CLEAR * against else None, against > 0
