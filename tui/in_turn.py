"""Late work of a part of the screen: done in the turn of that part, or never once it is gone.

Textual does what is to follow a refresh in the turn of the screen that is in front by then, and
goes on with signals and answers of a part that is being removed, whose children are gone or can be
mounted no more. So screens and widgets use these methods in place of Textual's.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from textual.signal import Signal
from textual.widget import Widget

T = TypeVar("T")


class InTurn(Widget):
    """A screen or widget whose late work is done in its own turn, as long as it is there.

    It comes last among the bases: Textual takes styles from the first one only.
    """

    def soon(self, work: Callable[..., Any], *given: Any) -> None:
        """Do something after the messages that wait; may be called from another turn."""
        self.call_later(self._if_there, partial(work, *given))

    def after_refresh(self, work: Callable[..., Any], *given: Any) -> None:
        """Do something once what has changed is on the screen."""
        self.call_after_refresh(self.call_next, self._if_there, partial(work, *given))

    def whenever(self, signal: Signal[T], work: Callable[[T], Any]) -> None:
        """Do something whenever the signal is published."""
        signal.subscribe(self, lambda data: self._if_there(partial(work, data)))

    def _if_there(self, work: Callable[[], Any]) -> Any:
        is_there = self.is_attached and not self._pruning
        return work() if is_there else None
