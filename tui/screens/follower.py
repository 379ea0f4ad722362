"""A screen that shows something of the store and reads it again when the store has changed."""

from tui.screens.mode_page import ModePage
from tui.session import Session


class FollowingPage(ModePage):
    """Reads when it is looked at: what changed meanwhile is read when it comes back."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._read_at: int | None = None
        """The store's change counter at the latest reading."""

    def on_mount(self) -> None:
        """Follow the store."""
        self.whenever(self.session.changed, self._store_changed)

    def on_screen_resume(self) -> None:
        """Catch up with what happened while another mode was looked at."""
        self._store_changed(None)

    def _store_changed(self, _keys: frozenset[int] | None) -> None:
        if not self.is_current:
            return
        change = self.session.inbox.news.change
        if change != self._read_at:
            self._read_at = change
            self.read()
        self.draw()

    def read(self) -> None:
        """Read the store for this screen."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw what changes without a reading: header, status, keys."""
        raise NotImplementedError

    def action_refresh(self) -> None:
        """Read again now."""
        self.session.inbox.status.tell("")
        self.read()
