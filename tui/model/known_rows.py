"""The requests that have been read, as they are drawn."""

from collections.abc import Iterable, Sequence

from expense_agent.service import QueueRow
from tui.model.known import Known


class KnownRows(Known[QueueRow]):
    """Requests by key. One that is not what is drawn any more is marked, not redrawn."""

    def __init__(self) -> None:
        super().__init__()
        self.changed: set[int] = set()
        """Keys whose request is not any more what is drawn."""

    def forget(self) -> None:
        """Read everything anew."""
        super().forget()
        self.changed.clear()

    def learn(self, asked: Sequence[int], rows: Iterable[QueueRow]) -> None:
        """Take in what was read. A request that is not what is drawn is marked, not redrawn."""
        read = {row.key: row for row in rows}
        for key in asked:
            drawn, row = self.get(key), read.get(key)
            if drawn and row and drawn.seen != row.seen:
                self.changed.add(key)
                row = drawn
            self.put(key, row)
