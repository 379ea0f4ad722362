"""Sessions at a store: they hold something and are told apart by names that are never reused."""

import re
from typing import Protocol

_NAME = re.compile(r"([0-9]{1,10})-[0-9a-f]{12}")


class Presence(Protocol):
    """One session at a store; it appears there when it first holds something."""

    who: str
    current: str
    """The name of this session; "" as long as it has not appeared."""

    @property
    def name(self) -> str:
        """Return the name of this session, which others can see from then on."""
        ...

    def is_alive(self, name: str) -> bool:
        """Whether the session of this name lives."""
        ...

    def close(self) -> None:
        """Go: what this session holds is held no more."""
        ...


def process_of(name: str) -> int | None:
    """Return the process id in the name of a session; None for no name of ours."""
    found = _NAME.fullmatch(name)
    return int(found[1]) if found else None
