"""One invoice in one column: the preview of the queue."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from expense_agent.service import InvoiceDetail
from tui.safe_text import safe
from tui.session import Session
from tui.sheet import About, Line, laid_out, sheet


class InvoiceSheet(VerticalScroll, can_focus=False):
    """Shows an InvoiceDetail, or a sentence while there is none."""

    def __init__(self, session: Session, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._session = session
        self._text = Static()
        self._lines: list[Line] = []
        self._drawn: tuple[list[Line], int] = ([], 0)

    def compose(self) -> ComposeResult:
        """Hold the text."""
        yield self._text

    def show(self, detail: InvoiceDetail, remark: str = "") -> None:
        """Show an invoice; `remark` stands above it."""
        session = self._session
        self._lines = sheet(About(detail, session.now(), remark, session.categories))
        self._draw()

    def say(self, sentence: str) -> None:
        """Show a sentence instead of an invoice."""
        self._lines = [Line("", safe(sentence, limit=400))]
        self._draw()

    def on_resize(self) -> None:
        """Wrap anew."""
        self._draw()

    def _draw(self) -> None:
        """Lay the lines out, if they or the width have changed since."""
        drawn = (self._lines, self.scrollable_content_region.width)
        if drawn != self._drawn:
            self._drawn = drawn
            self._text.update(laid_out(*drawn))
