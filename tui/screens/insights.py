"""Figures: how much goes by itself, how long it takes, which holds say nothing; one key away.

They are read when the mode is entered and by R: figures that change while they are read mislead.
"""

from typing import Any

from textual.app import ComposeResult

from tui.formatting import clock_time
from tui.keymap import bindings
from tui.screens.sections_page import SectionsPage
from tui.session import Session
from tui.sheet.figures import Figures, figure_sections
from tui.widgets.detail_sheet import DetailSheet
from tui.widgets.lines import HeaderLine, KeyBar, StatusLine
from tui.widgets.tabs_line import TabsLine


class InsightsScreen(SectionsPage):
    """Shows what `metrics` computes."""

    BINDINGS = [*bindings("views"), *bindings("insights")]  # noqa: RUF012 - Textual declares it
    keys_shown = "insights"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._metrics: dict[str, Any] | None = None

    def compose(self) -> ComposeResult:
        """Header, sections, figures, status, keys."""
        yield HeaderLine(id="header")
        yield TabsLine(id="sections")
        yield DetailSheet(id="sheet")
        yield StatusLine(id="status")
        yield KeyBar("insights")

    def on_mount(self) -> None:
        """Follow the header's counts."""
        self.session.changed.subscribe(self, self._draw)

    def on_screen_resume(self) -> None:
        """Compute the figures anew."""
        self.action_refresh()

    def on_resize(self) -> None:
        """Draw what depends on the width."""
        self.call_after_refresh(self.redraw)

    def action_refresh(self) -> None:
        """Compute the figures anew."""
        if self._metrics is None:
            self.query_one(DetailSheet).say("computing the figures")
        self.ask("metrics", lambda service: service.metrics(), self._take)
        self.redraw()

    def _take(self, metrics: dict[str, Any]) -> None:
        self._metrics = metrics
        session = self.session
        figures = Figures(metrics, session.categories, ascii_only=session.ascii_only)
        self.show_sections(figure_sections(figures))
        self.call_after_refresh(self.redraw)

    def redraw(self) -> None:
        """Draw everything but the figures."""
        self._draw(None)

    def _draw(self, _keys: frozenset[int] | None) -> None:
        if not self.is_current:
            return
        self.query_one(HeaderLine).draw(self.session)
        as_of = f"as of {clock_time(self._metrics['as_of'])} " if self._metrics else ""
        self.draw_tabs(as_of)
        self.query_one(StatusLine).show(self.session, self._about())

    def _about(self) -> str:
        if self._metrics is None:
            return ""
        counts = self._metrics["invoices"]
        return ", ".join(f"{count:,} {state}" for state, count in counts.items() if state != "all")

    def action_back(self) -> None:
        """Stay: this is the first screen of its mode."""
