from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from expense_agent.domain.money import Money
from expense_agent.domain.policy import Approver, Policy
from expense_agent.domain.tiers import Delegation, Tier
from tests.tui.driving import SIZES, driven
from tests.tui.fake_service import FakeService, a_row
from tests.tui.goldens import assert_golden
from tui.choices import Config
from tui.key_table import KEYS
from tui.sections import policy_section

POLICY = Policy(
    approvers=(Approver("ann", Money(Decimal("10000.00"), "EUR")), Approver("bob")),
    second_above=Decimal("5000.00"),
    tiers=(Tier("board", ("", "role:treasury"), Decimal("90000.00"), ("fees",)),),
    delegations=(Delegation("bob", "eve", date(2026, 11, 1), date(2026, 12, 1)),),
    severities={"category_unsure": "off"},
    exchange_rates={"USD": Decimal("1.10")},
)


@pytest.mark.parametrize("size", SIZES)
async def test_the_screen(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    few = {"over_limit": "block", "category_unsure": "warn"}  # the golden outlives new rules
    monkeypatch.setattr(policy_section, "BUILT_IN_SEVERITY", few)
    async with driven(FakeService([a_row(1)], policy=POLICY), size) as driver:
        if size != SIZES[0]:
            await driver.sees("why here")  # the preview, which shows beside the page
        await driver.press("comma")
        await driver.sees("The policy in force", "up to 500.00 EUR")
        assert_golden(driver, "policy")


async def test_what_is_chosen_for_this_terminal_stands_below() -> None:
    keys = tuple(replace(k, keys="x", shown="x") if k.id == "queue.range" else k for k in KEYS)
    config = Config(theme="expense-cb", keys=keys)
    async with driven(FakeService([a_row(1)]), (120, 60), grace_seconds=4.0, config=config) as here:
        await here.press("comma")
        await here.sees("expense-cb", "4 s, several together 24 s", "queue.range x")


async def test_it_says_who_may_do_what_and_which_one_is_you() -> None:
    async with driven(FakeService([a_row(1)], policy=POLICY), (120, 60)) as driver:
        await driver.press("comma")
        await driver.sees(
            "ann  up to 10,000.00 EUR   that is you",
            "bob  any amount",
            "eve  for bob from 2026-11-01 to 2026-12-01",
            "board  above 90,000.00 EUR; category fees: anybody, then treasury",
            "who imported or edited an invoice may not approve it",
            "5,000.00 EUR: two different people",
            "category_unsure",
            "1.1 USD",
            "a page above 10,000.00 EUR, the amount typed above 100,000.00 EUR",
            "more than 20 at once, or 10,000.00 EUR in one currency: how many is typed",
        )
