"""A screen around one long text: the keys that scroll it."""

from textual.containers import VerticalScroll

from tui.screens.mode_page import ModePage

_LINES = 2
"""How far one key scrolls."""


class ScrollingPage(ModePage):
    """Its text stands in the widget `#sheet`."""

    @property
    def text(self) -> VerticalScroll:
        """What is scrolled."""
        return self.query_one("#sheet", VerticalScroll)

    def action_down(self) -> None:
        """Scroll down."""
        self.text.scroll_relative(y=_LINES, animate=False)

    def action_up(self) -> None:
        """Scroll up."""
        self.text.scroll_relative(y=-_LINES, animate=False)

    def action_page_down(self) -> None:
        """Scroll a page down."""
        self.text.scroll_relative(y=self.text.size.height - 1, animate=False)

    def action_page_up(self) -> None:
        """Scroll a page up."""
        self.text.scroll_relative(y=1 - self.text.size.height, animate=False)

    def action_top(self) -> None:
        """Scroll to the top."""
        self.text.scroll_home(animate=False)

    def action_bottom(self) -> None:
        """Scroll to the end."""
        self.text.scroll_end(animate=False)
