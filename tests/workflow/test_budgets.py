"""Budgets, as a person reads them on a waiting invoice before any hold fires."""

from decimal import Decimal
from pathlib import Path

from expense_agent.domain.policy import Budget, Policy
from expense_agent.service import BudgetPosition
from tests.agents import an_office, approve, take, waiting
from tests.builders import an_invoice

POLICY = Policy(
    budgets=(Budget("vehicles", "year", Decimal("5000.00")),),
    exchange_rates={"USD": Decimal("1.25")},
)


async def test_a_budget_is_shown_in_its_own_currency_with_what_is_paid_and_what_this_adds(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path, POLICY) as office:
        ann = office.person("ann")
        await take(ann, an_invoice("700.00 EUR"), an_invoice("1000.00 USD", number="R-2"))
        first, second = waiting(ann, "R-1001"), waiting(ann, "R-2")
        detail = ann.invoice(first.seen.invoice_id)
        assert detail.category == "vehicles"
        assert detail.budgets == (
            BudgetPosition("vehicles", "year", "EUR", "5000.00", "0.00", "700.00"),
        )
        assert not any(hold.rule == "budget" for hold in detail.holds)
        await approve(ann, first)
        (position,) = ann.invoice(second.seen.invoice_id).budgets
        assert (position.used, position.after) == ("700.00", "1500.00")
        assert ann.invoice(first.seen.invoice_id).budgets == ()


async def test_without_a_budget_nothing_is_said(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        ann = office.person("ann")
        await take(ann, an_invoice("700.00 EUR"))
        assert ann.invoice(waiting(ann, "R-1001").seen.invoice_id).budgets == ()
