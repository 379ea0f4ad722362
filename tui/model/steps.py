"""Threads that are not at rest: stepped through by a person, cut off, or given up."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from expense_agent.domain.verbs import Verb
from expense_agent.service import (
    AskedAgain,
    Event,
    OpenEnds,
    Paused,
    Resumed,
    Revalidated,
    StepRow,
    Submitted,
)
from tui.model.notices import Status
from tui.model.progress import ending

LASTING = timedelta(seconds=5)
"""A thread held for less is on its way."""


def not_at_rest(ends: OpenEnds, process: int, now: datetime) -> str:
    """Say what was cut off, and what other processes hold for long; "": nothing."""
    held = (one for one in ends.held if one.process != process)
    lasting = tuple(one for one in held if abs(now - datetime.fromisoformat(one.since)) >= LASTING)
    return "; ".join(replace(ends, failed=(), held=lasting).sentences)


NO_ROW = 0
"""The key under which the engine tells of steps: they belong to no request."""


@dataclass
class Steps:
    """The threads that wait for a step, the one shown, and how the last step ended."""

    rows: tuple[StepRow, ...] = ()
    cursor: int = 0
    loaded: bool = False
    outdated: bool = False
    """Whether a step has ended since the rows were read."""
    running: set[str] = field(default_factory=set)
    """Invoices whose step has not ended yet."""
    status: Status = field(default_factory=Status)

    @property
    def shown(self) -> StepRow | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.rows else None

    def show(self, rows: list[StepRow]) -> None:
        """Take a fresh reading; the cursor stays on its invoice, else on its place."""
        old = self.shown
        self.rows, self.loaded = tuple(rows), True
        ids = [row.invoice_id for row in rows]
        if old and old.invoice_id in ids:
            self.cursor = ids.index(old.invoice_id)
        self.cursor = max(0, min(self.cursor, len(rows) - 1))

    def move(self, rows: int) -> None:
        """Move the cursor."""
        self.cursor = max(0, min(self.cursor + rows, len(self.rows) - 1))

    def told(self, event: Event) -> None:
        """Take an event of a step."""
        ended = _ended(event)
        if ended is None:
            return
        self.outdated = True
        self.running.discard(event.invoice_id)
        row = next((row for row in self.rows if row.invoice_id == event.invoice_id), None)
        self.status.tell(f"{row.number if row else event.invoice_id}: {ended}")


def words(node: str) -> str:
    """Return the name of a node as a person reads it."""
    return node.replace("_", " ")


def _ended(event: Event) -> str | None:
    match event:
        case Paused(step=step, note=note):
            return f"{note or 'ready'}; the next step is {words(step)}"
        case AskedAgain():
            return "it asks for an approval now: Esc goes back to the queue"
        case Submitted() | Resumed() | Revalidated():
            return None
        case _:
            return ending(Verb.STEP, event)
