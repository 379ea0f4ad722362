from dataclasses import replace

import pytest

from tests.tui.driving import SIZES, driven
from tests.tui.fake_service import FakeService, a_row
from tests.tui.goldens import assert_golden
from tests.tui.records import a_payment


def a_service() -> FakeService:
    service = FakeService([a_row(1), a_row(2)])
    service.paid = [
        a_payment(1, "240.00", approved_by=("ann", "bob")),
        a_payment(2, "1000.00", currency="USD", supplier="Contoso Ltd"),
        a_payment(3, "60.50", status="exported"),
        a_payment(4, "12.00", status="voided"),
    ]
    return service


@pytest.mark.parametrize("size", SIZES)
async def test_the_screen(size: tuple[int, int]) -> None:
    async with driven(a_service(), size, waits_for="engine ready") as driver:
        await driver.press("3")
        await driver.sees("Contoso Ltd", "4 listed")
        assert_golden(driver, "payments")


async def test_the_views_are_the_statuses_with_counts_and_sums_by_currency() -> None:
    async with driven(a_service(), (120, 40)) as driver:
        await driver.press("3")
        await driver.sees("[All 4]", "scheduled 2", "exported 1", "settled 0", "voided 1")
        await driver.press("right_square_bracket")
        await driver.sees("[scheduled 2]", "EUR 240.00   USD 1,000.00   2 listed")
        await driver.press("left_square_bracket", "left_square_bracket")
        await driver.sees("[voided 1]", "EUR 12.00   1 listed")


async def test_a_search_lists_what_has_all_its_words_and_esc_lists_all_again() -> None:
    async with driven(a_service(), (120, 40)) as driver:
        await driver.press("3", "slash")
        await driver.type("contoso usd")
        await driver.press("enter")
        await driver.sees("USD 1,000.00   1 listed")
        assert "Nordwind" not in driver.text
        await driver.press("escape")
        await driver.sees("4 listed")


async def test_the_line_below_says_where_a_payment_goes_and_who_approved_it() -> None:
    async with driven(a_service(), (120, 40)) as driver:
        await driver.press("3")
        await driver.sees("to DE89 3704 0044 0532 0130 00, approved by ann, bob")
        await driver.press("j")
        await driver.sees("approved by nobody: a clean policy result")


async def test_enter_opens_the_invoice_and_esc_comes_back_to_the_payment() -> None:
    async with driven(a_service(), (120, 40)) as driver:
        await driver.press("3")
        await driver.sees("4 listed")
        await driver.press("j", "enter")
        await driver.sees("invoice    R-2")
        await driver.press("escape")
        await driver.sees("4 listed")
        assert "Contoso" in next(line for line in driver.text.splitlines() if line[:3] == " > ")


async def test_a_payment_of_somebody_else_appears_by_itself_and_the_cursor_keeps_its_payment() -> (
    None
):
    service = a_service()
    async with driven(service, (120, 40)) as driver:
        await driver.press("3")
        await driver.sees("4 listed")
        await driver.press("j")
        service.paid.insert(0, a_payment(9, supplier="Globex Corporation"))
        service.add(a_row(8))
        await driver.poll()
        await driver.sees("Globex Corporation", "5 listed")
        assert "Contoso" in next(line for line in driver.text.splitlines() if line[:3] == " > ")


async def test_of_many_payments_only_those_around_the_cursor_are_read() -> None:
    service = FakeService([a_row(1)])
    service.paid = [a_payment(n, supplier=f"Supplier {n:05}") for n in range(1, 5001)]
    async with driven(service, (80, 24)) as driver:
        await driver.press("3")
        await driver.sees("Supplier 00001", "EUR 1,200,000.00   5,000 listed")
        await driver.press("G")
        await driver.sees("Supplier 05000", "approved by nobody")
        assert " > " in next(line for line in driver.text.splitlines() if "05000" in line)
        await driver.press("pageup")
        await driver.sees("Supplier 04982")
        await driver.press("g")
        await driver.sees("Supplier 00001")
        assert "..." not in driver.text
        assert len(set(service.payments_read)) < 300


async def test_a_payment_that_was_voided_elsewhere_is_drawn_so() -> None:
    service = a_service()
    async with driven(service, (120, 40)) as driver:
        await driver.press("3")
        await driver.sees("scheduled 2", "scheduled Contoso Ltd")
        service.paid[1] = replace(service.paid[1], status="voided")
        service.add(a_row(8))
        await driver.poll()
        await driver.sees("scheduled 1", "voided    Contoso Ltd")
