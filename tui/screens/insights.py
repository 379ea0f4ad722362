"""Figures: how much goes by itself, how long it takes, which holds say nothing; one key away.

They are read when the mode is entered and by R: figures that change while they are read mislead.
"""

from textual.app import ComposeResult

from expense_agent.service.store_metrics import Metrics
from tui.formatting import clock_time
from tui.keymap import bindings
from tui.screens.sections_page import SectionsPage
from tui.session import Session
from tui.sheet.figures import Figures, figure_sections
from tui.sheet.line import Line
from tui.widgets.detail_sheet import DetailSheet
from tui.widgets.header_line import HeaderLine
from tui.widgets.lines import KeyBar, StatusLine
from tui.widgets.tabs_line import TabsLine

_LINES = 2
"""How far a key scrolls before the first figure and after the last."""


class InsightsScreen(SectionsPage):
    """Shows what `metrics` computes."""

    BINDINGS = [*bindings("views"), *bindings("insights")]  # noqa: RUF012 - Textual declares it
    keys_shown = "insights"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._metrics: Metrics | None = None
        self._leads: list[Line] = []
        """The figures that lead somewhere, in the order of the screen."""
        self._place: int | None = None
        """Which of them is selected."""

    def compose(self) -> ComposeResult:
        """Header, sections, figures, status, keys."""
        yield HeaderLine(id="header")
        yield TabsLine(id="sections")
        yield DetailSheet(id="sheet")
        yield StatusLine(id="status")
        yield KeyBar("insights")

    def on_mount(self) -> None:
        """Follow the header's counts."""
        self.whenever(self.session.changed, self._draw)

    def on_screen_resume(self) -> None:
        """Compute the figures anew."""
        self.action_refresh()

    def on_resize(self) -> None:
        """Draw what depends on the width."""
        self.after_refresh(self.redraw)

    def action_refresh(self) -> None:
        """Compute the figures anew."""
        if self._metrics is None:
            self.query_one(DetailSheet).say("computing the figures")
        self.ask("metrics", lambda service: service.metrics(), self._take)
        self.redraw()

    def _take(self, metrics: Metrics) -> None:
        self._metrics = metrics
        session = self.session
        figures = Figures(metrics, session.categories, ascii_only=session.ascii_only)
        sections = figure_sections(figures)
        self._leads = [one for section in sections for one in section.lines if one.lead]
        self.show_sections(sections)
        self._select(self._place)
        self.after_refresh(self.redraw)

    def redraw(self) -> None:
        """Draw everything but the figures."""
        self._draw(None)

    def _draw(self, _keys: frozenset[int] | None) -> None:
        if not self.is_current:
            return
        self.query_one(HeaderLine).draw(self.session)
        as_of = f"as of {clock_time(self._metrics.as_of)} " if self._metrics else ""
        self.draw_tabs(as_of)
        self.query_one(StatusLine).show(self.session, self._about())

    def _about(self) -> str:
        if self._metrics is None:
            return ""
        counts = self._metrics.invoices
        return ", ".join(f"{count:,} {state}" for state, count in counts.items())

    # --- the figures one can follow

    def _select(self, place: int | None) -> None:
        """Select a figure, as far as there are so many."""
        self._place = None if place is None or not self._leads else min(place, len(self._leads) - 1)
        selected = None if self._place is None else self._leads[self._place]
        self.query_one(DetailSheet).select(selected)

    def _go(self, step: int) -> None:
        """Select the next figure; where there is none any more, scroll."""
        place = 0 if self._place is None else self._place + step
        if 0 <= place < len(self._leads):
            self._select(place)
            self.scrolled()
        else:
            self._scroll(_LINES * step)

    def action_down(self) -> None:
        """Select the next figure that leads somewhere."""
        self._go(1)

    def action_up(self) -> None:
        """Select the one before."""
        self._go(-1)

    def action_open(self) -> None:
        """Go to what the selected figure is made of."""
        lead = self._leads[self._place].lead if self._place is not None and self._leads else None
        if lead:
            self.follow(lead)
        else:
            self.say("j and k select a figure; Enter then shows what it is made of")

    def action_back(self) -> None:
        """Stay: this is the first screen of its mode."""
