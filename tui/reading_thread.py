"""Reads the store in threads of their own, so that neither screen nor queue waits for a disk.

Of each kind of question only the newest counts: an older one still waiting is dropped, an older
one being answered is ignored when its answer arrives.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from expense_agent.service import ApprovalService
from tui.messages import Answered, ReadWanted


@dataclass(frozen=True, slots=True)
class _Question:
    generation: int
    about: Any
    ask: Callable[[], Any]


class ReadingThread:
    """Asks questions in order of their first asking and tells the answers as messages."""

    def __init__(self, tell: Callable[[Answered], None]) -> None:
        self._tell = tell
        self._waiting: dict[str, _Question] = {}
        self._generations: dict[str, int] = {}
        self._wake = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="reader", daemon=True)
        self.start = self._thread.start

    def ask(self, kind: str, about: object, ask: Callable[[], Any]) -> None:
        """Put a question; `about` comes back with its answer."""
        with self._wake:
            generation = self._generations.get(kind, 0) + 1
            self._generations[kind] = generation
            self._waiting[kind] = _Question(generation, about, ask)
            self._wake.notify()

    def is_current(self, answer: Answered) -> bool:
        """Whether no newer question of its kind has been put since."""
        return self._generations.get(answer.kind) == answer.generation

    def close(self) -> None:
        """Answer nothing more."""
        with self._wake:
            self._closed = True
            self._wake.notify()

    def _run(self) -> None:
        while (item := self._next()) is not None:
            self._tell(self._answer(*item))

    def _next(self) -> tuple[str, _Question] | None:
        with self._wake:
            self._wake.wait_for(lambda: self._closed or self._waiting)
            if self._closed:
                return None
            kind = next(iter(self._waiting))
            return kind, self._waiting.pop(kind)

    @staticmethod
    def _answer(kind: str, question: _Question) -> Answered:
        try:
            answer = question.ask()
        except Exception as error:  # noqa: BLE001 - a border: whatever a read ends with is shown
            return Answered(kind, question.generation, question.about, None, error)
        return Answered(kind, question.generation, question.about, answer)


class PageReader:
    """Puts a screen's question to the store, and brings the answer back to that screen."""

    def __init__(self, tell: Callable[[Answered], None], name: str) -> None:
        """Begin the kinds of its questions with the name."""
        self._name = name
        self._thread = ReadingThread(tell)
        self.close = self._thread.close
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
