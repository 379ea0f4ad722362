"""Reads for the screens beside the queue, in a thread apart: the queue never waits for them."""

from collections.abc import Callable

from expense_agent.service import ApprovalService
from tui.messages import Answered, ReadWanted
from tui.reading_thread import ReadingThread

PAGE = "page"
"""How the kinds of these questions begin."""


class PageReader:
    """Puts a screen's question to the store, and brings the answer back to that screen."""

    def __init__(self, tell: Callable[[Answered], None]) -> None:
        self._thread = ReadingThread(tell)
        self._service: ApprovalService | None = None
        self._early: list[ReadWanted] = []
        """Asked before the store was open."""

    def begin(self, service: ApprovalService) -> None:
        """Answer from now on."""
        self._service = service
        self._thread.start()
        for wanted in self._early:
            self.ask(wanted)
        self._early.clear()

    def close(self) -> None:
        """Ask nothing more."""
        self._thread.close()

    def ask(self, wanted: ReadWanted) -> None:
        """Put a question; of each kind only the newest counts."""
        service = self._service
        if service is None:
            self._early.append(wanted)
            return
        self._thread.ask(f"{PAGE} {wanted.kind}", wanted, lambda: wanted.read(service))

    def take(self, answer: Answered) -> None:
        """Give an answer to the screen that asked, unless it is gone or has asked again since."""
        wanted: ReadWanted = answer.question
        if not self._thread.is_current(answer) or not wanted.page.is_attached:
            return
        if answer.error is None:
            wanted.take(answer.answer)
        else:
            wanted.page.cannot_read(answer.error)
