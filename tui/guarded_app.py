"""An app that leaves the terminal unharmed: by foreign text, by a signal, by a lost line.

Bytes of another encoding, or an escape sequence with figures too large, would end the app.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol, TypeVar, runtime_checkable

from rich.text import Text
from textual.app import App, ScreenError
from textual.css.query import QueryError
from textual.dom import NoScreen
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Event, InputEvent, Key, Paste
from textual.filter import LineFilter, Monochrome, NoColor
from textual.screen import Screen
from textual.widget import MountError, Widget

from tui.ending import HUNG_UP, where, write_crash
from tui.safe_text import guarded
from tui.symbols import Plain
from tui.terminal import has_terminal

PAUSE_SECONDS = 0.01
"""After input that was dropped: should nothing be understood any more, others get their turn."""


@runtime_checkable
class Ending(Protocol):
    """An app that can be told to end with an exit code."""

    def end(self, code: int) -> None:
        """End."""
        ...


class LenientDriver(LinuxDriver):
    """Drops input that cannot be understood, and goes on reading."""

    def run_input_thread(self) -> None:
        """Read keys until the app ends."""
        while not self.exit_event.is_set():
            try:
                super().run_input_thread()
            except OSError:  # the terminal is gone
                if isinstance(self._app, Ending):
                    self._app.end(HUNG_UP)
                return
            except Exception:  # noqa: BLE001 - a border: what comes in can be anything
                time.sleep(PAUSE_SECONDS)


_NO_COLOUR, _PLAIN = NoColor(), Plain()
"""One of each for all: a line remembers what each filter made of it, by the filter itself."""

T = TypeVar("T")
_TAKEN_AWAY = (MountError, NoScreen, QueryError, ScreenError)
"""How Textual says that a screen is not built, or not there any more."""
LOOK_SECONDS = 1.0
"""How often the app makes sure that somebody can still see it."""


class GuardedApp(App[None], inherit_bindings=False):
    """Ends in order, and lets nothing reach the terminal but what can be read."""

    plain_symbols = False
    """Whether only letters and signs of ASCII are drawn, but for what suppliers write."""

    must_end: Callable[[int], None] | None = None
    """Called with the exit code as soon as the app has to end, whether it can or not."""

    _told: int | None = None
    """The exit code with which it was told to end."""
    _ahead: tuple[Widget | None, int] = (None, 0)
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

    def get_driver_class(self) -> type[Driver]:
        """Return a driver that takes any input, in place of Textual's for terminals."""
        usual = super().get_driver_class()
        if usual.__module__ != "textual.drivers.linux_driver":
            return usual

        return LenientDriver

    # --- the end

    def on_load(self) -> None:
        """Look after the terminal; leave it as it is if the app was told to end already."""
        self.set_interval(LOOK_SECONDS, self._look_for_the_terminal)
        if self._told is not None:
            self.exit(return_code=self._told)

    def _look_for_the_terminal(self) -> None:
        """End when the terminal is gone, which a signal tells only to its own session."""
        if not self.is_headless and not has_terminal():  # known only once the driver is there
            self.end(HUNG_UP)

    @property
    def is_told_to_end(self) -> bool:
        """Whether a signal, or the loss of the terminal, has told it to end."""
        return self._told is not None

    def end(self, code: int) -> None:
        """End with this exit code; may be called by a signal handler, whatever it interrupts."""
        self._told = code
        if self.must_end:
            self.must_end(code)
        if self._loop:
            self._loop.call_soon_threadsafe(lambda: self.exit(return_code=code))

    @property
    def is_ending(self) -> bool:
        """Whether its screens are being taken away, or soon will be."""
        return self._exit or self._exception is not None

    def later(self, call: Callable[..., object], *given: Any) -> None:
        """Have something done in the app's thread; called from another one, also too late."""
        with suppress(RuntimeError):  # the event loop is closed: nobody is left to be told
            self.call_later(call, *given)

    # --- screens and keys

    def put_in_front(self, page: Screen[T], ended: Callable[[T | None], Any] | None = None) -> None:
        """Show a screen, unless one like it is in front already or the app is ending."""
        if not self.is_ending and not isinstance(self.screen, type(page)):
            self.push_screen(page, ended)

    async def on_event(self, event: Event) -> None:
        """Let a key wait for the screen in front to be built; none acts once the end has begun."""
        if isinstance(event, InputEvent | Paste) and self.is_ending:
            return
        if isinstance(event, Key | Paste):
            await self.screen._mounted_event.wait()  # noqa: SLF001 - `is_mounted` cannot be waited for
        await super().on_event(event)

    def on_key(self, event: Key) -> None:
        """Hand a field the keys typed for it before it had the focus; else they would be commands.

        A field keeps its own letters to itself, so one that comes up to here went to another first.
        What follows such letters (Enter, Esc) waits until the field has them.
        """
        field = self.focused
        if field is None or not field.check_consume_key("1", "1"):
            return  # it takes no text
        is_text = field.check_consume_key(event.key, event.character)
        ahead = self._ahead_of(field)
        if is_text or ahead:
            event.prevent_default()
            again = Key(event.key, event.character)
            field.post_message(again.set_sender(field))  # nothing comes up to its own sender
        if is_text and field.call_later(self._caught_up, field):
            self._ahead = (field, ahead + 1)

    def _ahead_of(self, field: Widget) -> int:
        """Return how many letters a field has not taken yet; one that has closed takes none."""
        return self._ahead[1] if self._ahead[0] is field else 0

    def _caught_up(self, field: Widget) -> None:
        if ahead := self._ahead_of(field):
            self._ahead = (field, ahead - 1)

    # --- mistakes

    def _handle_exception(self, error: Exception) -> None:
        """Let be what misses a part of a screen that is taken away, since the app is to end."""
        if not (self.is_ending and isinstance(error, _TAKEN_AWAY)):
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Replace Textual's report, which prints all variables; there is no public hook."""
        if self.must_end:
            self.must_end(1)
        error = self._exception or RuntimeError("no exception is known")
        kind, told = type(error).__name__, where(lambda: write_crash(error))
        self.panic(
            Text(
                f"expense-agent stopped by a mistake of its own ({kind}).\n"
                f"No decision is lost. The traceback {told}"
            )
        )


def is_told_to_end(app: App[Any]) -> bool:
    """Whether an app must end, even while a program in front of it runs."""
    return isinstance(app, GuardedApp) and app.is_told_to_end
