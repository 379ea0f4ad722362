"""Offers decisions that an earlier run of the program had not carried out when it ended."""

from collections.abc import Sequence
from functools import partial

from tui.decision_relay import Decisions
from tui.guarded_app import GuardedApp
from tui.model.intent import Decision, Intent
from tui.queue_reader import QueueReader
from tui.session import Session
from tui.unfinished import Unfinished


class Offering:
    """Asks once, after the first list; what is not answered is asked again by the next run."""

    def __init__(
        self, app: GuardedApp, session: Session, decisions: Decisions, unfinished: Unfinished | None
    ) -> None:
        self._app = app
        self._session = session
        self._decisions = decisions
        self._unfinished = unfinished
        self._left: dict[int, Decision] = {}

    def begin(self, approver: str, reader: QueueReader) -> None:
        """Look for what is left, and let the reader find out what of it still waits."""
        self._left = self._unfinished.begin(approver) if self._unfinished else {}
        if self._left:
            reader.still_asked(self._left)

    def offer(self, intents: Sequence[Intent]) -> None:
        """Ask what is to become of those that still wait; until that is answered they are kept."""
        asked = {intent.row.key for intent in intents}
        self._decisions.over(key for key in self._left if key not in asked and self._is_free(key))
        offered = [intent for intent in intents if self._is_free(intent.row.key)]
        if not offered:
            return
        from tui.screens.unsubmitted import UnfinishedScreen  # noqa: PLC0415 - when needed only

        page = UnfinishedScreen(self._session, offered)
        self._app.put_in_front(page, partial(self._answered, offered))

    def _is_free(self, key: int) -> bool:
        """Whether the person has not decided about this row meanwhile."""
        inbox = self._session.inbox
        return key not in inbox.grace and key not in inbox.progress

    def _answered(self, intents: Sequence[Intent], carry_out: bool | None) -> None:  # noqa: FBT001 - a page ends with it
        if carry_out is None:
            return
        for verb in dict.fromkeys(intent.verb for intent in intents):
            of_verb = [intent for intent in intents if intent.verb is verb]
            if carry_out:
                self._decisions.made(of_verb)
            else:
                self._decisions.over(intent.row.key for intent in of_verb)
