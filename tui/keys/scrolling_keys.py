"""The keys that scroll one long text."""

from textual.containers import VerticalScroll

from tui.keys.part import KeyPart
from tui.screens.page import Page

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
