"""Stand-ins that keep the promises of the ports; nothing here is a mock."""

from datetime import UTC, datetime, timedelta


class FixedClock:
    """A clock that a test sets. Every look moves it a millisecond, so that order stays visible."""

    def __init__(self, at: datetime = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)) -> None:
        self.at = at

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def pass_time(self, **amount: float) -> None:
        self.at += timedelta(**amount)
