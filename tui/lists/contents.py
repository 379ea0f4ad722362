"""The contents of a listing page: its records, by view and search, and their words."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from tui.keys.part import KeyPart, Taking
from tui.screens.page import Page
from tui.widgets.record_table import Look, RecordTable
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


class Contents:
    """Reads records, and lists what the view and the search line leave of them."""

    look: Look[Any]
    hint = ""
    """The hint in the empty search field."""

    def __init__(self, page: Page[None], redraw: Callable[[], None]) -> None:
        self.page = page
        self.session = page.session
        self.redraw = redraw
        """Draws the page anew."""
        self.views = ViewKeys(page, self.titles, self._turned)

    def make_table(self) -> RecordTable[Any]:
        """Make the list."""
        return RecordTable(self.look, id="records")

    @property
    def table(self) -> RecordTable[Any]:
        """The list."""
        return self.page.query_one(RecordTable)

    @property
    def words(self) -> str:
        """The words that the list is narrowed to."""
        return self.page.query_one(SearchLine).text

    def _turned(self) -> None:
        self.narrowed()
        self.redraw()

    def read(self) -> None:
        """Read the store."""
        raise NotImplementedError

    def failed(self) -> None:
        """Know that the store could not be read."""

    def narrowed(self) -> None:
        """List what the view and the search line leave."""
        raise NotImplementedError

    def follow(self) -> None:
        """List what has changed without a reading."""

    def moved(self) -> None:
        """Know that the cursor is on another record, or the list has been scrolled."""

    def titles(self) -> list[str]:
        """Return the titles of the views."""
        raise NotImplementedError

    def sums(self) -> str:
        """Return what stands right of the views."""
        return ""

    def counts(self) -> str:
        """Return what stands right of the search line."""
        raise NotImplementedError

    def about_cursor(self) -> str:
        """Return what is to be known of the record under the cursor."""
        return ""
