"""The keys and words that turn to another view of a list, and narrow it."""

import re
from collections.abc import Callable, Mapping

from tui.keys.part import KeyPart, Taking
from tui.screens.page import Page
from tui.widgets.search_line import SearchLine


class ViewKeys(KeyPart):
    """Knows which view of a list is shown."""

    keys = ("views",)

    def __init__(
        self, page: Page[None], titles: Callable[[], list[str]], turned: Callable[[], None]
    ) -> None:
        """Call `turned` when another view is shown."""
        super().__init__(page)
        self._titles = titles
        self._turned = turned
        self.shown = 0
        """The number of the view that is shown."""

    def words(self) -> Mapping[str, Taking]:
        """Return the words for views, and for the text that narrows the list."""
        names = [_spoken(title) for title in self._titles()]
        return {
            "view": (tuple(names), lambda name: self.show(names.index(name))),
            "filter": ((), self.page.query_one(SearchLine).apply),
        }

    def show(self, view: int) -> None:
        """Show a view by its number."""
        self.shown = view
        self.session.inbox.status.tell("")
        self._turned()

    def _turn(self, step: int) -> None:
        self.show((self.shown + step) % len(self._titles()))

    def action_next_view(self) -> None:
        """Show the next view."""
        self._turn(1)

    def action_previous_view(self) -> None:
        """Show the view before."""
        self._turn(-1)


def _spoken(title: str) -> str:
    """Return the word for a view: its title without the count."""
    return re.sub(r"[ 0-9,]+$", "", title).casefold().replace(" ", "-")
