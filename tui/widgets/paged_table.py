"""A list of records of which only those in sight are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from textual.message import Message

from tui.model.listed import InPages
from tui.widgets.read_ahead import ReadAhead
from tui.widgets.record_table import Look, RecordTable

T = TypeVar("T")


class PagedTable(RecordTable[T], ReadAhead):  # the first is the one that styles and queries know
    """Records, one a line, of which only the order is at hand."""

    @dataclass
    class Wanted(Message):
        """These records are to be read."""

        keys: tuple[int, ...]

    def __init__(self, look: Look[T], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(look, id=id)
        self._pages: InPages[T] | None = None

    def show_pages(self, pages: InPages[T]) -> None:
        """List records whose order is known."""
        self._pages = pages
        self.show_listed(pages)
        self.after_refresh(self.ask_around)

    def take(self, asked: Sequence[int], read: Mapping[int, T]) -> None:
        """Draw records that were asked for."""
        if self._pages is not None:
            self._pages.take(asked, read)
            self.refresh()

    def unread(self, top: int, bottom: int) -> tuple[int, ...]:
        """Return the records on some lines that are still to be read."""
        return self._pages.wanted(top, bottom) if self._pages else ()

    def want(self, keys: tuple[int, ...]) -> None:
        """Have records read."""
        self.post_message(self.Wanted(keys))

    def on_resize(self) -> None:
        """Read what a larger window shows; Textual has the cursor kept in sight besides."""
        self.after_refresh(self.ask_around)
