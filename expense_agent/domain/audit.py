"""The audit trail: who did what to which invoice, when and why, each entry chained to the last."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

Detail = str | int | float | bool | list["Detail"] | dict[str, "Detail"] | None
"""A value of the JSON that an event carries."""
GENESIS = bytes(32)
"""The hash "before" the first event."""
ENDS = frozenset(("scheduled", "booked", "rejected", "expired"))
"""Actions that end an invoice, and its statuses then."""
TAKEN_BACK = "taken_back"
"""The action after which it has no end any more."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One line of the trail."""

    seq: int
    at: str
    """UTC, ISO 8601 with Z."""
    actor: str
    action: str
    """"received", "request_opened", "approved", "edited", "scheduled" and so on."""
    invoice_id: str | None
    details: Mapping[str, Detail]
    """Everything else there is to say, by name; each action has its own."""


def chained(previous: bytes, seq: int, body: str) -> bytes:
    """Return the hash of an entry: SHA-256 of previous hash, number (8 bytes), body."""
    return hashlib.sha256(previous + seq.to_bytes(8, "big") + body.encode()).digest()
