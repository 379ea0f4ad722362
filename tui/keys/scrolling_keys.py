"""A text longer than the window, with the keys that scroll it or jump between its sections.

A line names the sections; scrolling marks the one that is in sight.
"""

from collections.abc import Callable

from textual.containers import VerticalScroll

from tui.keymap import bindings
from tui.keys.part import KeyPart
from tui.screens.page import Page
from tui.sections import Section
from tui.widgets.detail_sheet import DetailSheet
from tui.widgets.tabs_line import TabsLine

_LINES = 2
"""How far one key scrolls."""
_MOVES = ("down", "up", "page_down", "page_up", "top", "bottom")


class ScrollingKeys(KeyPart):
    """Scrolls the widget `#sheet` of a page by a group of keys."""

    def __init__(self, page: Page[None], group: str) -> None:
        super().__init__(page)
        self.keys = tuple(f"{group}.{move}" for move in _MOVES)

    @property
    def text(self) -> VerticalScroll:
        """The widget that is scrolled."""
        return self.page.query_one("#sheet", VerticalScroll)

    def scrolled(self) -> None:
        """Know that a key has scrolled."""

    def scroll(self, lines: int) -> None:
        """Scroll some lines down, or (below zero) up."""
        self.text.scroll_relative(y=lines, animate=False)
        self.scrolled()

    def action_down(self) -> None:
        """Scroll down."""
        self.scroll(_LINES)

    def action_up(self) -> None:
        """Scroll up."""
        self.scroll(-_LINES)

    def action_page_down(self) -> None:
        """Scroll a page down."""
        self.scroll(self.text.size.height - 1)

    def action_page_up(self) -> None:
        """Scroll a page up."""
        self.scroll(1 - self.text.size.height)

    def action_top(self) -> None:
        """Scroll to the top."""
        self.text.scroll_home(animate=False)
        self.scrolled()

    def action_bottom(self) -> None:
        """Scroll to the end."""
        self.text.scroll_end(animate=False)
        self.scrolled()


class SectionKeys(ScrollingKeys):
    """Its text is the DetailSheet of a page, its line of sections the TabsLine."""

    def __init__(self, page: Page[None], group: str, redraw: Callable[[], None]) -> None:
        """Call `redraw` after a jump or a scroll."""
        super().__init__(page, group)
        self.keys += ("views",)
        self._redraw = redraw
        self._sections: tuple[Section, ...] = ()
        self._jumped: int | None = None
        """The section a key has jumped to; None once the person has scrolled."""

    @property
    def sheet(self) -> DetailSheet:
        """The text."""
        return self.page.query_one(DetailSheet)

    def show(self, sections: tuple[Section, ...]) -> None:
        """Show these sections from now on."""
        self._sections = sections
        self.sheet.show(sections)

    def draw_tabs(self, after: str = "") -> None:
        """Name the sections; `after` stands at the right."""
        titles = [section.title for section in self._sections]
        self.page.query_one(TabsLine).draw(titles, self._in_sight(), after)

    def begin_at_top(self) -> None:
        """Forget where a key has jumped to."""
        self._jumped = None
        self.sheet.scroll_home(animate=False)

    def _in_sight(self) -> int:
        return self.sheet.in_sight() if self._jumped is None else self._jumped

    def action_next_view(self) -> None:
        """Jump to the next section."""
        self._jump(1)

    def action_previous_view(self) -> None:
        """Jump to the section before."""
        self._jump(-1)

    def _jump(self, step: int) -> None:
        if self._sections:
            self.jump_to((self._in_sight() + step) % len(self._sections))

    def jump_to(self, section: int) -> None:
        """Bring a section to the top."""
        self._jumped = section
        self.sheet.jump(section)
        self._redraw()

    def scrolled(self) -> None:
        """Mark the section that came into sight."""
        self._jumped = None
        self.page.after_refresh(self._redraw)


class ReadingPane(VerticalScroll):
    """Scrolls by letters, too; a screen puts it around one text and gives it the focus."""

    BINDINGS = bindings("reading")
