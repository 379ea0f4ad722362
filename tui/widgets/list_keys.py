"""The keys that move through a list of lines, whatever the lines are."""

from tui.keymap import bindings
from tui.widgets.kept_lines import KeptLines


class ListKeys(KeptLines, can_focus=True):
    """A list whose cursor is moved by lines, half pages and pages."""

    BINDINGS = bindings("list")

    def move(self, lines: int) -> None:
        """Move the cursor some lines down, or (below zero) up, as far as there are lines."""
        raise NotImplementedError

    def action_down(self) -> None:
        """Move one row down."""
        self.move(1)

    def action_up(self) -> None:
        """Move one row up."""
        self.move(-1)

    def action_page_down(self) -> None:
        """Move a page down."""
        self.move(self.size.height)

    def action_page_up(self) -> None:
        """Move a page up."""
        self.move(-self.size.height)

    def action_half_down(self) -> None:
        """Move half a page down."""
        self.move(self.size.height // 2)

    def action_half_up(self) -> None:
        """Move half a page up."""
        self.move(-(self.size.height // 2))

    def action_top(self) -> None:
        """Go to the first row."""
        self.move(-self.virtual_size.height)

    def action_bottom(self) -> None:
        """Go to the last row."""
        self.move(self.virtual_size.height)
