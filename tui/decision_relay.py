"""The way of a person's decisions: kept while they can be taken back, then handed over.

The inbox is told first, so that a key is answered before anything waits for a disk.
"""

from collections.abc import Callable, Iterable, Sequence

from expense_agent.service import ApprovalService, AskedAgain, Noted, Refused, Step
from tui.engine_client import EngineClient
from tui.messages import EngineLoaded, EngineTold
from tui.model.intent import Intent
from tui.model.progress import Watchdog
from tui.model.steps import NO_ROW
from tui.queue_reader import QueueReader
from tui.session import Session
from tui.unfinished import Unfinished


class Decisions:
    """Stands between the screens and the engine."""

    def __init__(
        self,
        session: Session,
        reader: QueueReader,
        tell: Callable[[EngineTold | EngineLoaded], None],
        unfinished: Unfinished | None,
    ) -> None:
        self._session = session
        self._inbox = session.inbox
        self._reader = reader
        self._tell = tell
        self._unfinished = unfinished
        self._watchdog = Watchdog()
        self.engine: EngineClient | None = None
        """None until the store is open."""

    def begin(self, service: ApprovalService) -> None:
        """Prepare the engine; it is launched after the first list is painted."""
        self.engine = EngineClient(service, self._tell, acts=not self._session.desk.read_only)

    def launch(self) -> None:
        """Load the engine behind what is painted."""
        if self.engine:
            self.engine.launch()

    def close(self) -> None:
        """Let the engine finish what it has; what still counts down is for the next start."""
        if self.engine:
            self.engine.finish()

    def ended(self, seconds: float | None) -> bool:
        """Wait for the engine to end, then let other programs have what is left."""
        has_ended = self.engine is None or self.engine.join(seconds)
        if has_ended and self._unfinished:
            self._unfinished.close()
        return has_ended

    # --- on the way in

    def made(self, intents: Sequence[Intent]) -> None:
        """Keep decisions for their grace time, or carry them out if they have none."""
        if self._unfinished:
            self._unfinished.made(intents)
        if not self._inbox.intend(intents):
            self._carry_out(intents)
        elif self._unfinished and (problem := self._unfinished.problem):
            counting = self._inbox.status.sentence
            self._inbox.status.tell(f"{counting}; not kept if the program ends before: {problem}")
        self._session.changed.publish(None)

    def undo(self, *, everything: bool) -> None:
        """Take back the newest decision, or all."""
        grace = self._inbox.grace
        taken_back = grace.withdraw_all() if everything else grace.withdraw()
        self.over(intent.row.key for intent in taken_back)
        self._inbox.taken_back(taken_back)
        if taken_back:
            self._session.notices.add(self._inbox.status.sentence)
        self._session.changed.publish(None)

    def over(self, keys: Iterable[int]) -> None:
        """Offer these to nobody any more: they are recorded, refused and said, or taken back."""
        if self._unfinished:
            self._unfinished.over(keys)

    def tick(self) -> None:
        """Count down; carry out what is due; say of which decisions nothing has been heard."""
        for sentence in self._watchdog.stalled(self._inbox.progress, self._session.now()):
            self._session.tell(sentence)
            self._session.changed.publish(frozenset())
        if not len(self._inbox.grace):
            return
        self._carry_out(self._inbox.grace.due())
        self._session.changed.publish(None)

    def carry_out_now(self) -> None:
        """Carry out everything that could still be taken back."""
        self._carry_out(self._inbox.grace.withdraw_all())
        self._session.changed.publish(None)

    def _carry_out(self, intents: Sequence[Intent]) -> None:
        """Hand decisions over, each on its own; nothing waits for them here."""
        for verb in dict.fromkeys(intent.verb for intent in intents):
            of_verb = [intent for intent in intents if intent.verb is verb]
            assert self.engine is not None, "a row was drawn, so the store is open"
            self._inbox.begin([intent.row for intent in of_verb], verb)
            for intent in of_verb:
                self.engine.carry_out(intent.row.key, intent.what)

    def step(self, what: Step) -> None:
        """Hand a step over."""
        assert self.engine is not None, "a thread was drawn, so the store is open"
        self.engine.carry_out(NO_ROW, what)

    # --- on the way out

    def _tell_of_set(self) -> None:
        """Keep in the log how a set ended as a whole; each of it stands there, too."""
        if not self._inbox.running:
            self._session.notices.add(self._inbox.status.sentence)

    def told(self, message: EngineTold) -> None:
        """Show how running decisions go."""
        for key, event in message.events:
            if key == NO_ROW:
                self._session.steps.told(event)
                continue
            moved = self._inbox.apply(key, event)
            if moved is None:
                continue
            if not moved.running:
                self._session.notices.add(moved.sentence, event.invoice_id)
            if isinstance(event, AskedAgain):
                self._reader.again(key, event.invoice_id)
            if isinstance(event, Refused | Noted):
                self._reader.rows((key,))
        keys = frozenset(key for key, _ in message.events)
        self.over(keys)
        if keys & self._inbox.together.keys() and len(self._inbox.together) > 1:
            self._tell_of_set()
        self._watchdog.heard(keys, self._session.now())
        self._session.changed.publish(keys)
