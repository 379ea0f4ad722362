"""The preview beside or below the queue: the invoice under the cursor, in one column.

It is drawn line by line: another text is another number of lines, and lays nothing out anew.
"""

from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.timer import Timer
from textual.visual import Visual

from expense_agent.domain.verbs import Verb
from expense_agent.service import InvoiceDetail, QueueRow
from tui.in_turn import InTurn
from tui.messages import DetailWanted
from tui.model.availability import edited_now, why_not
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


REST_SECONDS = 0.06
"""How long the cursor rests before the preview reads the invoice."""
_ON_GROUP = "Enter shows or hides the invoices of this group, Space marks them"


class Preview(InvoiceSheet):
    """Follows the cursor of the queue."""

    def __init__(self, session: Session, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(session, id=id)
        self._resting: Timer | None = None
        self._previewed: object = None
        """The request that is shown or waited for, and how its decision ended."""
        self._outdated: InvoiceDetail | None = None
        """The reading that was there before that."""

    def forget(self) -> None:
        """Read the invoice again, even if it is the one shown."""
        self._previewed = None

    def follow(self) -> None:
        """Show the invoice under the cursor, or ask for it once the cursor rests."""
        if not self.is_mounted or not self.display or not self.size:
            return
        inbox = self._session.inbox
        if (row := inbox.row_under_cursor) is None:
            if inbox.group_under_cursor:
                self.forget()
                self.say(_ON_GROUP)
            elif inbox.cursor is None:
                self.forget()
                self.say("")
            return
        detail, progress = inbox.detail, inbox.progress.get(row.key)
        wanted = (row.seen, progress and progress.outcome)
        if self._previewed != wanted:
            self._previewed, self._outdated = wanted, detail
            if self._resting:
                self._resting.stop()
            self._resting = self.set_timer(REST_SECONDS, self._ask_for_detail)
        if detail and detail.id == row.seen.invoice_id:
            self.show(detail, self._remark(row, detail))

    def _ask_for_detail(self) -> None:
        if row := self._session.inbox.row_under_cursor:
            self.post_message(DetailWanted(row.seen.invoice_id))

    def _remark(self, row: QueueRow, detail: InvoiceDetail) -> str:
        inbox = self._session.inbox
        if progress := inbox.progress.get(row.key):
            return progress.sentence
        waits_otherwise = detail.request and detail.fingerprint != row.seen.fingerprint
        if waits_otherwise and detail is not self._outdated:
            return "changed since the list was drawn: R shows it there, too"
        off = why_not(Verb.APPROVE, row, inbox, self._session.desk)
        return "; ".join(part for part in (edited_now(row, inbox), off) if part)
