"""The page's keys by name: the palette, and the command line at the foot.

It shares its words with the key map and decides nothing: what a key asks about first is asked.
"""

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.key_table import Key
from tui.keymap import bindings
from tui.model.command_line import Command, CommandError, offered, read
from tui.model.files import common
from tui.safe_text import safe
from tui.screens.page import Dialog
from tui.session import Session
from tui.widgets.status_lines import KeyBar


class PaletteScreen(Dialog[str]):
    """Ends with a key's id or a line to act by, or with nothing; it decides nothing itself."""

    AUTO_FOCUS = "Input"
    keys_shown = "palette"

    def __init__(
        self,
        session: Session,
        keys: Sequence[Key],
        why_off: Callable[[Key], str | None],
        lines: Sequence[tuple[str, str]] = (),
    ) -> None:
        """`lines`: what can be said on the command line besides, each with what it does."""
        super().__init__(session)
        self._keys = [(key, why_off(key)) for key in keys]
        self._lines = lines

    def compose(self) -> ComposeResult:
        """Show a field that narrows, and what is left."""
        with Vertical(classes="dialog"):
            yield Input(placeholder="what do you want to do?", compact=True)
            yield OptionList(markup=False)
            yield KeyBar("palette")

    def on_mount(self) -> None:
        """Begin with everything."""
        self._list("")

    def _list(self, text: str) -> None:
        words = text.casefold().split()
        found = [(key, why) for key, why in self._keys if all(w in _said(key) for w in words)]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(
            Option(_prompt(key, why), id=key.id, disabled=why is not None) for key, why in found
        )
        options.add_options(
            Option(Content.assemble((safe(line, "bold $text-accent")), "  ", help_), id=line)
            for line, help_ in self._lines
            if all(word in f"{line} {help_}".casefold() for word in words)
        )
        options.action_first()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        self._list(event.value)

    def on_input_submitted(self) -> None:
        """Take what is highlighted."""
        self.query_one(OptionList).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Act by what was chosen."""
        self.dismiss(event.option_id)

    def key_down(self) -> None:
        """Go down in the list while the field has the focus."""
        self.query_one(OptionList).action_cursor_down()

    def key_up(self) -> None:
        """Go up."""
        self.query_one(OptionList).action_cursor_up()


def _said(key: Key) -> str:
    return f"{key.label} {key.help} {key.id}".casefold()


def _prompt(key: Key, why: str | None) -> Content:
    line = Content.assemble((f"{key.shown:10}", "bold $text-accent"), key.help)
    return line if why is None else Content.assemble(line, "\n", " " * 10, safe(f"off: {why}"))


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
