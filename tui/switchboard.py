"""The switchboard: screens' wishes go to reader and engine, their answers to the inbox.

It holds no rules and no layout. The engine is launched only after the queue has been painted.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from textual.geometry import Size
from textual.signal import Signal

from expense_agent.errors import ExpenseAgentError
from expense_agent.service import ApprovalService
from tui import messages as msg
from tui.carried import Carried
from tui.choices import Choices, put_into_force
from tui.decision_relay import Decisions
from tui.engine_client import EngineClient, LongerWork
from tui.formatting import counted
from tui.guarded_app import GuardedApp
from tui.model.availability import Desk
from tui.model.grace import Grace, RepeatGuard
from tui.model.inbox import Inbox
from tui.offering import Offering
from tui.queue_reader import QueueReader
from tui.reading_thread import PageReader
from tui.routes import HOME, MODES, page_of
from tui.screens.enlarge import EnlargeScreen, is_too_small
from tui.session import Session
from tui.widgets.header_line import TerminalTitle

POLL_SECONDS = 1.0
"""How often the store is asked whether somebody else has changed it."""
COUNT_DOWN_SECONDS = 0.25
"""How often decisions that can be taken back are looked at."""


class Switchboard:
    """Has one method for each message that the app carries, named as Textual names its handler."""

    def __init__(
        self, app: GuardedApp, open_service: Callable[[], ApprovalService], choices: Choices
    ) -> None:
        self._app = app
        self._memory = choices.memory
        self.session = Session(
            changed=Signal(app, "inbox changed"),
            guard=RepeatGuard(choices.ticks),
            page_of=lambda destination: page_of(self.session, destination),
            inbox=Inbox(Grace(choices.grace_seconds)),
            desk=Desk(read_only=choices.read_only),
            ascii_only=choices.ascii_only,
            now=choices.now,
        )
        self._inbox = self.session.inbox
        put_into_force(app, self.session, choices)
        self.reader = QueueReader(open_service, self.session, self._tell)
        self._pages = PageReader(self._tell, "page")
        self._paths = PageReader(self._tell, "paths")
        unfinished = choices.unfinished
        self.decisions = Decisions(self.session, self.reader, self._tell, unfinished)
        self.ended = self.decisions.ended
        self._offering = Offering(app, self.session, self.decisions, unfinished)
        self._longer = LongerWork(self.session, self._tell)
        self._title = TerminalTitle(app, self._inbox)
        self.refused: ExpenseAgentError | None = None
        """Why the store could not be opened, when that is why the app ended."""

    @property
    def engine(self) -> EngineClient | None:
        """The engine, once the store is open."""
        return self.decisions.engine

    def begin(self) -> None:
        """Show the queue, open the store, then watch for changes."""
        for mode in MODES:
            self._app.add_mode(mode.name, partial(mode.open, self.session))
        self._app.switch_mode(HOME)
        self.resized(self._app.size)
        self.reader.start()
        self._app.set_interval(POLL_SECONDS, self.reader.poll)
        self._app.set_interval(COUNT_DOWN_SECONDS, self.decisions.tick)
        self._app.set_interval(COUNT_DOWN_SECONDS, self._title.follow)

    def close(self) -> None:
        """Stop reading; let the engine finish what it has."""
        self._title.give_back()
        if self._memory:
            self._memory.keep(self._inbox)
        self.reader.close()
        self._pages.close()
        self._paths.close()
        self.session.imports.stop()
        self.decisions.close()

    def resized(self, size: Size) -> None:
        """Ask for a larger window if nothing could be read in this one."""
        if is_too_small(size):
            self._app.put_in_front(EnlargeScreen(self.session))

    def carry(self, message: Carried) -> None:
        """Let the method act that a message is for."""
        getattr(self, message.handler_name)(message)

    def _tell(self, message: msg.Told) -> None:
        """Take a message from another thread; one that comes after the end is dropped."""
        try:
            self._app.post_message(message)
        except RuntimeError:  # the event loop is closed: nobody is left to be told
            return

    # --- screens ask

    def on_query_changed(self, message: msg.QueryChanged) -> None:
        """Read the list in another way, or again."""
        self.reader.look(message.look)

    def on_rows_wanted(self, message: msg.RowsWanted) -> None:
        """Read rows."""
        self.reader.rows(message.keys)

    def on_detail_wanted(self, message: msg.DetailWanted) -> None:
        """Read an invoice."""
        self.reader.detail(message.invoice_id)

    def on_read_wanted(self, message: msg.ReadWanted) -> None:
        """Read what a screen wants to show."""
        reader = self._paths if message.of_files else self._pages
        reader.ask(message)

    def on_import_wanted(self, message: msg.ImportWanted) -> None:
        """Import beside whatever else is going on."""
        self._longer.run_import(self.engine, message)

    def on_errand_wanted(self, message: msg.ErrandWanted) -> None:
        """Let the engine do what is about no row of the queue."""
        self._longer.run_errand(self.engine, message)

    def on_later(self, message: msg.Later) -> None:
        """Do what another thread has asked for."""
        message.call()

    def on_decision_made(self, message: msg.DecisionMade) -> None:
        """Keep decisions while they can be taken back; then they go to the engine."""
        self.decisions.made(message.intents)

    def on_step_taken(self, message: msg.StepTaken) -> None:
        """Hand a step to the engine."""
        self.decisions.step(message.what)

    def on_undo_wanted(self, message: msg.UndoWanted) -> None:
        """Take back what is not carried out yet."""
        self.decisions.undo(everything=message.everything)

    def on_carry_out_wanted(self, _message: msg.CarryOutWanted) -> None:
        """Wait no longer with what could still be taken back."""
        self.decisions.carry_out_now()

    def on_help_wanted(self, message: msg.HelpWanted) -> None:
        """Show the keys."""
        from tui.screens.help import HelpScreen  # noqa: PLC0415 - not before the first list

        self._app.put_in_front(HelpScreen(self.session, message.screen))

    def on_quit_wanted(self, _message: msg.QuitWanted) -> None:
        """Leave, once nothing is being written and nothing would be lost."""
        app = self._app
        if not self.session.busy and not self.session.marks:
            app.exit()
            return
        from tui.screens.unsubmitted import LeavingScreen  # noqa: PLC0415 - not before the first list

        app.put_in_front(LeavingScreen(self.session), lambda done: app.exit() if done else None)

    # --- reader and engine tell

    def on_answered(self, message: msg.Answered) -> None:
        """Put an answer into the inbox; after the first list is painted, launch the engine."""
        if message.kind == "open":
            self._opened(message)
            return
        if self._pages.took(message) or self._paths.took(message):
            return
        if message.kind == "left" and not message.error:
            self._offering.offer(message.answer)
            self.resized(self._app.size)  # no page can be read in a window too small
            return
        was_loaded = self._inbox.loaded
        self.session.changed.publish(self.reader.take(message))
        if self._inbox.loaded and not was_loaded:
            self._app.call_after_refresh(self.decisions.launch)

    def _opened(self, message: msg.Answered) -> None:
        """Begin with the open store, or leave saying why it cannot be opened."""
        if isinstance(message.error, ExpenseAgentError):
            self.refused = message.error
            self._app.exit()
            return
        if message.error:
            raise message.error
        service: ApprovalService = message.answer
        desk, why = self.session.desk, service.why_read_only
        self.session.desk = replace(
            desk,
            approver=service.approver,
            read_only=desk.read_only or why is not None,
            why_read_only=why and why.partition("\n")[0],
        )
        for line in (why or "").splitlines():
            self.session.tell(line)  # the last one says how to go on
        self.decisions.begin(service)
        self.reader.begin(service)
        self._pages.begin(service)
        self._paths.begin(service)
        if why is None:  # what was decided earlier is offered when it can be carried out
            self._offering.begin(service.approver, self.reader)

    def on_engine_told(self, message: msg.EngineTold) -> None:
        """Show how running decisions go."""
        self.decisions.told(message)

    def on_engine_loaded(self, message: msg.EngineLoaded) -> None:
        """Say what a crash had cut off and is finished now, or why the engine is off."""
        self.session.engine = message.error or "ready"
        if message.error:
            self.session.tell(message.error)
        elif message.report and message.report.finished:
            count = counted(len(message.report.finished), "invoice")
            self.session.tell(f"{count} cut off earlier: finished now")
        self.session.changed.publish(None)
