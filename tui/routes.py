"""Makes pages: the first of each mode, and the page that is to be shown above another.

A screen is imported when its mode is first entered; what it shows is kept while another is used.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual.screen import Screen

from tui.destinations import (
    Destination,
    ShowComparison,
    ShowInvoice,
    ShowPayRun,
    ShowPolicy,
    ShowSteps,
)
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
    from tui.screens.import_screen import ImportScreen

    return ImportScreen(session)


def _payments(session: Session) -> Screen[Any]:
    from tui.screens.listing import PaymentsScreen

    return PaymentsScreen(session)


def _activity(session: Session) -> Screen[Any]:
    from tui.screens.listing import ActivityScreen

    return ActivityScreen(session)


def _insights(session: Session) -> Screen[Any]:
    from tui.screens.insights import InsightsScreen

    return InsightsScreen(session)


def _to_confirm(session: Session) -> Screen[Any]:
    from tui.screens.listing import ConfirmScreen

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


# ruff: noqa: PLC0415


def page_of(session: Session, destination: Destination) -> Screen[Any]:
    """Return a new page."""
    match destination:
        case ShowInvoice(invoice_id):
            from tui.screens.detail import DetailScreen

            return DetailScreen(session, invoice_id)
        case ShowComparison(detail, past, twin):
            from tui.screens.compare import CompareScreen

            return CompareScreen(session, detail, past, twin)
        case ShowSteps():
            from tui.screens.steps_screen import StepsScreen

            return StepsScreen(session)
        case ShowPayRun():
            from tui.screens.pay_run import PayRunScreen

            return PayRunScreen(session)
        case ShowPolicy():
            from tui.screens.policy_screen import PolicyScreen

            return PolicyScreen(session)
