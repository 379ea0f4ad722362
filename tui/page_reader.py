"""Reads for the screens beside the queue, in a thread apart: the queue never waits for them."""

from collections.abc import Callable
from typing import Any

from expense_agent.service import ApprovalService
from tui.messages import Answered, ReadWanted
from tui.reading_thread import ReadingThread


class PageReader:
    """Puts a screen's question to the store, and brings the answer back to that screen."""

    def __init__(self, tell: Callable[[Answered], None], name: str) -> None:
        """Begin the kinds of its questions with the name."""
        self._name = name
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
        self._thread.ask(f"{self._name} {wanted.kind}", wanted, lambda: wanted.read(service))

    def took(self, answer: Answered) -> bool:
        """Bring an answer to the screen that asked; False: it is an answer to somebody else."""
        if not answer.kind.startswith(f"{self._name} "):
            return False
        wanted: ReadWanted = answer.question
        wanted.page.soon(self._bring, wanted, answer)
        return True

    def _bring(self, wanted: ReadWanted, answer: Answered) -> Any:
        """Hand over an answer, unless the screen has asked again since."""
        if not self._thread.is_current(answer):
            return None
        if answer.error is not None:
            return wanted.page.cannot_read(answer.error)
        return wanted.take(answer.answer)
