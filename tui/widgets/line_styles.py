"""The styles of the lines of a list, from the style sheet; each is looked up once a theme."""

from collections.abc import Callable

from rich.style import Style


class LineStyles:
    """Returns a style by its name, and remembers it until the theme or the classes change."""

    def __init__(self, look_up: Callable[[str], Style]) -> None:
        self._look_up = look_up
        self._known: dict[str, Style] = {}

    def __call__(self, name: str) -> Style:
        """Return a style."""
        if name not in self._known:
            self._known[name] = self._look_up(name)
        return self._known[name]

    def forget(self) -> None:
        """Look all of them up again."""
        self._known.clear()
