"""The command line at the foot: words for what is possible on the screen behind it.

It shares its words with the key map and decides nothing: what a key asks about first is asked.
"""

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from tui.keymap import bindings
from tui.model.command_line import Command, CommandError, offered, read
from tui.model.files import common
from tui.safe_text import safe
from tui.screens.page import Dialog
from tui.session import Session
from tui.widgets.status_lines import KeyBar

Run = Callable[[Command, str], str | None]
"""Does what a word with something after it says; gives what is wrong with it, or None."""


class CommandScreen(Dialog[Command]):
    """Ends with a word that stands alone, which the screen behind acts by, or with nothing."""

    BINDINGS = bindings("command")
    AUTO_FOCUS = "Input"
    keys_shown = "command"

    def __init__(self, session: Session, commands: Sequence[Command], run: Run) -> None:
        super().__init__(session)
        self._commands = commands
        self._run = run
        self._fitting: list[str] = []
        """The completions Tab goes through, once it has begun."""

    def compose(self) -> ComposeResult:
        """Hold what fits, the line, and what is wrong with it."""
        with Vertical(classes="dialog"):
            yield Static(id="offered")
            yield Static(id="problem", classes="problem")
            with Horizontal(classes="field"):
                yield Static(":", id="colon")
                yield Input(compact=True, select_on_focus=False)
            yield KeyBar("command")

    def on_mount(self) -> None:
        """Show all that can be said."""
        self.session.commands.begin()
        self._offer("")

    @property
    def _field(self) -> Input:
        return self.query_one(Input)

    def _offer(self, line: str) -> None:
        """Show how the line may go on, and what the one word that is left does."""
        fitting = offered(line, self._commands)
        only = next((c for c in self._commands if [c.word] == fitting[:2]), None)
        if only:
            text = f"{only.word} {only.takes}".rstrip() + f": {only.off or only.help}"
        else:
            text = "  ".join(each.rpartition(" ")[2] for each in fitting)
        self.query_one("#offered", Static).update(safe(text, limit=1000))

    def _problem(self, sentence: str) -> None:
        self.query_one("#problem", Static).update(safe(sentence, limit=400))

    def _type(self, line: str) -> None:
        field = self._field
        with field.prevent(Input.Changed):
            field.value = line
        field.cursor_position = len(line)
        self._problem("")
        self._offer(line)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer what fits what is typed."""
        self._fitting = []
        self._problem("")
        self._offer(event.value)

    def action_complete(self) -> None:
        """Complete as far as there is no choice; then go through what fits."""
        line = self._field.value
        if self._fitting:
            place = self._fitting.index(line) if line in self._fitting else -1
            self._type(self._fitting[(place + 1) % len(self._fitting)])
            return
        fitting = offered(line, self._commands)
        further = common(fitting, line)
        if further == line and len(fitting) > 1:
            self._fitting = fitting
            self._type(fitting[0])
        elif len(fitting) == 1:
            takes = any(c.takes and c.word == fitting[0] for c in self._commands)
            self._type(fitting[0] + (" " if takes else ""))
        else:
            self._type(further)

    def action_older(self) -> None:
        """Show the line said before."""
        self._type(self.session.commands.step(-1))

    def action_newer(self) -> None:
        """Show the line said after."""
        self._type(self.session.commands.step(1))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Do what the line says, or say what is wrong with it and stay."""
        line = event.value.strip()
        try:
            command, rest = read(line, self._commands)
        except CommandError as error:
            self._problem(str(error))
            return
        self.session.commands.add(line)
        if not rest and command.alone:
            self.dismiss(command)
        elif problem := self._run(command, rest):
            self._problem(problem)
        else:
            self.dismiss()
