import pytest

from expense_agent.service import Approve, Reject, SupplierHistory
from tests.tui.driving import SIZES, driven
from tests.tui.fake_service import FakeService, a_headline, a_row
from tests.tui.goldens import assert_golden


def a_service() -> FakeService:
    rows = [a_row(1), a_row(2, number="R-2"), a_row(3, "980.00")]
    service = FakeService(rows)
    service.pasts["inv-1"] = SupplierHistory(tuple(map(a_headline, rows[1:])))
    return service


@pytest.mark.parametrize("size", SIZES)
async def test_the_screen(size: tuple[int, int]) -> None:
    async with driven(a_service(), size) as driver:
        await driver.press("equals_sign")
        await driver.sees("R-1 beside inv-2   1 of 2", "this one")
        assert_golden(driver, "compare")


async def test_n_puts_another_invoice_of_the_supplier_beside_it() -> None:
    async with driven(a_service()) as driver:
        await driver.press("equals_sign", "n")
        await driver.sees("R-1 beside inv-3   2 of 2", "980.00 EUR")
        await driver.press("N")
        await driver.sees("R-1 beside inv-2", "1,240.00 EUR")


async def test_enter_shows_all_of_the_other_one_and_esc_leads_back() -> None:
    async with driven(a_service()) as driver:
        await driver.press("equals_sign")
        await driver.sees("this one")
        await driver.press("enter")
        await driver.sees("invoice    R-2  inv-2")
        await driver.press("escape")
        await driver.sees("this one")
        await driver.press("escape")
        await driver.sees("ordered by")


async def test_where_there_is_no_other_one_it_is_said() -> None:
    async with driven(FakeService([a_row(1)])) as driver:
        await driver.press("equals_sign")
        await driver.sees("nothing to compare it with")


async def test_a_and_r_decide_about_the_left_one() -> None:
    service = a_service()
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("equals_sign")
        await driver.sees("this one", "a Approve", "r Reject")
        await driver.press("n", "r", "1", "enter")
        await driver.until(lambda: len(service.asked) == 1)
        await driver.sees("R-1: ", "rejected")
    assert isinstance(service.asked[0], Reject)
    assert service.asked[0].seen == a_row(1).seen


async def test_an_approval_there_counts_down_and_z_takes_it_back() -> None:
    service = a_service()
    async with driven(service, grace_seconds=60, waits_for="engine ready") as driver:
        await driver.press("equals_sign")
        await driver.sees("this one")
        await driver.press("a")
        await driver.sees("R-1: approval in", "z takes it back")
        await driver.press("z")
        await driver.sees("taken back; nothing was carried out")
    assert service.asked == []


async def test_a_marked_set_is_left_alone_there() -> None:
    service = a_service()
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("j", "space", "k", "k", "equals_sign")
        await driver.sees("R-1 beside")
        await driver.press("a")
        await driver.until(lambda: service.asked)
    assert service.asked == [Approve(a_row(1).seen)]


async def test_what_is_decided_already_cannot_be_decided_there() -> None:
    service = a_service()
    async with driven(service, waits_for="engine ready") as driver:
        service.answer(1, "approve", "bob")
        await driver.press("equals_sign")
        await driver.sees("this one")
        await driver.press("a")
        await driver.sees("cannot approve: ")
    assert service.asked == []
