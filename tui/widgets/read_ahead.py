"""A list whose lines are read a few pages at a time, around what is in sight."""

from tui.widgets.list_keys import ListKeys


class ReadAhead(ListKeys):
    """Asks for lines before they are needed; its cost per key does not depend on their number."""

    def unread(self, top: int, bottom: int) -> tuple[int, ...]:
        """Return the keys on some lines that are still to be read."""
        raise NotImplementedError

    def want(self, keys: tuple[int, ...]) -> None:
        """Have these read."""
        raise NotImplementedError

    def ask_around(self) -> None:
        """Ask for two pages around what is visible once a page around it is not known.

        A page down so finds its lines, and going down line by line reads once a page, not at every
        line.
        """
        height = self.size.height
        if self._unread_within(height):
            self.want(self._unread_within(2 * height))

    def _unread_within(self, lines: int) -> tuple[int, ...]:
        top = self.scroll_offset.y
        return self.unread(top - lines, top + self.size.height + lines)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Read the lines that came into sight."""
        super().watch_scroll_y(old_value, new_value)
        if self._unread_within(0):
            self.ask_around()
        else:  # ahead of need: the frame goes first
            self.after_refresh(self.ask_around)
