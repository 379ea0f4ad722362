"""Messages from screens to the app, and from reader and engine to it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from textual.message import Message

from expense_agent.service import (
    ApprovalService,
    Event,
    RecoveryReport,
    Step,
)
from tui.carried import Carried
from tui.model.intent import Intent
from tui.model.look import Look

# --- screens ask


@dataclass
class DecisionMade(Carried):
    """A person has decided; everything about it is already confirmed."""

    intents: tuple[Intent, ...]


@dataclass
class UndoWanted(Carried):
    """The newest decision that is not carried out yet is to be taken back, or all of them."""

    everything: bool = False


@dataclass
class QueryChanged(Carried):
    """Another view, filter, order or grouping is wanted, or (the same look) a fresh list."""

    look: Look


@dataclass
class MarksWanted(Message):
    """These rows are to be marked and must be read first."""

    keys: tuple[int, ...]


@dataclass
class RowsWanted(Carried):
    """These rows are on the screen and not read yet, or outdated."""

    keys: tuple[int, ...]

    def can_replace(self, message: Message) -> bool:
        """Let a newer wish take the place of an older one."""
        return isinstance(message, RowsWanted)


@dataclass
class DetailWanted(Carried):
    """The whole of this invoice is to be shown."""

    invoice_id: str


class OpenWanted(Message):
    """Asks to open the row under the cursor."""


class Asking(Protocol):
    """A screen that asks the store."""

    def soon(self, work: Callable[..., Any], *given: Any) -> None:
        """Do something in its own turn, unless it is gone by then."""
        ...

    def cannot_read(self, error: Exception) -> None:
        """Say that the store has no answer."""
        ...


@dataclass
class ReadWanted(Carried):
    """Something of the store is to be read for the screen that asks."""

    page: Asking
    kind: str
    """Of one kind only the newest question counts."""
    read: Callable[[ApprovalService], Any]
    """Called in a thread of its own."""
    take: Callable[[Any], Any]
    """Called with the answer, in the turn of the screen."""
    of_files: bool = False
    """Whether it looks at files, not at the store: a disk that hangs keeps no others waiting."""


@dataclass
class HelpWanted(Carried):
    """The keys of this screen are to be shown."""

    screen: str


@dataclass
class ImportWanted(Carried):
    """These files and folders are to be imported."""

    paths: tuple[Path, ...]
    mapping: Path | None = None


@dataclass
class ErrandWanted(Carried):
    """Something is to be done by the engine that is about no row of the queue."""

    name: str
    work: Callable[[ApprovalService], Awaitable[str]]
    """Runs in the engine's thread; gives the sentence that tells how it ended."""
    invoice_id: str = ""


@dataclass
class StepTaken(Carried):
    """A person goes on with a thread, into the node that was shown."""

    what: Step


class CarryOutWanted(Carried):
    """Asks to carry out now every decision that could still be taken back."""


class QuitWanted(Carried):
    """The person wants to leave."""


# --- reader and engine tell


@dataclass
class Answered(Carried):
    """A question to the store has its answer, or the error it ended with."""

    kind: str
    generation: int
    question: Any
    answer: Any
    error: Exception | None = None


@dataclass
class EngineTold(Carried):
    """Events of running decisions, in order, each with the key of its row."""

    events: Sequence[tuple[int, Event]]


@dataclass
class Later(Carried):
    """Something is to be done in the app's thread, in the order it was asked for."""

    call: Callable[[], None]


@dataclass
class EngineLoaded(Carried):
    """The engine has started; what a crash cut off is finished. `error`: it could not start."""

    report: RecoveryReport | None
    error: str | None = None


Told = Answered | EngineTold | EngineLoaded | Later
"""Messages of other threads to the app."""
