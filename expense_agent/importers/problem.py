"""A problem of reading, as a value; and the exception that carries it out of one field."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Something unread, or read with a doubt, and the remedy."""

    location: str
    """"line 12", "column amount", "invoices[3]" or "file"."""
    reason: str


class UnreadableError(Exception):
    """A value that says nothing certain; its text is the reason. Becomes the Problem of a row."""
