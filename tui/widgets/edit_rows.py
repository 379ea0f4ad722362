"""One row of the edit form for each field of a request: a typed value, or one only shown."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Key
from textual.widgets import Input, Static

from tui.safe_text import safe
from tui.sections.line import MUTED, WARNING

_WRONG = "bold $text-error"


class ChoiceInput(Input):
    """Takes one of few values by its digit, while nothing is typed that a digit could belong to."""

    candidates: tuple[str, ...] = ()

    def takes_digits(self) -> bool:
        """Whether a digit stands for a candidate now."""
        return not self.value

    def on_key(self, event: Key) -> None:
        """Take a digit as the candidate it stands for."""
        number = int(event.key) if event.key in set("123456789") else 0
        if self.takes_digits() and 0 < number <= len(self.candidates):
            self.value = self.candidates[number - 1]
            self.cursor_position = len(self.value)
            event.prevent_default()
            event.stop()


class CategoryInput(ChoiceInput):
    """A category by the digit of a candidate, or by any part of its name."""

    def takes_digits(self) -> bool:
        """Take one at any time: no category begins with a digit."""
        return True


_INPUTS: dict[str, type[Input]] = {"category": CategoryInput, "credit": ChoiceInput}


class EditRow(Vertical):
    """A label, an input, and below it what is to be said of the field."""

    def __init__(
        self, name: str, title: str, value: str, kind: str, candidates: tuple[str, ...] = ()
    ) -> None:
        super().__init__(classes="edit-row")
        make = _INPUTS.get(kind, Input)
        self.input = make(value, id=name, compact=True, max_length=500, select_on_focus=False)
        if isinstance(self.input, ChoiceInput):
            self.input.candidates = candidates
        self._title = title
        self._below = Static(id=f"{name}-said", classes="said")

    def compose(self) -> ComposeResult:
        """Lay the three out."""
        with Horizontal(classes="field"):
            yield Static(safe(self._title), classes="label")
            yield self.input
        yield self._below

    def say(self, sentence: str, *, wrong: bool = False) -> None:
        """Say something below the field; what is wrong with it is marked by more than colour."""
        mark = ("! ", _WRONG) if wrong and sentence else ""
        style = _WRONG if wrong else WARNING
        self._below.update(Content.assemble(mark, safe(sentence, style, limit=300)))


class FixedRow(Static):
    """A field that this request does not let anybody change, and why."""

    def __init__(self, title: str, value: str, why: str) -> None:
        super().__init__(
            Content.assemble(
                safe(f"{title:16}", MUTED), safe(value or "-"), "   ", safe(why, MUTED)
            ),
            classes="fixed-row",
        )
