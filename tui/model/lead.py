"""Where a figure leads: to the records it is made of, in the mode that lists them."""

from dataclasses import dataclass

from tui.model.look import Look


@dataclass(frozen=True, slots=True)
class Lead:
    """A mode, and what its list is narrowed to."""

    mode: str
    text: str
    """A filter of the queue, or what is looked for among payments or events."""


@dataclass(frozen=True, slots=True)
class Trip:
    """A lead that was followed, and how the queue was looked at before: the way back."""

    lead: Lead
    before: Look
