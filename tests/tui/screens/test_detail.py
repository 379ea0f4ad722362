from dataclasses import replace

import pytest

from expense_agent.service import Approve, KnownAccount, SupplierHistory
from tests.builders import OTHER_IBAN
from tests.tui.driving import SIZES, driven
from tests.tui.fake_service import CHANGED_BANK, OVER_LIMIT, FakeService, a_headline, a_row
from tests.tui.goldens import assert_golden


def a_service() -> FakeService:
    return FakeService([a_row(1), a_row(2, holds=(CHANGED_BANK, OVER_LIMIT))])


@pytest.mark.parametrize("size", SIZES)
async def test_the_sheet_answers_what_an_approver_asks(size: tuple[int, int]) -> None:
    async with driven(a_service(), size) as driver:
        await driver.press("j", "enter")
        await driver.sees(
            "2 of 2",
            "Nordwind Logistik AG",
            "1,240.00 EUR",
            "why here   blocks: the bank account changed",
            "DE89370400440532013000: last paid, 2026-10-01",
            "account    DE89 3704 0044 0532 0130 00",
            "Vehicles and freight   92% sure: pallet, carrier",
        )
        await driver.press("G")
        await driver.sees("Pallet freight Hamburg", "check policy", "read from  batch.csv, line 2")


async def test_a_decides_on_what_is_shown_and_the_end_is_read_back() -> None:
    service = a_service()
    async with driven(service, (160, 45), waits_for="engine ready") as driver:
        await driver.press("enter")
        await driver.sees("why here")
        await driver.press("a")
        await driver.sees("R-1: scheduled for 2026-11-24", "payment    scheduled  1,240.00 EUR")
        assert service.asked == [Approve(a_row(1).seen)]


async def test_what_has_not_been_read_cannot_be_decided() -> None:
    service = a_service()
    let_go = service.hold_back("reading")
    async with driven(service) as driver:
        await driver.press("enter", "a")
        await driver.sees("cannot approve: the invoice is still being read")
        assert service.asked == []
        let_go()
        await driver.sees("why here")


async def test_n_goes_on_to_the_next_invoice_and_the_list_follows() -> None:
    async with driven(a_service()) as driver:
        await driver.press("enter", "n")
        await driver.sees("R-2", "2 of 2", "the bank account changed")
        await driver.press("N")
        await driver.sees("1 of 2")
        await driver.press("n", "escape")
        assert driver.line_of("R-2 ").startswith(" >")


async def test_an_invoice_that_changed_behind_the_list_is_shown_and_decided_as_it_is_now() -> None:
    service = a_service()
    async with driven(service, waits_for="engine ready") as driver:
        service.answer(1, "edited", "bob")
        service.add(a_row(50, "999.00"))
        service.alter(50, seen=type(a_row(1).seen)("inv-1", "interrupt-50", "fingerprint-50"))
        await driver.press("enter")
        await driver.sees("999.00 EUR")
        await driver.press("a")
        await driver.sees("scheduled for")
        assert [seen.fingerprint for seen in service.seen] == ["fingerprint-50"]


async def test_an_invoice_nothing_waits_for_cannot_be_decided() -> None:
    service = a_service()
    async with driven(service) as driver:
        service.answer(1, "approve", "bob")
        await driver.press("enter")
        await driver.sees("payment")
        await driver.press("r")
        await driver.sees("cannot reject: ")
        assert service.asked == []


async def test_esc_goes_back_to_the_list() -> None:
    async with driven(a_service()) as driver:
        await driver.press("enter", "j", "k", "pagedown", "pageup", "g", "R")
        await driver.press("escape")
        await driver.sees("2 waiting", "SUPPLIER")


@pytest.mark.parametrize("size", SIZES)
async def test_the_screen(size: tuple[int, int]) -> None:
    service = a_service()
    service.pasts["inv-2"] = SupplierHistory(
        tuple(a_headline(a_row(key, f"{key}00.00")) for key in range(3, 9)),
        (KnownAccount(OTHER_IBAN, "supplier list", "2025-03-11T08:00:00Z"),),
    )
    async with driven(service, size, waits_for="engine ready") as driver:
        await driver.press("j", "enter")
        await driver.sees("6 before")
        assert_golden(driver, "detail")


async def test_sections_are_reached_by_key_and_named_in_a_line() -> None:
    async with driven(a_service()) as driver:
        await driver.press("j", "enter")
        await driver.sees("[Why here]")
        await driver.press("right_square_bracket")
        await driver.sees("[Lines]", "Pallet freight Hamburg")
        await driver.press("left_square_bracket", "left_square_bracket")
        await driver.sees("[Supplier]", "the first of this supplier")
        await driver.press("g")
        await driver.sees("[Why here]", "invoice    R-2")


async def test_what_is_decided_offers_to_take_it_back_and_no_decision() -> None:
    service = a_service()
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await driver.press("enter")
        await driver.sees("a Approve")
        await driver.press("a")
        await driver.sees("payment    scheduled", "V Take back")
        assert "Approve" not in driver.text


async def test_who_acts_for_somebody_else_reads_so_before_they_approve() -> None:
    row = replace(a_row(1, holds=(CHANGED_BANK,)), acts_for="mia")
    async with driven(FakeService([row]), (120, 40), waits_for="engine ready") as driver:
        await driver.sees("you would approve for mia")
        await driver.press("enter", "G")
        await driver.sees("0 of 1", "you would approve for mia")
        await driver.press("a")
        await driver.sees("you approve for mia, within their limit")
