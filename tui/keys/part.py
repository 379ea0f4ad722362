"""A part of a page that has keys of its own, and all such parts of a page together."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from textual.actions import parse

from tui.key_table import Key
from tui.keymap import key_of
from tui.screens.page import Page

Taking = tuple[tuple[str, ...], Callable[[str], str | None]]
"""The words that may follow (none named: any text), and the work; it returns what is wrong."""


class KeyPart:
    """Has an `action_NAME` for each of its keys."""

    keys: tuple[str, ...] = ()
    """Its groups of keys, or single keys by their ids."""

    def __init__(self, page: Page[None]) -> None:
        self.page = page
        self.session = page.session

    def press(self, action: str) -> None:
        """Do what a key does, by the action of its id."""
        _, name, given = parse(action)
        getattr(self, f"action_{name}")(*given)

    def why_off(self, key: Key) -> str | None:  # noqa: ARG002 - parts say more
        """Say why a key does nothing now, or None."""
        return None

    def by_name(self, action: str) -> str:
        """Return the action by which the palette does what a key does."""
        return action

    def words(self) -> Mapping[str, Taking]:
        """Return the words of the command line that are followed by something here."""
        return {}


P = TypeVar("P", bound=KeyPart)


class Parts:
    """The parts of a page; a key that belongs to none is the page's own."""

    def __init__(self, page: Page[None]) -> None:
        self._page = page
        self._parts: list[KeyPart] = []

    def add(self, part: P) -> P:
        """Add a part; its keys come before those of the page."""
        self._parts.append(part)
        return part

    def _of(self, key: Key) -> KeyPart | None:
        return next((p for p in self._parts if {key.id, key.screen} & set(p.keys)), None)

    def can(self, key: Key) -> bool:
        """Whether the page, or a part of it, has a key."""
        return hasattr(self._of(key) or self._page, f"action_{parse(key.action)[1]}")

    async def press(self, key_id: str, *, by_name: bool = False) -> None:
        """Do what a key does."""
        key = key_of(key_id)
        part = self._of(key)
        if part is None:
            await self._page.run_action(key.action)
        else:
            part.press(part.by_name(key.action) if by_name else key.action)

    def why_off(self, key: Key) -> str | None:
        """Say why a key does nothing now, or None."""
        part = self._of(key)
        return part.why_off(key) if part else None

    def words(self) -> Mapping[str, Taking]:
        """Return the words of all parts."""
        return {word: taking for part in self._parts for word, taking in part.words().items()}
