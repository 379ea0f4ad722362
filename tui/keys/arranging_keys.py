"""The keys and words that change the queue's view, filter, sort and grouping."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from expense_agent.service import GROUP_KEYS, SORT_KEYS, SortKey
from expense_agent.views.filtering import FilterError, parse
from tui.keys.part import KeyPart, Taking
from tui.messages import QueryChanged
from tui.model.look import Look


class ArrangingKeys(KeyPart):
    """Has the queue read as it is to be looked at."""

    keys = ("queue.sort", "queue.group", "views")

    def words(self) -> Mapping[str, Taking]:
        """Return the words for views, filter, order and grouping."""
        inbox = self.session.inbox
        views = {view.name.casefold(): view for view in self.session.views}
        return {
            "view": (tuple(views), lambda name: self.look_at(inbox.look.at(views[name]))),
            "filter": ((), self.narrow),
            "sort": (SORT_KEYS, lambda key: self._arrange(sort=key)),
            "group": (GROUP_KEYS, lambda key: self._arrange(group=key)),
        }

    def narrow(self, text: str) -> str | None:
        """Apply a filter, or say which part of it cannot be understood."""
        try:
            parse(text, self.session.now())
        except FilterError as error:
            return str(error)
        self.look_at(self.session.inbox.look.filtered(text))
        return None

    def _arrange(self, **how: Any) -> None:
        self.look_at(replace(self.session.inbox.look, **how))

    def look_at(self, look: Look, said: str = "") -> None:
        """Read the list as it is to be looked at."""
        self.session.inbox.status.tell(said)
        self.page.post_message(QueryChanged(look))

    def action_sort(self) -> None:
        """Go on to the next order."""
        look = self.session.inbox.look.next_sort()
        self.look_at(look, f"ordered by: {_among(SORT_KEYS, look.sort)}; s goes on")

    def order_by(self, heading: str, sort: SortKey | None) -> None:
        """Put the list in the order of a column."""
        if sort is None:
            self.page.say(f"no order by {heading}; s goes through {', '.join(SORT_KEYS)}")
        else:
            look = replace(self.session.inbox.look, sort=sort)
            self.look_at(look, f"ordered by: {_among(SORT_KEYS, look.sort)}")

    def action_group(self) -> None:
        """Go on to the next grouping."""
        look = self.session.inbox.look.next_group()
        self.look_at(look, f"grouped by: {_among(GROUP_KEYS, look.group)}; t goes on")

    def action_next_view(self) -> None:
        """Look at the view to the right."""
        self._view(1)

    def action_previous_view(self) -> None:
        """Look at the view to the left."""
        self._view(-1)

    def _view(self, way: int) -> None:
        look, views = self.session.inbox.look, self.session.views
        names = [view.name for view in views]
        place = names.index(look.view.name) if look.view.name in names else 0
        self.look_at(look.at(views[(place + way) % len(views)]))


def _among(names: Sequence[str], chosen: str) -> str:
    """Return all names, the chosen one in brackets as a tab is."""
    return " ".join(f"[{name}]" if name == chosen else name for name in names)
