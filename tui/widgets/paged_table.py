"""A list of records of which only those in sight are read."""

from dataclasses import dataclass
from typing import TypeVar

from textual.message import Message

from tui.model.listed import InPages
from tui.widgets.read_ahead import ReadAhead
from tui.widgets.record_table import Look, RecordTable

T = TypeVar("T")


class PagedTable(RecordTable[T]):
    """Records, one a line, of which only the order is at hand."""

    @dataclass
    class Wanted(Message):
        """These records are to be read."""

        keys: tuple[int, ...]

    def __init__(self, look: Look[T], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(look, id=id)
        self._pages: InPages[T] | None = None
        self._ahead = ReadAhead(
            self,
            lambda top, bottom: self._pages.wanted(top, bottom) if self._pages else (),
            lambda keys: self.post_message(self.Wanted(keys)),
        )

    def show_pages(self, pages: InPages[T]) -> None:
        """List records whose order is known."""
        self._pages = pages
        self.show_listed(pages)
        self.after_refresh(self._ahead.ask_around)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Read the lines that came into sight."""
        super().watch_scroll_y(old_value, new_value)
        self._ahead.scrolled()

    def on_resize(self) -> None:
        """Read what a larger window shows; Textual has the cursor kept in sight besides."""
        self.after_refresh(self._ahead.ask_around)
