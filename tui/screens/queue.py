"""The home screen: who decides, the filter, the list, the preview, and what is going on."""

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input

from expense_agent.queue_filter import EXAMPLE, FilterError, parse
from expense_agent.service import SORT_KEYS, InvoiceDetail, QueueQuery, QueueRow
from tui.keymap import bindings
from tui.messages import DetailWanted, QueryChanged
from tui.model.progress import Verb
from tui.model.why_not import why_not
from tui.safe_text import safe
from tui.screens.deciding import DecidingPage
from tui.session import Session
from tui.widgets.invoice_sheet import InvoiceSheet
from tui.widgets.lines import BannerLine, FilterLine, HeaderLine, KeyBar, Line, StatusLine
from tui.widgets.queue_columns import headings
from tui.widgets.queue_table import QueueTable

REST_SECONDS = 0.06
"""How long the cursor rests before the preview reads the invoice."""


class QueueScreen(DecidingPage):
    """The queue of approval requests."""

    BINDINGS = bindings("queue")
    AUTO_FOCUS = "#table"
    keys_shown = "queue"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._sheet = InvoiceSheet(session, id="preview")
        self._resting: Timer | None = None
        self._previewed: object = None
        """What the preview shows or waits for: the request, and how its decision ended."""
        self._outdated: InvoiceDetail | None = None
        """The reading that was there before that."""

    def compose(self) -> ComposeResult:
        """Lay out the lines from top to bottom; the style sheet places the preview."""
        yield HeaderLine(id="header")
        yield FilterLine(id="filter-line")
        with Container(id="body"), Vertical(id="list"):
            yield Line(id="heads")
            yield QueueTable(self.session, id="table")
        yield BannerLine(id="banner", classes="-nothing")
        yield StatusLine(id="status")
        yield KeyBar("queue")

    def on_mount(self) -> None:
        """Follow the inbox; the preview is mounted behind the first frame."""
        self.session.changed.subscribe(self, self._draw, immediate=True)  # one frame per key
        self.query_one("#status", StatusLine).say(Content(" opening the store"))
        self.call_after_refresh(self.query_one("#body").mount, self._sheet)

    def on_resize(self) -> None:
        """Draw what depends on the width."""
        self.call_after_refresh(self._draw, None)

    # --- drawing

    def _draw(self, _keys: frozenset[int] | None) -> None:
        """Draw everything around the list; the list draws itself."""
        inbox = self.session.inbox
        self.query_one("#header", HeaderLine).draw(self.session)
        self.query_one("#banner", BannerLine).draw(self.session)
        table = self.query_one("#table", QueueTable)
        self.query_one("#heads", Line).say(safe(headings(table.size.width)))
        if inbox.loaded:
            self.query_one("#status", StatusLine).draw(self.session)
        self.query_one("#filter-line", FilterLine).draw(self.session)
        off = {f"decide.{verb.action}" for verb in Verb if self.why_not(verb)}
        off |= {"decide.edit"} if inbox.marks else set()
        self.query_one(KeyBar).mark(frozenset(off), len(inbox.marks))
        self._preview()

    # --- preview

    def _preview(self) -> None:
        """Show the invoice under the cursor, or ask for it once the cursor rests."""
        pane = self._sheet
        row, detail = self.target(), self.session.inbox.detail
        if row is None or not pane.is_mounted or not pane.display or not pane.size:
            return
        progress = self.session.inbox.progress.get(row.key)
        wanted = (row.seen, progress and progress.outcome)
        if self._previewed != wanted:
            self._previewed, self._outdated = wanted, detail
            if self._resting:
                self._resting.stop()
            self._resting = self.set_timer(REST_SECONDS, self._ask_for_detail)
        if detail and detail.id == row.seen.invoice_id:
            pane.show(detail, self._remark(row, detail))

    def _ask_for_detail(self) -> None:
        if row := self.target():
            self.post_message(DetailWanted(row.seen.invoice_id))

    def _remark(self, row: QueueRow, detail: InvoiceDetail) -> str:
        if progress := self.session.inbox.progress.get(row.key):
            return progress.sentence
        waits_otherwise = detail.request and detail.fingerprint != row.seen.fingerprint
        if waits_otherwise and detail is not self._outdated:
            return "changed since the list was drawn: R shows it there, too"
        return why_not(Verb.APPROVE, row, self.session.inbox, self.session.desk) or ""

    # --- what the keys act on

    def target(self) -> QueueRow | None:
        """Give the row under the cursor, as drawn."""
        return self.session.inbox.row_under_cursor

    def marked(self) -> tuple[QueueRow, ...]:
        """Give the marked rows, as drawn when marked."""
        return tuple(self.session.inbox.marks.values())

    # --- actions

    def action_open(self) -> None:
        """Show all of the invoice under the cursor."""
        from tui.screens.detail import DetailScreen  # noqa: PLC0415 - not before the first frame

        if self.target():
            self.app.push_screen(DetailScreen(self.session))

    def action_steps(self) -> None:
        """Show what waits for a step."""
        from tui.screens.steps import StepsScreen  # noqa: PLC0415 - not before the first frame

        self.app.push_screen(StepsScreen(self.session))

    def action_mark(self) -> None:
        """Mark the row and go down."""
        self.session.inbox.toggle_mark()
        self.query_one("#table", QueueTable).action_down()
        self.session.changed.publish(None)

    def action_unmark(self) -> None:
        """Take all marks away."""
        self.session.inbox.marks.clear()
        self.session.changed.publish(None)

    def action_sort(self) -> None:
        """Go on to the next order."""
        query = self.session.inbox.query
        following = SORT_KEYS[(SORT_KEYS.index(query.sort) + 1) % len(SORT_KEYS)]
        self.session.inbox.said = f"ordered by {following}"
        self.post_message(QueryChanged(QueueQuery(query.terms, following)))

    def action_refresh(self) -> None:
        """Read the list again; the cursor stays on its invoice."""
        self.session.inbox.said = ""
        self._previewed = None
        self.post_message(QueryChanged(self.session.inbox.query))

    def action_preview(self) -> None:
        """Show or hide the preview."""
        self.toggle_class("-no-preview")
        self.call_after_refresh(self._draw, None)

    def action_preview_down(self) -> None:
        """Scroll the preview down."""
        self._sheet.scroll_relative(y=4, animate=False)

    def action_preview_up(self) -> None:
        """Scroll the preview up."""
        self._sheet.scroll_relative(y=-4, animate=False)

    # --- filter

    def action_filter(self) -> None:
        """Let the person type a filter in the place of the line that shows it."""
        line = self.query_one("#filter-line", FilterLine)
        field = Input(self.session.inbox.filter_text, EXAMPLE, id="filter", compact=True)
        line.display = False
        self.mount(field, before=line)
        field.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Apply the filter, or say which part of it cannot be understood."""
        try:
            terms = parse(event.value, self.session.now().date())
        except FilterError as error:
            self.say(str(error))
            return
        self.session.inbox.filter_text = event.value
        self.session.inbox.said = ""
        self._leave_filter()
        self.post_message(QueryChanged(QueueQuery(terms, self.session.inbox.query.sort)))

    def _leave_filter(self) -> None:
        self.query("#filter").remove()
        self.query_one("#filter-line", FilterLine).display = True
        self.query_one("#table", QueueTable).focus()

    def action_back(self) -> None:
        """Leave the filter field; else take the filter away; never quit."""
        if self.query("#filter"):
            self.say("")
            self._leave_filter()
        elif self.session.inbox.query.terms:
            self.session.inbox.filter_text = ""
            self.post_message(QueryChanged(QueueQuery(sort=self.session.inbox.query.sort)))
