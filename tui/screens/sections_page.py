"""A screen of sections: a line names them, keys jump to them, scrolling marks the one in sight."""

from tui.screens.scrolling import ScrollingPage
from tui.session import Session
from tui.sheet import Section
from tui.widgets.detail_sheet import DetailSheet
from tui.widgets.tabs_line import TabsLine


class SectionsPage(ScrollingPage):
    """Its text is a DetailSheet, its line of sections a TabsLine."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._sections: tuple[Section, ...] = ()
        self._jumped: int | None = None
        """The section a key has jumped to; None once the person has scrolled."""

    def show_sections(self, sections: tuple[Section, ...]) -> None:
        """Show these sections from now on."""
        self._sections = sections
        self.query_one(DetailSheet).show(sections)

    def draw_tabs(self, after: str = "") -> None:
        """Name the sections; `after` stands at the right."""
        titles = [section.title for section in self._sections]
        self.query_one(TabsLine).draw(titles, self._in_sight(), after)

    def redraw(self) -> None:
        """Draw anew after a jump or a scroll."""
        raise NotImplementedError

    def begin_at_top(self) -> None:
        """Forget where a key has jumped to."""
        self._jumped = None
        self.query_one(DetailSheet).scroll_home(animate=False)

    def _in_sight(self) -> int:
        return self.query_one(DetailSheet).in_sight() if self._jumped is None else self._jumped

    def action_next_view(self) -> None:
        """Jump to the next section."""
        self._jump(1)

    def action_previous_view(self) -> None:
        """Jump to the section before."""
        self._jump(-1)

    def on_tabs_line_chosen(self, message: TabsLine.Chosen) -> None:
        """Jump to the section that was clicked."""
        self._jump_to(message.number)

    def _jump(self, step: int) -> None:
        if self._sections:
            self._jump_to((self._in_sight() + step) % len(self._sections))

    def _jump_to(self, section: int) -> None:
        self._jumped = section
        self.query_one(DetailSheet).jump(section)
        self.redraw()

    def scrolled(self) -> None:
        """Mark the section that came into sight."""
        self._jumped = None
        self.after_refresh(self.redraw)
