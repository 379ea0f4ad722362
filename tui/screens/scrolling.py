"""A screen around one long text: the keys that scroll it."""

from textual.containers import VerticalScroll

from tui.screens.mode_page import ModePage

_LINES = 2
"""How far one key scrolls."""


class ScrollingPage(ModePage):
    """Its text stands in the widget `#sheet`."""

    @property
    def text(self) -> VerticalScroll:
        """The part that scrolls."""
        return self.query_one("#sheet", VerticalScroll)

    def scrolled(self) -> None:
        """Know that a key has scrolled."""

    def _scroll(self, lines: int) -> None:
        self.text.scroll_relative(y=lines, animate=False)
        self.scrolled()

    def action_down(self) -> None:
        """Scroll down."""
        self._scroll(_LINES)

    def action_up(self) -> None:
        """Scroll up."""
        self._scroll(-_LINES)

    def action_page_down(self) -> None:
        """Scroll a page down."""
        self._scroll(self.text.size.height - 1)

    def action_page_up(self) -> None:
        """Scroll a page up."""
        self._scroll(1 - self.text.size.height)

    def action_top(self) -> None:
        """Scroll to the top."""
        self.text.scroll_home(animate=False)
        self.scrolled()

    def action_bottom(self) -> None:
        """Scroll to the end."""
        self.text.scroll_end(animate=False)
        self.scrolled()
