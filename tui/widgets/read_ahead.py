"""Reads the lines of a list a few pages at a time, around what is in sight."""

from collections.abc import Callable

from tui.widgets.kept_lines import KeptLines

Keys = tuple[int, ...]


class ReadAhead:
    """Asks for lines before they are needed; its cost per key does not depend on their number."""

    def __init__(
        self,
        lines: KeptLines,
        unread: Callable[[int, int], Keys],
        want: Callable[[Keys], object],
    ) -> None:
        """Find with `unread` what some lines lack, and have it read with `want`."""
        self._lines = lines
        self._unread = unread
        self._want = want

    def ask_around(self) -> None:
        """Ask for two pages around what is visible once a page around it is not known.

        A page down so finds its lines, and going down line by line reads once a page, not at every
        line.
        """
        height = self._lines.size.height
        if self._within(height):
            self._want(self._within(2 * height))

    def _within(self, around: int) -> Keys:
        top = self._lines.scroll_offset.y
        return self._unread(top - around, top + self._lines.size.height + around)

    def scrolled(self) -> None:
        """Read the lines that came into sight."""
        if self._within(0):
            self.ask_around()
        else:  # ahead of need: the frame goes first
            self._lines.after_refresh(self.ask_around)
