"""A list of records that are read a few pages at a time, around what is in sight."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from textual.message import Message

from tui.model.listed import InPages
from tui.widgets.record_table import Look, RecordTable

T = TypeVar("T")


class PagedTable(RecordTable[T]):
    """Records, one a line. Its cost per key does not depend on how many there are."""

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
        self.call_after_refresh(self._ask)

    def take(self, asked: Sequence[int], read: Mapping[int, T]) -> None:
        """Draw records that were asked for."""
        if self._pages is not None:
            self._pages.take(asked, read)
            self.refresh()

    def _ask(self) -> None:
        """Ask for two pages around what is in sight once a page around it is not known.

        A page down so finds its records, and going down line by line reads once a page.
        """
        height = self.size.height
        if self._unknown_within(height):
            self.post_message(self.Wanted(self._unknown_within(2 * height)))

    def _unknown_within(self, lines: int) -> tuple[int, ...]:
        if self._pages is None:
            return ()
        top = self.scroll_offset.y
        return self._pages.wanted(top - lines, top + self.size.height + lines)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Read the records that came into sight."""
        super().watch_scroll_y(old_value, new_value)
        if self._unknown_within(0):
            self._ask()
        else:  # ahead of need: the frame goes first
            self.call_after_refresh(self._ask)

    def on_resize(self) -> None:
        """Read what a larger window shows; Textual has the cursor kept in sight besides."""
        self.call_after_refresh(self._ask)
