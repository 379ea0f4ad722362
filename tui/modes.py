"""The modes of the app: what each is called, its key, and its first screen.

A screen is imported when its mode is first entered; what it shows is kept while another is used.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual.screen import Screen

from tui.screens.queue_screen import QueueScreen
from tui.session import Session

HOME = "queue"


@dataclass(frozen=True, slots=True)
class Mode:
    """One mode of the app."""

    name: str
    title: str
    open: Callable[[Session], Screen[Any]]
    """Makes its first screen."""


def _import(session: Session) -> Screen[Any]:
    from tui.screens.import_screen import ImportScreen  # noqa: PLC0415 - when first entered

    return ImportScreen(session)


def _payments(session: Session) -> Screen[Any]:
    from tui.screens.payments_screen import PaymentsScreen  # noqa: PLC0415 - when first entered

    return PaymentsScreen(session)


def _activity(session: Session) -> Screen[Any]:
    from tui.screens.activity import ActivityScreen  # noqa: PLC0415 - when first entered

    return ActivityScreen(session)


def _insights(session: Session) -> Screen[Any]:
    from tui.screens.insights import InsightsScreen  # noqa: PLC0415 - when first entered

    return InsightsScreen(session)


def _to_confirm(session: Session) -> Screen[Any]:
    from tui.screens.confirm_screen import ConfirmScreen  # noqa: PLC0415 - when first entered

    return ConfirmScreen(session)


MODES = (
    Mode("queue", "Queue", QueueScreen),
    Mode("import", "Import", _import),
    Mode("payments", "Payments", _payments),
    Mode("activity", "Activity", _activity),
    Mode("insights", "Insights", _insights),
    Mode("to_confirm", "To confirm", _to_confirm),
)
"""In the order of their keys."""
