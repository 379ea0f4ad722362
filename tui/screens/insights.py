"""Figures of the store, and the keys that lead from one to what it is made of.

They are read when the mode is entered and by R: figures that change while they are read mislead.
"""

from textual.app import ComposeResult

from expense_agent.service.store_metrics import Metrics
from tui.formatting import clock_time
from tui.keymap import pressed
from tui.keys.mode_keys import ModeKeys
from tui.keys.part import KeyPart
from tui.keys.scrolling_keys import SectionKeys
from tui.screens.mode_page import ModePage
from tui.screens.page import Page
from tui.sections import Line, Section
from tui.sections.figures_section import Figures, figure_sections
from tui.session import Session
from tui.widgets.detail_sheet import DetailSheet
from tui.widgets.header_line import HeaderLine
from tui.widgets.status_lines import KeyBar, StatusLine
from tui.widgets.tabs_line import TabsLine

_LINES = 2
"""How far a key scrolls before the first figure and after the last."""


class FigureKeys(KeyPart):
    """Selects among the lines of some sections that lead somewhere."""

    keys = ("insights.open", "insights.down", "insights.up")

    def __init__(self, page: Page[None], sections: SectionKeys, modes: ModeKeys) -> None:
        super().__init__(page)
        self._sections = sections
        self._modes = modes
        self._leads: list[Line] = []
        """The figures that lead somewhere, in the order of the page."""
        self._place: int | None = None
        """The one that is selected."""

    def show(self, sections: tuple[Section, ...]) -> None:
        """Show these sections from now on; the selection stays where it was."""
        self._leads = [line for section in sections for line in section.lines if line.lead]
        self._sections.show(sections)
        self._select(self._place)

    def _select(self, place: int | None) -> None:
        """Select a figure, as far as there are so many."""
        self._place = None if place is None or not self._leads else min(place, len(self._leads) - 1)
        selected = None if self._place is None else self._leads[self._place]
        self._sections.sheet.select(selected)

    def _go(self, step: int) -> None:
        """Select the next figure; where there is none any more, scroll."""
        place = 0 if self._place is None else self._place + step
        if 0 <= place < len(self._leads):
            self._select(place)
            self._sections.scrolled()
        else:
            self._sections.scroll(_LINES * step)

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
            self._modes.follow(lead)
        else:
            self.page.say("j and k select a figure; Enter then shows what it is made of")


class InsightsScreen(ModePage):
    """Shows what `metrics` computes."""

    BINDINGS = pressed("views", "insights")
    keys_shown = "insights"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._metrics: Metrics | None = None
        sections = SectionKeys(self, "insights", self._redraw)
        self._figures = self.parts.add(FigureKeys(self, sections, self.modes))
        self._sections = self.parts.add(sections)

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
        self.after_refresh(self._redraw)

    def action_refresh(self) -> None:
        """Compute the figures anew."""
        if self._metrics is None:
            self.query_one(DetailSheet).say("computing the figures")
        self.ask("metrics", lambda service: service.metrics(), self._take)
        self._redraw()

    def _take(self, metrics: Metrics) -> None:
        self._metrics = metrics
        session = self.session
        figures = Figures(metrics, session.categories, ascii_only=session.ascii_only)
        sections = figure_sections(figures)
        self._figures.show(sections)
        self.after_refresh(self._redraw)

    def _redraw(self) -> None:
        """Draw everything but the figures."""
        self._draw(None)

    def _draw(self, _keys: frozenset[int] | None) -> None:
        if not self.is_current:
            return
        self.query_one(HeaderLine).draw(self.session)
        as_of = f"as of {clock_time(self._metrics.as_of)} " if self._metrics else ""
        self._sections.draw_tabs(as_of)
        self.query_one(StatusLine).show(self.session, self._about())

    def _about(self) -> str:
        if self._metrics is None:
            return ""
        counts = self._metrics.invoices
        return ", ".join(f"{count:,} {state}" for state, count in counts.items())

    def on_tabs_line_chosen(self, message: TabsLine.Chosen) -> None:
        """Jump to the section that was clicked."""
        self._sections.jump_to(message.number)

    def action_back(self) -> None:
        """Stay: this is the first screen of its mode."""
