"""An app that leaves the terminal unharmed: by foreign text, by a signal, by its own mistakes."""

from collections.abc import Sequence

from rich.text import Text
from textual.app import App
from textual.events import Key
from textual.filter import LineFilter, Monochrome, NoColor
from textual.widget import MountError

from tui.crash import HUNG_UP, end_on_signals, has_terminal, write_crash
from tui.safe_text import guarded
from tui.symbols import Plain

_NO_COLOUR, _PLAIN = NoColor(), Plain()
"""One of each for all: a line remembers what each filter made of it, by the filter itself."""

LOOK_SECONDS = 1.0
"""How often the app makes sure that somebody can still see it."""


class GuardedApp(App[None], inherit_bindings=False):
    """Ends in order, and lets nothing reach the terminal but what can be read."""

    plain_symbols = False
    """Whether only letters and signs of ASCII are drawn, but for what suppliers write."""

    _ahead = 0
    """Letters on their way to the field they were typed for."""

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Let no control character reach the terminal, nor any colour where none is wanted.

        Textual chooses between grey and no colour before it knows the theme.
        """
        filters = [
            _NO_COLOUR if isinstance(each, Monochrome) and self.native_ansi_color else each
            for each in super().get_line_filters()
        ]
        return guarded([*filters, _PLAIN] if self.plain_symbols else filters)

    def on_load(self) -> None:
        """Before the terminal is changed, make sure that a signal changes it back."""
        end_on_signals(lambda code: self.exit(return_code=code))
        self.set_interval(LOOK_SECONDS, self._look_for_the_terminal)

    def _look_for_the_terminal(self) -> None:
        """End when the terminal is gone, which a signal tells only to its own session."""
        if not self.is_headless and not has_terminal():  # known only once the driver is there
            self.exit(return_code=HUNG_UP)

    def on_key(self, event: Key) -> None:
        """Give a field what was typed for it before it had the focus; else it would be a command.

        A field keeps its own letters to itself, so one that comes up to here went to another first.
        What follows such letters (Enter, Esc) waits until the field has them.
        """
        field = self.focused
        if field is None or not field.check_consume_key("1", "1"):
            return  # it takes no text
        is_text = field.check_consume_key(event.key, event.character)
        if is_text or self._ahead:
            event.prevent_default()
            again = Key(event.key, event.character)
            field.post_message(again.set_sender(field))  # nothing comes up to its own sender
        if is_text and field.call_later(self._caught_up):  # a field that closes takes neither
            self._ahead += 1

    def _caught_up(self) -> None:
        self._ahead -= 1

    def _handle_exception(self, error: Exception) -> None:
        """Let a screen be that was cut off while it was being built, since the app is to end."""
        if not (self._exit and isinstance(error, MountError)):
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Replace Textual's report, which prints all variables; there is no public hook."""
        error = self._exception or RuntimeError("no exception is known")
        kind = type(error).__name__
        self.panic(
            Text(
                f"expense-agent stopped by a mistake of its own ({kind}).\n"
                f"No decision is lost. The traceback is in {write_crash(error)}"
            )
        )
