"""One invoice in one column: the preview of the queue.

It is drawn line by line: another text is another number of lines, and lays nothing out anew.
"""

from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.visual import Visual

from expense_agent.service import InvoiceDetail
from tui.in_turn import InTurn
from tui.safe_text import safe
from tui.sections import About, Line, laid_out, sheet
from tui.session import Session


class InvoiceSheet(ScrollView, InTurn, can_focus=False):
    """Shows an InvoiceDetail, or a sentence while there is none."""

    def __init__(self, session: Session, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._session = session
        self._shown: tuple[object, ...] | None = None
        """The values the lines were made of."""
        self._lines: list[Line] = []
        self._drawn: tuple[list[Line], int] = ([], 0)
        self._text = Content("")
        self._strips: list[Strip] = []

    def show(self, detail: InvoiceDetail, remark: str = "") -> None:
        """Show an invoice; `remark` stands above it."""
        session, now = self._session, self._session.now()
        shown = (detail, remark, session.categories, now.replace(second=0, microsecond=0))
        if shown != self._shown:  # compares what is the same object without looking into it
            self._shown = shown
            self._lines = sheet(About(detail, now, remark, session.categories))
        self._draw()

    def say(self, sentence: str) -> None:
        """Show a sentence instead of an invoice."""
        self._shown = None
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
            self._text = laid_out(*drawn)
            self._make_strips()

    def _make_strips(self) -> None:
        width = self.scrollable_content_region.width
        self._strips = Visual.to_strips(self, self._text, width, None, self.visual_style)
        self.virtual_size = Size(width, len(self._strips))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one visible line."""
        place, width = self.scroll_offset.y + y, self.scrollable_content_region.width
        style = self.visual_style.rich_style
        if place >= len(self._strips):
            return Strip.blank(width, style)
        return self._strips[place].adjust_cell_length(width, style)

    # --- what Textual asks of a text

    def notify_style_update(self) -> None:
        """Draw in the colours that hold now."""
        super().notify_style_update()
        if self._strips:
            self._make_strips()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the text that the mouse has selected."""
        return selection.extract(self._text.plain), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Show what the mouse has selected."""
        del selection
        self._make_strips()
