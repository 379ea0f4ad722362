"""A text that is longer than the window, with the keys that scroll it."""

from textual.containers import VerticalScroll

from tui.keymap import bindings


class ReadingPane(VerticalScroll):
    """Scrolls by letters, too; a screen puts it around one text and gives it the focus."""

    BINDINGS = bindings("reading")
