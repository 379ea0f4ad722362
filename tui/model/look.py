"""The look at the queue: a view, its filter, order and groups, and where a figure leads."""

from dataclasses import dataclass, replace
from datetime import datetime

from expense_agent.service import GROUP_KEYS, SORT_KEYS, GroupKey, QueueQuery, SortKey
from expense_agent.views import ALL, View


@dataclass(frozen=True, slots=True)
class Look:
    """One way to look; a new one is a new list."""

    view: View = ALL
    filter: str = ""
    """As typed; it has been understood."""
    sort: SortKey = ALL.sort
    group: GroupKey = ALL.group

    def query(self, now: datetime) -> QueueQuery:
        """Return what is asked of the store; raises FilterError."""
        return self.view.arranged(self.sort, self.group).query(now, self.filter)

    def at(self, view: View) -> "Look":
        """Look at another view, in that view's own order; what was typed still narrows it."""
        return Look(view, self.filter, view.sort, view.group)

    def filtered(self, text: str) -> "Look":
        """Narrow the view by something else."""
        return replace(self, filter=text)

    def next_sort(self) -> "Look":
        """Go on to the next order."""
        return replace(self, sort=SORT_KEYS[(SORT_KEYS.index(self.sort) + 1) % len(SORT_KEYS)])

    def next_group(self) -> "Look":
        """Go on to the next grouping."""
        following = GROUP_KEYS[(GROUP_KEYS.index(self.group) + 1) % len(GROUP_KEYS)]
        return replace(self, group=following)


@dataclass(frozen=True, slots=True)
class Lead:
    """A mode, and what its list is narrowed to."""

    mode: str
    text: str
    """A filter of the queue, or what is looked for among payments or events."""


@dataclass(frozen=True, slots=True)
class Trip:
    """A lead that was followed, and how the queue was looked at before: the way back."""

    lead: Lead
    before: Look
