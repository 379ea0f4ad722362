"""The state every screen shares: inbox, acting person, clock, and the signal to draw anew."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from textual.screen import Screen
from textual.signal import Signal

from expense_agent.domain.policy import Policy
from expense_agent.views import VIEWS, View
from tui.destinations import Destination
from tui.model.availability import Desk
from tui.model.command_line import History
from tui.model.grace import RepeatGuard
from tui.model.imports import Imports
from tui.model.inbox import Inbox
from tui.model.look import Trip
from tui.model.marking import Marking
from tui.model.notices import Notices
from tui.model.steps import Steps


def utc_now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


@dataclass
class Session:
    """The state of one run of the app, handed to every screen."""

    changed: Signal[frozenset[int] | None]
    """Published when the inbox has changed: these keys, or (None) everything."""
    guard: RepeatGuard
    page_of: Callable[[Destination], Screen[Any]]
    """Makes the page that another one leads to."""
    inbox: Inbox = field(default_factory=Inbox)
    imports: Imports = field(default_factory=Imports)
    steps: Steps = field(default_factory=Steps)
    desk: Desk = field(default_factory=Desk)
    policy: Policy | None = None
    """None until it has been read."""
    categories: Mapping[str, str] = field(default_factory=dict)
    engine: str = "loading"
    """"loading", "ready", or why it could not start."""
    views: tuple[View, ...] = VIEWS
    """The tabs, in order."""
    commands: History = field(default_factory=History)
    """The words typed on the app's command line."""
    ascii_only: bool = False
    now: Callable[[], datetime] = utc_now
    trip: Trip | None = None
    """The figure that was followed to the list that is shown; None: none was."""
    waits: str | None = None
    """The reason why pay-run waits since the store was restored; None: it does not."""
    category_marks: set[str] = field(default_factory=set)
    """Invoices that are marked on the list of categories to confirm."""
    notices: Notices = field(init=False)
    """Every sentence that was told, kept for the Activity screen."""

    marking: Marking = field(init=False)
    """Puts marks on the inbox."""

    def __post_init__(self) -> None:
        self.notices = Notices(self.now)
        self.marking = Marking(self.inbox)

    @property
    def in_force(self) -> Policy:
        """The policy, or the built-in one until it has been read."""
        return self.policy or Policy()

    @property
    def change(self) -> int:
        """The store's change counter as it was last heard of."""
        return self.inbox.news.change

    def tell(self, sentence: str, invoice_id: str = "") -> None:
        """Say a sentence on the status line, and keep it in the log."""
        self.inbox.status.tell(sentence)
        self.notices.add(sentence, invoice_id)

    @property
    def busy(self) -> bool:
        """Whether something would be cut short if the app ended now."""
        inbox = self.inbox
        return bool(inbox.running or len(inbox.grace) or self.imports.running)

    @property
    def marks(self) -> int:
        """How many marks would be lost if the app ended now."""
        return len(self.inbox.marks) + len(self.category_marks)

    @property
    def limit(self) -> str:
        """The acting person's limit in words."""
        if self.policy is None or not self.policy.approvers:
            return "no limits set"
        mine = next((a for a in self.policy.approvers if a.name == self.desk.approver), None)
        if mine is None:
            return "not an approver"
        return f"limit {mine.limit}" if mine.limit else "no limit"
