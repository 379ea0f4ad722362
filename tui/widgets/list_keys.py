"""The keys that move through a list of lines, whatever the lines are."""

from collections.abc import Callable

from tui.keymap import pressed
from tui.widgets.kept_lines import KeptLines

_MOVES: dict[str, Callable[[int, int], int]] = {
    "list.down": lambda _page, _all: 1,
    "list.up": lambda _page, _all: -1,
    "list.page_down": lambda page, _all: page,
    "list.page_up": lambda page, _all: -page,
    "list.half_down": lambda page, _all: page // 2,
    "list.half_up": lambda page, _all: -(page // 2),
    "list.top": lambda _page, every: -every,
    "list.bottom": lambda _page, every: every,
}
"""How many lines down each key moves, in a list of so many lines a page and so many in all."""


class ListKeys(KeptLines, can_focus=True):
    """A list whose cursor is moved by lines, half pages and pages."""

    BINDINGS = pressed("list", action="go")

    def move(self, lines: int) -> None:
        """Move the cursor some lines down, or (below zero) up, as far as there are lines."""
        raise NotImplementedError

    def action_go(self, key_id: str) -> None:
        """Move the cursor as a key says."""
        self.move(_MOVES[key_id](self.size.height, self.virtual_size.height))
