from dataclasses import replace

import pytest

from expense_agent.domain.category import Suggestion
from expense_agent.domain.edit import EditField
from expense_agent.domain.policy import Hold
from expense_agent.errors import RequestRefused
from expense_agent.service import BeingEdited, Edit, Foreseen
from tests.builders import OTHER_IBAN
from tests.tui.driving import CLOCK, SIZES, Driver, driven
from tests.tui.fake_service import CHANGED_BANK, OVER_LIMIT, FakeService, a_row
from tui.screens.edit_screen import FORGOTTEN, EditScreen


async def open_form(driver: Driver) -> None:
    await driver.press("e")
    await driver.sees("Edit R-1", "DE89370400440532013000")


async def fill(driver: Driver, *texts: str) -> None:
    """Type a text over each field in turn; "" leaves it."""
    for text in texts:
        if text:
            await driver.press("end", "ctrl+u")
            await driver.type(text)
        await driver.press("tab")


@pytest.mark.parametrize("size", SIZES)
async def test_an_edit_is_saved_from_the_page_with_before_and_after(size: tuple[int, int]) -> None:
    service = FakeService([a_row(1), a_row(2)])
    async with driven(service, size, waits_for="engine ready") as driver:
        await open_form(driver)
        await fill(driver, "1200", "off", "", "", "agreed by phone")
        await driver.press("f2")
        await driver.sees("before", "after", "1240.00", "1200.00", "vehicles", "office", "y Save")
        await driver.press("y")
        await driver.sees("edited; waiting for a person", "1,200.00 EUR")
        changes = {"payable_amount": "1200.00", "category": "office"}
        assert service.asked == [Edit(a_row(1).seen, changes, "agreed by phone")]


async def test_after_an_edit_the_new_request_stands_under_the_cursor_ready_to_be_approved() -> None:
    service = FakeService([a_row(1), a_row(2)])
    async with driven(service, waits_for="engine ready") as driver:
        await open_form(driver)
        await fill(driver, "1200", "", "", "", "agreed")
        await driver.press("f2", "y")
        await driver.sees("1,200.00 EUR")
        await driver.press("a")
        await driver.sees("scheduled for 2026-11-24: 1,200.00 EUR")
        assert service.seen[-1].fingerprint == "fingerprint-1001"


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_compared() -> None:
    async with driven(FakeService([a_row(1)])) as driver:
        await open_form(driver)
        await fill(driver, "12,5", "zzz", "1.12.2026", "DE88370400440532013000", "why")
        await driver.sees(
            "write it as 1240.50, with a decimal point",
            "no category has this in its name",
            "write it as 2026-12-31",
            "its check digits are wrong",
        )
        await driver.press("f2")
        await driver.sees("Payable amount: write it as 1240.50")
        assert "y Save" not in driver.text


async def test_a_changed_field_shows_what_it_was() -> None:
    async with driven(FakeService([a_row(1)])) as driver:
        await open_form(driver)
        await fill(driver, "1200")
        await driver.sees("was 1240.00")


async def test_a_comment_is_required() -> None:
    async with driven(FakeService([a_row(1)])) as driver:
        await open_form(driver)
        await fill(driver, "1200")
        await driver.press("f2")
        await driver.sees("Comment: say why: the next approver reads it")


async def test_the_category_is_found_by_part_of_its_name() -> None:
    async with driven(FakeService([a_row(1)])) as driver:
        await open_form(driver)
        await driver.press("tab")
        await driver.press("ctrl+u")
        await driver.type("s")
        await driver.sees("Enter takes software; also vehicles, office")
        await driver.press("enter")
        await driver.sees("Software and licences, was vehicles")


async def test_y_in_the_form_is_a_letter_and_saves_nothing() -> None:
    service = FakeService([a_row(1)])
    async with driven(service) as driver:
        await open_form(driver)
        await fill(driver, "", "", "", "", "y")
        await driver.press("f8")
        await driver.sees("Edit R-1")
        assert service.asked == []


async def test_esc_goes_back_from_comparing_to_the_form_and_from_there_to_the_list() -> None:
    service = FakeService([a_row(1)])
    async with driven(service) as driver:
        await open_form(driver)
        await fill(driver, "1200", "", "", "", "why")
        await driver.press("f2", "escape")
        await driver.sees("F2 Compare")
        await driver.press("escape")
        assert "Edit R-1" not in driver.text
        assert service.asked == []


async def test_an_invoice_that_changed_since_it_was_listed_is_not_edited() -> None:
    service = FakeService([a_row(1)])
    async with driven(service) as driver:
        service.alter(1, seen=type(a_row(1).seen)("inv-1", "interrupt-9", "fingerprint-9"))
        await driver.press("e")
        await driver.sees("changed since you looked: Esc, then R shows what waits now")
        await driver.press("f2", "f8")
        assert service.asked == []


async def test_an_edit_says_how_many_approvals_it_voids() -> None:
    service = FakeService([a_row(1, needed=2, approved_by=("bob",))])
    async with driven(service) as driver:
        await open_form(driver)
        await fill(driver, "1200", "", "", "", "why")
        await driver.press("f2")
        await driver.sees("voids 1 earlier approval")


async def test_a_credit_that_is_open_is_offset_by_its_digit() -> None:
    service = FakeService([a_row(1)])
    read = service._detail
    choices = (("cr3d1t", "C-1, 238.00 EUR"),)
    fields = (
        EditField("payable_amount", "decimal", "Payable amount", currency="EUR"),
        EditField("offset", "credit", "Offset credit", choices=choices),
    )
    service._detail = lambda row: replace(read(row), edit_fields=fields)  # type: ignore[method-assign]
    async with driven(service) as driver:
        await driver.press("e")
        await driver.sees("Edit R-1", "1 C-1, 238.00 EUR")
        await driver.press("tab", "1")
        await driver.sees("C-1, 238.00 EUR is taken off")
        await driver.press("tab")
        await driver.type("agreed")
        await driver.press("f2")
        await driver.sees("Offset credit", "cr3d1t", "y Save")
        await driver.press("y")
        assert service.asked == [Edit(a_row(1).seen, {"offset": "cr3d1t"}, "agreed")]


async def test_a_digit_in_the_category_field_takes_the_candidate_it_stands_for() -> None:
    unsure = Hold("category_unsure", "warn", "vehicles is a guess")
    service = FakeService([a_row(1, holds=(OVER_LIMIT, unsure))])
    read = service._detail
    guess = Suggestion("vehicles", 0.5, "keyword", "a guess", others=("office",))
    service._detail = lambda row: replace(read(row), suggestion=guess)  # type: ignore[method-assign]
    async with driven(service, (120, 40)) as driver:
        await open_form(driver)
        await driver.sees("1 Vehicles and freight   2 Office supplies")
        await driver.press("tab", "2")
        await driver.sees("Office supplies, was vehicles")


async def test_the_page_before_saving_says_what_the_rules_would_say() -> None:
    row = a_row(1, needed=2, approved_by=("bob",), holds=(OVER_LIMIT, CHANGED_BANK))
    service = FakeService([row])
    unusual = Hold("unusual_amount", "warn", "far above what is usual")
    service.edit_desk.foreseen = Foreseen((OVER_LIMIT, unusual), 2)
    async with driven(service, (120, 40)) as driver:
        await open_form(driver)
        await fill(driver, "400", "", "", OTHER_IBAN, "agreed")
        await driver.press("f2")
        await driver.sees(
            "new    far above what is usual",
            "gone   the bank account changed",
            "stays  1,240.00 EUR is over the automatic limit 500.00 EUR",
            "voids 1 earlier approval",
            "held as edited",
        )


async def test_what_cannot_be_foreseen_says_why_and_saving_is_still_the_engines_to_judge() -> None:
    service = FakeService([a_row(1)])
    service.edit_desk.refusal = RequestRefused("the edit changes nothing")
    async with driven(service) as driver:
        await open_form(driver)
        await fill(driver, "1200", "", "", "", "why")
        await driver.press("f2")
        await driver.sees("the edit changes nothing", "y Save")


async def test_the_form_has_the_fields_that_the_request_says_and_says_which_are_fixed() -> None:
    service = FakeService([a_row(1)])
    read = service._detail
    fields = (
        EditField("due_date", "date", "Due date"),
        EditField("account", "account", "Account", "nothing is transferred"),
    )
    service._detail = lambda row: replace(read(row), edit_fields=fields)  # type: ignore[method-assign]
    async with driven(service) as driver:
        await open_form(driver)
        assert "nothing is transferred" in driver.line_of("Account")
        assert "Category" not in driver.text
        await fill(driver, "2026-12-24", "agreed")
        await driver.press("f2", "y")
        assert service.asked == [Edit(a_row(1).seen, {"due_date": "2026-12-24"}, "agreed")]


async def test_an_open_form_is_told_to_others_until_it_is_closed() -> None:
    service = FakeService([a_row(1)])
    async with driven(service) as driver:
        await open_form(driver)
        assert [lease.by for lease in service.edit_desk.under_way()] == ["ann"]
        await driver.press("escape")
        await driver.until(lambda: not service.edit_desk.open)


async def test_saving_closes_it_too() -> None:
    service = FakeService([a_row(1)])
    async with driven(service, waits_for="engine ready") as driver:
        await open_form(driver)
        await fill(driver, "1200", "", "", "", "why")
        await driver.press("f2", "y")
        await driver.until(lambda: not service.edit_desk.open)


async def test_what_somebody_else_edits_shows_so_within_a_poll_and_its_edit_key_is_off() -> None:
    service = FakeService([a_row(1), a_row(2)])
    async with driven(service, (120, 40)) as driver:
        bob = BeingEdited("inv-1", "bob", "2026-11-22T12:01:00Z")
        service.edit_desk.open["inv-1"] = bob
        await driver.poll()
        await driver.sees("▹ edit", "now        bob is editing it since 12:01", "(e) Edit")
        await driver.press("enter")
        await driver.sees("[Why here]", "now        bob is editing it since 12:01")
        await driver.press("escape")
        await driver.press("e")
        await driver.sees("cannot edit: bob is editing it since 12:01")
        del service.edit_desk.open["inv-1"]
        await driver.poll()
        await driver.until(lambda: "▹ edit" not in driver.text)


async def test_a_form_that_another_opened_a_moment_earlier_opens_no_fields() -> None:
    service = FakeService([a_row(1)])
    bob = BeingEdited("inv-1", "bob", "2026-11-22T12:01:00Z")
    async with driven(service) as driver:
        service.edit_desk.open["inv-1"] = bob
        await driver.press("e")
        await driver.sees("bob is editing it since 12:01: nothing can be saved here")
        await driver.press("f2", "f8", "escape")
        assert service.asked == []
        assert service.edit_desk.under_way() == (bob,)


async def test_what_is_being_edited_is_approved_only_after_a_warning_and_never_in_bulk() -> None:
    service = FakeService([a_row(1), a_row(2)])
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        service.edit_desk.open["inv-1"] = BeingEdited("inv-1", "bob", "2026-11-22T12:01:00Z")
        await driver.poll()
        await driver.press("asterisk", "a")
        await driver.sees("1 left out", "bob is editing it since 12:01: decide it on its own")
        await driver.press("escape", "u", "g", "a")
        await driver.sees("what you decide is about what you see here; their edit is refused")
        assert service.asked == []
        await driver.press("y")
        await driver.sees("scheduled for 2026-11-24")


def forgotten(driver: Driver) -> None:
    """Let a form stand open until it is forgotten."""
    screen = driver.app.screen
    assert isinstance(screen, EditScreen)
    screen.session.now = lambda: CLOCK + FORGOTTEN
    screen.look_whether_forgotten()


async def test_a_form_left_behind_keeps_nobody_out_until_somebody_types_in_it_again() -> None:
    service = FakeService([a_row(1)])
    async with driven(service) as driver:
        await open_form(driver)
        forgotten(driver)
        await driver.until(lambda: service.edit_desk.open == {})
        await driver.type("1")
        await driver.until(lambda: "inv-1" in service.edit_desk.open)


async def test_who_comes_back_to_a_form_that_another_has_opened_since_is_told() -> None:
    service = FakeService([a_row(1)])
    async with driven(service, (120, 40)) as driver:
        await open_form(driver)
        forgotten(driver)
        await driver.until(lambda: service.edit_desk.open == {})
        service.edit_desk.open["inv-1"] = BeingEdited("inv-1", "bob", "2026-11-22T12:01:00Z")
        await driver.type("1")
        await driver.sees("bob is editing it since 12:01: nothing can be saved here")
