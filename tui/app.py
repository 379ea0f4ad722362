"""The app carries: screens' wishes to reader and engine, their answers to the inbox.

It holds no rules and no layout. The engine is launched only after the queue has been painted.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from textual import on
from textual.events import Resize
from textual.signal import Signal

from expense_agent.errors import ExpenseAgentError
from expense_agent.service import ApprovalService
from tui import messages as msg
from tui.choices import put_into_force
from tui.config import Config
from tui.decisions import Decisions
from tui.engine_client import EngineClient
from tui.formatting import counted
from tui.guarded_app import GuardedApp
from tui.longer_work import LongerWork
from tui.memory import Memory
from tui.model.grace import GRACE_SECONDS, Grace
from tui.model.inbox import Inbox
from tui.model.look import Look
from tui.model.repeat_guard import RepeatGuard
from tui.model.why_not import Desk
from tui.modes import HOME, MODES
from tui.page_reader import PAGE, PageReader
from tui.queue_reader import QueueReader
from tui.screens.enlarge import EnlargeScreen, is_too_small
from tui.session import Session, utc_now

POLL_SECONDS = 1.0
"""How often the store is asked whether somebody else has changed it."""
COUNT_DOWN_SECONDS = 0.25
"""How often decisions that can be taken back are looked at."""


class ApprovalsApp(GuardedApp, inherit_bindings=False):
    """The terminal of one approver."""

    CSS_PATH = Path(__file__).with_name("app.tcss")
    TITLE = "expense-agent"
    ENABLE_COMMAND_PALETTE = False
    DEFAULT_MODE = HOME
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-mid"), (140, "-wide")]  # noqa: RUF012 - Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012 - Textual declares it

    def __init__(  # noqa: PLR0913 - what the launcher and the tests may choose
        self,
        open_service: Callable[[], ApprovalService],
        *,
        read_only: bool = False,
        ascii_only: bool = False,
        grace_seconds: float = GRACE_SECONDS,
        look: Look | None = None,
        config: Config | None = None,
        memory: Memory | None = None,
        now: Callable[[], datetime] = utc_now,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.session = Session(
            changed=Signal(self, "inbox changed"),
            guard=RepeatGuard(ticks),
            inbox=Inbox(Grace(grace_seconds)),
            desk=Desk(read_only=read_only),
            ascii_only=ascii_only,
            now=now,
        )
        self._inbox = self.session.inbox
        self._inbox.look, self._memory = look or Look(), memory
        put_into_force(self, self.session, config or Config(), memory)
        self._reader = QueueReader(open_service, self.session, self._tell)
        self._pages = PageReader(self._tell)
        self._decisions = Decisions(self.session, self._reader, self._tell)
        self._longer = LongerWork(self.session, self._tell)
        for mode in MODES:
            self.add_mode(mode.name, partial(mode.open, self.session))
        self.refused: ExpenseAgentError | None = None
        """Why the store could not be opened, when that is why the app ended."""

    @property
    def engine(self) -> EngineClient | None:
        """The engine, once the store is open."""
        return self._decisions.engine

    def on_mount(self) -> None:
        """Open the store behind the first frame, then watch for changes."""
        self.call_after_refresh(self._reader.start)
        self.set_interval(POLL_SECONDS, self._reader.poll)
        self.set_interval(COUNT_DOWN_SECONDS, self._decisions.tick)

    def on_unmount(self) -> None:
        """Stop reading; let the engine finish what it has."""
        if self._memory:
            self._memory.keep(self._inbox)
        self._reader.close()
        self._pages.close()
        self.session.imports.stop()
        self._decisions.close()

    def on_resize(self, event: Resize) -> None:
        """Ask for a larger window if nothing could be read in this one."""
        if is_too_small(event.size) and not isinstance(self.screen, EnlargeScreen):
            self.push_screen(EnlargeScreen(self.session))

    def _tell(self, message: msg.Told) -> None:
        """Take a message from another thread; one that comes after the end is dropped."""
        try:
            self.post_message(message)
        except RuntimeError:  # the event loop is closed: nobody is left to be told
            return

    # --- screens ask

    def on_query_changed(self, message: msg.QueryChanged) -> None:
        """Read the list in another way, or again."""
        self._reader.look(message.look)

    def on_rows_wanted(self, message: msg.RowsWanted) -> None:
        """Read rows."""
        self._reader.rows(message.keys)

    def on_detail_wanted(self, message: msg.DetailWanted) -> None:
        """Read an invoice."""
        self._reader.detail(message.invoice_id)

    def on_read_wanted(self, message: msg.ReadWanted) -> None:
        """Read what a screen wants to show."""
        self._pages.ask(message)

    def on_import_wanted(self, message: msg.ImportWanted) -> None:
        """Import beside whatever else is going on."""
        self._longer.run_import(self.engine, message)

    def on_errand_wanted(self, message: msg.ErrandWanted) -> None:
        """Let the engine do what is about no row of the queue."""
        self._longer.run_errand(self.engine, message)

    def on_later(self, message: msg.Later) -> None:
        """Do what another thread has asked for."""
        message.call()

    @on(msg.DecisionMade)
    @on(msg.StepTaken)
    def _hand_over(self, message: msg.DecisionMade | msg.StepTaken) -> None:
        """Keep decisions while they can be taken back; then they, and steps, go to the engine."""
        if isinstance(message, msg.StepTaken):
            self._decisions.step(message.what)
        else:
            self._decisions.made(message.intents)

    def on_undo_wanted(self, message: msg.UndoWanted) -> None:
        """Take back what is not carried out yet."""
        self._decisions.undo(everything=message.everything)

    def on_carry_out_wanted(self) -> None:
        """Wait no longer with what could still be taken back."""
        self._decisions.carry_out_now()

    def on_help_wanted(self, message: msg.HelpWanted) -> None:
        """Show the keys."""
        from tui.screens.help import HelpScreen  # noqa: PLC0415 - not before the first frame

        self.push_screen(HelpScreen(self.session, message.screen))

    def on_quit_wanted(self) -> None:
        """Leave, once nothing is being written and nothing could be taken back any more."""
        if not self.session.busy:
            self.exit()
            return
        from tui.screens.leaving import LeavingScreen  # noqa: PLC0415 - not before the first frame

        self.push_screen(LeavingScreen(self.session), lambda done: self.exit() if done else None)

    # --- reader and engine tell

    def on_answered(self, message: msg.Answered) -> None:
        """Put an answer into the inbox; after the first list is painted, launch the engine."""
        if message.kind == "open":
            self._opened(message)
            return
        if message.kind.startswith(PAGE):
            self._pages.take(message)
            return
        first = message.kind == "queue" and not self._inbox.loaded
        self.session.changed.publish(self._reader.take(message))
        if first:
            self.call_after_refresh(self._decisions.launch)

    def _opened(self, message: msg.Answered) -> None:
        """Begin with the open store, or leave saying why it cannot be opened."""
        if isinstance(message.error, ExpenseAgentError):
            self.refused = message.error
            self.exit()
            return
        if message.error:
            raise message.error
        service: ApprovalService = message.answer
        self.session.desk = replace(self.session.desk, approver=service.approver)
        self._decisions.begin(service)
        self._reader.begin(service)
        self._pages.begin(service)

    def on_engine_told(self, message: msg.EngineTold) -> None:
        """Show how running decisions go."""
        self._decisions.told(message)

    def on_engine_loaded(self, message: msg.EngineLoaded) -> None:
        """Say what a crash had cut off and is finished now, or why the engine is off."""
        self.session.engine = message.error or "ready"
        if message.error:
            self.session.tell(message.error)
        elif message.report and message.report.finished:
            count = counted(len(message.report.finished), "invoice")
            self.session.tell(f"{count} cut off earlier: finished now")
        self.session.changed.publish(None)
