"""Makes the page that is to be shown above another; a page is imported when it is first wanted."""

# ruff: noqa: PLC0415
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
from tui.session import Session


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
