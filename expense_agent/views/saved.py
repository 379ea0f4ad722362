"""The saved views of the queue: a filter, an order and a grouping under a name.

The tabs of the terminal and `queue --view NAME` are these; a person's own come from their file.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from expense_agent.service import GroupKey, QueueQuery, SortKey
from expense_agent.views.filtering import parse


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at the queue."""

    name: str
    """The view's name in a command and in the session's memory."""
    title: str
    filter: str = ""
    """In the filter language; "" for everything that waits now."""
    sort: SortKey = "holds"
    group: GroupKey = "hold"
    held: bool = False
    """Whether it shows what is on hold until a later day."""

    def query(self, now: datetime, more: str = "") -> QueueQuery:
        """Return the query of the view, narrowed by `more`; raises FilterError."""
        terms = (*parse(self.filter, now), *parse(more, now))
        return QueueQuery(terms, self.sort, self.held, self.group)

    def arranged(self, sort: SortKey, group: GroupKey) -> "View":
        """Return the view in another order."""
        return replace(self, sort=sort, group=group)


VIEWS = (
    View("all", "All"),
    View("high", "High value", "amount>10000"),
    View("warnings", "Warnings", "severity:warn"),
    View("expiring", "Expiring", "expires<24h"),
    View("due", "Due", "due<8d", "due", "due"),
    View("second", "Second approval", "state:second"),
    View("mine", "Mine", "state:mine"),
    View("held", "On hold", held=True),
)
"""The views everybody has, in the order of the tabs."""
ALL = VIEWS[0]


def view_named(name: str, views: Iterable[View] = VIEWS) -> View | None:
    """Return a view by its name."""
    return next((view for view in views if view.name == name), None)
