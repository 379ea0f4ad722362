"""The home screen: who decides, the filter, the list, the preview, and what is going on."""

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Input

from expense_agent.views import EXAMPLE
from tui.destinations import ShowInvoice, ShowSteps
from tui.keymap import pressed
from tui.keys.decision_keys import DecisionKeys
from tui.keys.looking_keys import LookingKeys
from tui.keys.queue_keys import ArrangingKeys, MarkingKeys
from tui.messages import MarksWanted
from tui.screens.mode_page import ModePage
from tui.session import Session
from tui.subject import InQueue
from tui.widgets.activity_strip import ActivityStrip
from tui.widgets.header_line import HeaderLine
from tui.widgets.preview import Preview
from tui.widgets.queue_columns import HeadsLine
from tui.widgets.queue_table import QueueTable
from tui.widgets.status_lines import BannerLine, FilterLine, KeyBar, StatusLine
from tui.widgets.tabs_line import ViewsLine


class QueueScreen(ModePage):
    """The queue of approval requests."""

    BINDINGS = pressed("decide", "look", "queue", "views")
    AUTO_FOCUS = "#table"
    keys_shown = "queue"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        subject = InQueue(session)
        self._deciding = self.parts.add(DecisionKeys(self, subject))
        self.parts.add(LookingKeys(self, subject))
        self._marking = self.parts.add(MarkingKeys(self))
        self._arranging = self.parts.add(ArrangingKeys(self))
        self._preview = Preview(session, id="preview")

    def compose(self) -> ComposeResult:
        """Lay out the lines from top to bottom; the style sheet places the preview."""
        yield HeaderLine(id="header")
        yield ViewsLine(self.session, id="views")
        yield FilterLine(id="filter-line")
        yield Input(placeholder=EXAMPLE, id="filter", compact=True)
        with Container(id="body"), Vertical(id="list"):
            yield HeadsLine(id="heads")
            yield QueueTable(self.session, id="table")
        yield ActivityStrip(self.session, id="strip")
        yield BannerLine(id="banner", classes="-nothing")
        yield StatusLine(id="status")
        yield KeyBar("queue")

    def on_mount(self) -> None:
        """Follow the inbox; the preview is mounted behind the first frame."""
        self.session.changed.subscribe(self, self._draw, immediate=True)  # one frame per key
        self.query_one("#status", StatusLine).say(Content(" opening the store"))
        self.after_refresh(self.query_one("#body").mount, self._preview)

    def on_screen_resume(self) -> None:
        """Name this mode again, whatever was drawn behind another one."""
        self._draw(None)

    def on_line_resized(self) -> None:
        """Draw what depends on the width."""
        self._draw(None)

    # --- drawing

    def _draw(self, keys: frozenset[int] | None) -> None:
        """Draw what stands around the list; the list draws itself."""
        if keys is None:
            self._draw_about_list()
        elif keys:  # how many decisions are on the way
            self.query_one("#header", HeaderLine).draw(self.session)
        self.query_one("#banner", BannerLine).draw(self.session)
        self._draw_about_cursor()

    def _draw_about_list(self) -> None:
        """Draw what stays the same while the cursor moves and single rows change."""
        self.query_one("#header", HeaderLine).draw(self.session)
        self.query_one("#views", ViewsLine).draw()
        self.query_one(HeadsLine).draw(self._table.size.width)
        self.query_one("#filter-line", FilterLine).draw(self.session)

    def _draw_about_cursor(self) -> None:
        """Draw the newest sentence, the keys and the preview."""
        inbox = self.session.inbox
        if inbox.loaded:
            self.query_one("#status", StatusLine).draw(self.session)
        self.query_one(KeyBar).mark(self._deciding.off(), len(inbox.marks))
        self._preview.follow()

    @property
    def _table(self) -> QueueTable:
        return self.query_one(QueueTable)

    def cannot_read(self, error: Exception) -> None:
        """Mark nothing that could not be read."""
        self.session.marking.give_up()
        super().cannot_read(error)

    # --- actions

    def action_open(self) -> None:
        """Show all of the invoice under the cursor, or the invoices of a group."""
        if self.session.inbox.group_under_cursor:
            self.session.inbox.fold()
            self.session.changed.publish(None)
        elif self.session.inbox.row_under_cursor:
            self.show(ShowInvoice())

    def action_steps(self) -> None:
        """Show what waits for a step."""
        self.show(ShowSteps())

    def on_open_wanted(self) -> None:
        """Open what was clicked twice."""
        self.action_open()

    def on_marks_wanted(self, message: MarksWanted) -> None:
        """Mark the rows that a range has come to reach, as soon as they are read."""
        self._marking.changed(message.keys)

    def on_heads_line_clicked(self, message: HeadsLine.Clicked) -> None:
        """Put the list in the order of the column that was clicked."""
        self._arranging.order_by(message.heading, message.sort)

    # --- view and preview

    def action_refresh(self) -> None:
        """Read the list again; the cursor stays on its invoice."""
        self._preview.forget()
        self._arranging.look_at(self.session.inbox.look)

    def action_preview(self) -> None:
        """Show or hide the preview."""
        self.toggle_class("-no-preview")
        self.after_refresh(self._draw, None)

    def action_preview_down(self) -> None:
        """Scroll the preview down."""
        self._preview.scroll_relative(y=4, animate=False)

    def action_preview_up(self) -> None:
        """Scroll the preview up."""
        self._preview.scroll_relative(y=-4, animate=False)

    # --- filter

    def action_filter(self) -> None:
        """Let the person type a filter in the place of the line that shows it."""
        self._field.value = self.session.inbox.look.filter
        self._turn_filter(field_shown=True)
        self.set_focus(self._field)  # at once: the next key may be here already

    @property
    def _field(self) -> Input:
        return self.query_one("#filter", Input)

    def _turn_filter(self, *, field_shown: bool) -> None:
        self._field.display = field_shown
        self.query_one("#filter-line").display = not field_shown

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Apply the filter, or say which part of it cannot be understood."""
        if problem := self._arranging.narrow(event.value):
            self.say(problem)
        else:
            self._leave_filter()

    def _leave_filter(self) -> None:
        self._turn_filter(field_shown=False)
        self._table.focus()

    def action_back(self) -> None:
        """Leave the filter field; else take the filter away; never quit."""
        if self._field.display:
            self.say("")
            self._leave_filter()
        elif self.session.marking.in_range:
            self.session.marking.switch_range()
            self.session.changed.publish(None)
        elif self.modes.led_back(self.session.inbox.look.filter):
            pass
        elif self.session.inbox.look.filter:
            self._arranging.look_at(self.session.inbox.look.filtered(""))
