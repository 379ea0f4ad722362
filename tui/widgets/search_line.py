"""A line that shows what a list is narrowed to, and lets a person type it."""

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message
from textual.widgets import Input

from tui.formatting import crop
from tui.safe_text import inert, safe
from tui.widgets.status_lines import Line


class SearchLine(Container):
    """Enter applies what is typed; `close` leaves the field as it was."""

    @dataclass
    class Applied(Message):
        """The list is to be narrowed to this."""

        text: str

    def __init__(self, hint: str) -> None:
        super().__init__(id="search")
        self._hint = hint
        self.text = ""

    def compose(self) -> ComposeResult:
        """Hold the line, and the field in its place while it is typed into."""
        yield Line(id="search-said")
        yield Input(placeholder=self._hint, id="search-field", compact=True)

    def on_mount(self) -> None:
        """Begin with the line."""
        self.query_one(Input).display = False

    def draw(self, after: str) -> None:
        """Say what the list is narrowed to, and `after` at the right."""
        left = crop(f" / {inert(self.text)}", max(3, self.size.width - len(after) - 1))
        self.query_one("#search-said", Line).say(safe(left + after, limit=400))

    @property
    def is_open(self) -> bool:
        """Whether somebody is typing."""
        return bool(self.query_one(Input).display)

    def open(self) -> None:
        """Let the person type."""
        field = self.query_one(Input)
        field.value = self.text
        self._turn(field_shown=True)
        self.screen.set_focus(field)  # at once: the next key may be here already

    def close(self) -> None:
        """Leave the field."""
        self._turn(field_shown=False)

    def _turn(self, *, field_shown: bool) -> None:
        self.query_one(Input).display = field_shown
        self.query_one("#search-said").display = not field_shown

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Apply it."""
        event.stop()
        self.close()
        self.apply(event.value.strip())

    def apply(self, text: str) -> None:
        """Narrow the list to a text."""
        self.text = text
        self.post_message(self.Applied(text))
