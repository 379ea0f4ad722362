from dataclasses import replace

import pytest

from expense_agent.domain.policy import BUILT_IN_SEVERITY
from expense_agent.service.store_metrics import (
    Amounts,
    DayFigures,
    Metrics,
    QueueAge,
    Rate,
    Spend,
    Spread,
)
from expense_agent.views import parse
from tests.tui.driving import CLOCK, SIZES, driven
from tests.tui.fake_service import CHANGED_BANK, FakeService, a_row
from tests.tui.goldens import assert_golden
from tests.tui.records import NO_FIGURES, a_payment, an_event
from tests.tui.test_hostile_text import HOSTILE, assert_inert
from tui.sections import figures_section


def the_metrics(supplier: str = "Nordwind Logistik AG") -> Metrics:
    return replace(
        NO_FIGURES,
        invoices={"scheduled": 150, "waiting": 43, "rejected": 7},
        touchless=Rate(120, 150),
        exceptions=Rate(40, 200),
        expired=Rate(1, 80),
        cycle_hours=Spread(150, 0.2, 60.0),
        decision_hours=Spread(30, 5.5, 30.0),
        queue_age=QueueAge(
            Spread(43, 3.0, 60.0),
            oldest=75.0,
            held=2,
            by_age={"a day": 30, "3 days": 12, "a week": 1, "a month": 0, "older": 0},
        ),
        edits={"payable_amount": Rate(3, 80)},
        overrides={"over_limit": Rate(28, 30), "account_changed": Rate(1, 9)},
        duplicates=Amounts(2, {"EUR": "916.47"}),
        spend_by_category=(
            Spend("office", "EUR", 3, "900.00"),
            Spend(None, "EUR", 1, "450.00"),
            Spend("vehicles", "USD", 1, "10.00"),
        ),
        spend_by_supplier=(Spend(supplier, "EUR", 3, "900.00"),),
        per_day=tuple(
            DayFigures(f"2026-11-{number:02}", number, approve=4, reject=1, edit=1)
            for number in range(1, 21)
        ),
    )


def a_service(supplier: str = "Nordwind Logistik AG") -> FakeService:
    service = FakeService([a_row(1)])
    service.figures = the_metrics(supplier)
    return service


@pytest.mark.parametrize("size", SIZES)
async def test_the_screen(size: tuple[int, int]) -> None:
    async with driven(a_service(), size, waits_for="engine ready") as driver:
        await driver.press("5")
        await driver.sees("120 of 150", "150 scheduled, 43 waiting")
        assert_golden(driver, "insights")


async def test_rates_carry_their_counts_and_times_their_unit() -> None:
    async with driven(a_service(), (160, 45)) as driver:
        await driver.press("5")
        await driver.sees(
            "80.0 %, 120 of 150",
            "first pass none yet",
            "half within 12 min, 90 % within 2.5 days",
            "half within 5.5 h, 90 % within 30.0 h",
            "43 wait, the oldest 3.1 days",
        )


async def test_a_hold_that_is_always_overridden_is_called_noise() -> None:
    async with driven(a_service(), (160, 45)) as driver:
        await driver.press("5")
        await driver.sees("93.3 %, 28 of 30")
        assert "noise" in driver.line_of("28 of 30")
        assert "noise" not in driver.line_of("1 of 9")


async def test_with_ascii_no_block_is_drawn() -> None:
    async with driven(a_service(), (160, 45), ascii_only=True) as driver:
        await driver.press("5")
        await driver.sees("120 of 150", "################")
        assert not set("▏▎▍▌▋▊▉█▁▂▃▄▅▆▇") & set("".join(
            line[:150] for line in driver.text.splitlines()
        ))  # fmt: skip


async def test_sections_are_reached_by_key() -> None:
    async with driven(a_service()) as driver:
        await driver.press("5")
        await driver.sees("120 of 150")
        await driver.press("left_square_bracket")
        await driver.sees("[By supplier]", "Nordwind Logistik AG")
        await driver.press("g")
        await driver.sees("[Rates]")


async def test_names_in_figures_are_inert() -> None:
    async with driven(a_service(HOSTILE), (160, 45)) as driver:
        await driver.press("5")
        await driver.sees("120 of 150", "[red]Q")
        assert_inert(driver)


async def test_figures_stay_until_r_asks_again() -> None:
    service = a_service()
    async with driven(service, (160, 45)) as driver:
        await driver.press("5")
        await driver.sees("120 of 150")
        service.figures = replace(the_metrics(), touchless=Rate(121, 151))
        service.add(a_row(2))
        await driver.poll()
        await driver.sees("120 of 150")
        await driver.press("R")
        await driver.sees("121 of 151")


# --- what a figure is made of


@pytest.mark.parametrize("size", SIZES)
async def test_enter_on_a_figure_lists_what_it_is_made_of_and_esc_leads_back(
    size: tuple[int, int],
) -> None:
    service = a_service()
    service.add(a_row(2, holds=(CHANGED_BANK,)))
    async with driven(service, size, waits_for="engine ready") as driver:
        await driver.press("slash")
        await driver.type("r-1")
        await driver.press("enter")
        await driver.sees("1 of 2")
        await driver.press("5")
        await driver.sees("120 of 150")
        while "> bank" not in driver.text.replace("overridden ", ""):
            await driver.press("j")
        await driver.press("enter")
        await driver.sees("/ hold=account_changed", "R-2", "Esc goes back to the figures")
        assert "R-1 " not in driver.text
        await driver.press("escape")
        await driver.sees("[5 Insights]", "> bank")
        await driver.press("1")
        await driver.sees("/ r-1", "1 of 2")


async def test_figures_of_payments_and_of_the_trail_lead_there() -> None:
    service = a_service()
    service.paid = [a_payment(1), a_payment(2, approved_by=("ann",), supplier="Contoso Ltd")]
    service.events = [an_event(1, "received"), an_event(2, "expired"), an_event(3, "approve")]
    async with driven(service, (160, 45), waits_for="engine ready") as driver:
        await driver.press("5")
        await driver.sees("120 of 150")
        await driver.press("j", "enter")
        await driver.sees("/ nobody", "Nordwind Logistik AG", "1 listed")
        assert "Contoso" not in driver.text
        await driver.press("escape")
        await driver.sees("120 of 150")
        await driver.press("j", "j", "enter")
        await driver.sees("/ approve", "all 1 event")
        await driver.press("escape")
        await driver.sees("120 of 150")
        await driver.press("j", "enter")
        await driver.sees("/ expired", "all 1 event")
        await driver.press("escape")
        await driver.sees("120 of 150")
        await driver.press("j", "enter")
        await driver.sees("[3 Payments]", "2 listed", "Esc goes back to the figures")
        await driver.press("escape")
        await driver.sees("120 of 150")
        await driver.press("3")
        await driver.sees("2 listed")
        await driver.press("escape")
        await driver.sees("2 listed")


async def test_whoever_goes_on_by_themselves_is_not_led_back() -> None:
    async with driven(a_service(), waits_for="engine ready") as driver:
        await driver.press("5")
        await driver.sees("120 of 150")
        while "> limit" not in driver.text.replace("overridden ", ""):
            await driver.press("j")
        await driver.press("enter")
        await driver.sees("/ hold=over_limit")
        await driver.press("4", "1", "escape")
        await driver.until(lambda: "/ hold=" not in driver.text)
        await driver.sees("[1 Queue]")


async def test_without_a_selected_figure_enter_says_how_to_select_one() -> None:
    async with driven(a_service(), (120, 40), waits_for="engine ready") as driver:
        await driver.press("5")
        await driver.sees("120 of 150")
        await driver.press("enter")
        await driver.sees("j and k select a figure")


def test_every_filter_a_figure_leads_to_can_be_understood() -> None:
    found = [figures_section.of_hold(rule) for rule in BUILT_IN_SEVERITY]
    found += [
        *figures_section.AGES.values(),
        figures_section.WAITING,
        figures_section.STOPPED,
        figures_section.of_category("a b"),
    ]
    for lead in found:
        assert lead
        if lead.mode == "queue" and lead != figures_section.WAITING:
            assert parse(lead.text, CLOCK)
