"""The app itself: it paints, then lets everything else be loaded, then hands on messages.

Nothing of the service, the domain or the other screens is imported before the first frame: their
many small classes cost as much to make as Textual's own.
"""

from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Protocol

from textual import on
from textual.events import Resize
from textual.geometry import Size
from textual.screen import Screen

from expense_agent.errors import ExpenseAgentError
from tui.carried import Carried
from tui.guarded_app import GuardedApp
from tui.screens.opening import OpeningScreen
from tui.themes import THEMES


class Board(Protocol):
    """Carries messages between screens and engine; see `tui.switchboard`."""

    @property
    def refused(self) -> ExpenseAgentError | None:
        """Why the store could not be opened, when that is why the app ended."""
        ...

    def begin(self) -> None:
        """Show the queue and open the store."""
        ...

    def resized(self, size: Size) -> None:
        """Look whether the window is still large enough."""
        ...

    def carry(self, message: Carried) -> None:
        """Do what a message is about."""
        ...

    def close(self) -> None:
        """Begin nothing more."""
        ...

    def ended(self, seconds: float | None) -> bool:
        """Wait so long at most (None: for ever) for what has begun; say whether it has ended."""
        ...


Connect = Callable[[GuardedApp], Board]
"""Makes the board of an app, in the app's thread."""


class ApprovalsApp(GuardedApp, inherit_bindings=False):
    """The terminal of one approver."""

    CSS_PATH = Path(__file__).with_name("app.tcss")
    TITLE = "expense-agent"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-mid"), (140, "-wide")]  # noqa: RUF012 - Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012 - Textual declares it

    def __init__(self, load: Callable[[], Connect], theme: str = "") -> None:
        """`load` is called in a thread behind the first frame, which has this theme already."""
        super().__init__()
        self.animation_level = "none"  # over ssh every frame of a movement is sent
        self._load = load
        self._refused: ExpenseAgentError | None = None
        self.board: Board | None = None
        """None until the first frame is painted."""
        for ours in THEMES:
            self.register_theme(ours)
        if theme in self.available_themes:
            self.theme = theme

    @property
    def refused(self) -> ExpenseAgentError | None:
        """Why the app could not begin, when that is why it ended."""
        return self._refused or (self.board.refused if self.board else None)

    def get_default_screen(self) -> Screen[None]:
        """Return what needs nothing but Textual."""
        return OpeningScreen()

    def on_mount(self) -> None:
        """Load the rest in a thread, once the first frame is painted; no end waits for it."""
        self.call_after_refresh(Thread(target=self._loading, name="loading", daemon=True).start)

    def _loading(self) -> None:
        try:
            connect = self._load()
        except ExpenseAgentError as refused:
            self._refused = refused
            self.later(self.exit)
        except Exception as error:  # noqa: BLE001 - a border: the app ends with it, in its own thread
            self.later(self._handle_exception, error)
        else:
            self.later(self._begin, connect)

    def _begin(self, connect: Connect) -> None:
        if not self.is_ending:
            self.board = connect(self)
            self.board.begin()

    def on_resize(self, event: Resize) -> None:
        """Let the board look at the new size, which the app itself has only after this."""
        if self.board:
            self.board.resized(event.size)

    def on_unmount(self) -> None:
        """Stop what has begun."""
        if self.board:
            self.board.close()

    @on(Carried)
    def _carry(self, message: Carried) -> None:
        assert self.board is not None, "only what the board has opened asks for anything"
        self.board.carry(message)
