"""The contents of a listing page: which records it lists, and what is said of them."""

from collections.abc import Callable
from typing import Any

from tui.keys.view_keys import ViewKeys
from tui.screens.page import Page
from tui.widgets.record_table import Look, RecordTable
from tui.widgets.search_line import SearchLine


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
