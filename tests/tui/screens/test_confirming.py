from dataclasses import replace

import pytest

from expense_agent.service import Edit
from expense_agent.service.category_review import CategoryChoice, UnsureCategory
from tests.tui.driving import SIZES, Driver, driven
from tests.tui.fake_service import FakeService, a_row
from tests.tui.goldens import assert_golden

NEW = UnsureCategory(
    invoice_id="p-1",
    number="R-1",
    supplier="Aldermoor Ltd",
    payable_amount="120.00",
    currency="EUR",
    state="scheduled",
    category="vehicles",
    confidence=0.58,
    kind="rule",
    why="keyword 'freight'",
    doubt="vehicles is a guess (58%): keyword 'freight'",
    candidates=("vehicles", "materials", "fees"),
    words="Pallet freight",
    received_at="2026-11-22T08:00:00Z",
)
NAMELESS = replace(
    NEW,
    invoice_id="p-2",
    number="R-2",
    supplier="Zirkel & Co",
    category=None,
    candidates=(),
    doubt="no category: nothing names one",
)
SECOND = replace(NEW, invoice_id="p-3", number="R-3")


def a_service(*unsure: UnsureCategory) -> FakeService:
    service = FakeService([a_row(1), a_row(2)])
    service.category_desk.unsure = list(unsure or (NEW, NAMELESS, SECOND))
    return service


async def opened(driver: Driver) -> None:
    await driver.press("C")
    await driver.sees("To confirm", "listed")


def said(service: FakeService) -> list[CategoryChoice]:
    return service.category_desk.said


@pytest.mark.parametrize("size", SIZES)
async def test_the_screen(size: tuple[int, int]) -> None:
    async with driven(a_service(), size, waits_for="engine ready") as driver:
        await opened(driver)
        assert_golden(driver, "confirm")


async def test_a_digit_takes_a_candidate_and_says_what_was_learned() -> None:
    service = a_service()
    async with driven(service, (120, 40)) as driver:
        await opened(driver)
        await driver.press("2")
        await driver.sees("learned: Aldermoor Ltd -> materials", "z undoes", "2 listed")
        assert said(service) == [CategoryChoice("p-1", "materials", seen="vehicles")]
        assert driver.app.current_mode == "to_confirm"


async def test_a_digit_without_a_candidate_says_what_to_do() -> None:
    service = a_service(NAMELESS)
    async with driven(service, (120, 40)) as driver:
        await opened(driver)
        await driver.press("1")
        await driver.sees("there is no candidate 1: e names a category")
        await driver.press("y")
        await driver.sees("without a category: e names one")
        assert said(service) == []


async def test_marked_ones_are_confirmed_together() -> None:
    service = a_service()
    async with driven(service, (120, 40)) as driver:
        await opened(driver)
        await driver.press("m", "y")
        await driver.sees("1 listed")
        assert [choice.invoice_id for choice in said(service)] == ["p-1", "p-3"]
        assert {choice.category for choice in said(service)} == {None}


async def test_marked_ones_are_corrected_together_by_name() -> None:
    service = a_service()
    async with driven(service, (120, 40)) as driver:
        await opened(driver)
        await driver.press("space", "space", "e")
        await driver.sees("Category of 2 invoices")
        await driver.type("off")
        await driver.sees("Office supplies")
        await driver.press("enter")
        await driver.sees("1 listed")
        assert {choice.category for choice in said(service)} == {"office"}


async def test_z_takes_back_what_was_said_last() -> None:
    service = a_service()
    async with driven(service, (120, 40)) as driver:
        await opened(driver)
        await driver.press("1")
        await driver.sees("2 listed")
        await driver.press("z")
        await driver.sees("taken back: Aldermoor Ltd", "3 listed")
        assert said(service) == []
        await driver.press("z")
        await driver.sees("nothing was said here")


async def test_what_waits_for_a_decision_is_edited_and_asked_again() -> None:
    row = a_row(1)
    service = a_service(replace(NEW, invoice_id=row.seen.invoice_id, state="waiting"))
    async with driven(service, (120, 40)) as driver:
        await opened(driver)
        await driver.press("2")
        await driver.until(lambda: service.asked)
        (edit,) = service.asked
        assert isinstance(edit, Edit)
        assert (edit.seen, edit.changes) == (row.seen, {"category": "materials"})


async def test_other_open_invoices_of_the_supplier_are_a_proposal() -> None:
    service = a_service()
    service.category_desk.others = (a_row(2).seen.invoice_id,)
    async with driven(service, (120, 40)) as driver:
        await opened(driver)
        await driver.press("2")
        await driver.sees("1 other open of this supplier: p applies it")
        assert service.asked == []
        await driver.press("p")
        await driver.until(lambda: service.asked)
        assert [what.seen for what in service.asked if isinstance(what, Edit)] == [a_row(2).seen]


async def test_a_key_held_down_says_it_once() -> None:
    service = a_service()
    async with driven(service, (120, 40), ticks=lambda: 5.0) as driver:
        await opened(driver)
        await driver.press("1", "1", "1")
        assert len(said(service)) <= 1


async def test_who_may_only_look_teaches_nothing() -> None:
    service = a_service()
    async with driven(service, (120, 40), read_only=True) as driver:
        await opened(driver)
        await driver.press("1")
        await driver.sees("read-only: nothing is learned")
        assert said(service) == []


async def test_hostile_text_is_shown_as_text() -> None:
    hostile = replace(NEW, supplier="[red]Evil[/] \x1b[31m\u202egnp", doubt="[b]x[/b]\x07")
    async with driven(a_service(hostile), (120, 40)) as driver:
        await opened(driver)
        await driver.sees("[red]Evil[/]", "[b]x[/b]")
        assert "\x1b" not in driver.text
        assert "\u202e" not in driver.text


async def test_esc_goes_back_to_the_queue() -> None:
    async with driven(a_service(), (120, 40)) as driver:
        await opened(driver)
        await driver.press("escape")
        await driver.sees("ordered by holds")
