"""Offers what an earlier run of the program was still about to carry out when it was cut off."""

from collections.abc import Sequence
from functools import partial

from textual.app import App

from tui.decisions import Decisions
from tui.model.intent import Intent
from tui.queue_reader import QueueReader
from tui.session import Session
from tui.unfinished import Unfinished


class Offering:
    """Asks once, after the first list; what is not answered is asked again by the next run."""

    def __init__(
        self, app: App[None], session: Session, decisions: Decisions, unfinished: Unfinished | None
    ) -> None:
        self._app = app
        self._session = session
        self._decisions = decisions
        self._unfinished = unfinished

    def begin(self, approver: str, reader: QueueReader) -> None:
        """Look for what is left, and let the reader find out what of it still waits."""
        left = self._unfinished.begin(approver) if self._unfinished else {}
        if left:
            reader.still_asked(left)

    def offer(self, intents: Sequence[Intent]) -> None:
        """Ask what is to become of them; until that is answered they are kept."""
        if not intents or not self._unfinished:
            return
        from tui.screens.unfinished import UnfinishedScreen  # noqa: PLC0415 - after a crash only

        self._unfinished.made(intents)
        page = UnfinishedScreen(self._session, intents)
        self._app.push_screen(page, partial(self._answered, intents))

    def _answered(self, intents: Sequence[Intent], carry_out: bool | None) -> None:  # noqa: FBT001 - a page ends with it
        for verb in dict.fromkeys(intent.verb for intent in intents):
            of_verb = [intent for intent in intents if intent.verb is verb]
            if carry_out:
                self._decisions.made(of_verb)
            else:
                self._decisions.forget(of_verb)
