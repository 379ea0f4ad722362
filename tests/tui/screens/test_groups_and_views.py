"""The queue in groups and by saved views, as a person meets it."""

import pytest

from expense_agent.domain.policy import Hold
from expense_agent.service import QueueQuery
from tests.tui.driving import SIZES, driven
from tests.tui.fake_service import CHANGED_BANK, OVER_LIMIT, FakeService, a_row
from tests.tui.goldens import assert_golden


def a_service() -> FakeService:
    return FakeService(
        [
            a_row(1),
            a_row(2, "880.50", supplier="Müller & Söhne", holds=(CHANGED_BANK, OVER_LIMIT)),
            a_row(3, "12.00", currency="USD"),
            a_row(4, "99.00", holds=(CHANGED_BANK,)),
        ]
    )


@pytest.mark.parametrize("size", SIZES)
async def test_exceptions_come_first_and_what_is_routine_is_folded(
    size: tuple[int, int],
) -> None:
    async with driven(a_service(), size, group="hold") as driver:
        await driver.sees("- account changed", "+ only routine holds")
        assert "2 invoices" in driver.line_of("- account changed")
        assert "EUR 979.50" in driver.line_of("- account changed")
        assert "EUR 1,240.00   USD 12.00" in driver.line_of("+ only routine")
        assert "R-1 " not in driver.text
        assert "R-2 " in driver.line_of(" > ")


async def test_enter_on_a_header_shows_the_group_and_never_decides() -> None:
    service = a_service()
    async with driven(service, group="hold", waits_for="engine ready") as driver:
        await driver.press("j", "j", "enter")
        await driver.sees("- only routine holds", "R-1 ", "R-3 ")
        await driver.press("a")
        await driver.sees("this is a group: Space marks all of it")
        await driver.press("enter")
        assert "R-1 " not in driver.text
        assert service.asked == []


async def test_space_on_a_header_marks_the_group_and_goes_to_the_next_header() -> None:
    service = a_service()
    async with driven(service, group="hold", waits_for="engine ready") as driver:
        await driver.press("j", "j", "space")
        await driver.sees("2 marked: EUR 1,240.00, USD 12.00")
        assert "2 marked" in driver.line_of("+ only routine")
        await driver.press("a", "y")
        await driver.sees("2 of 2: 2 scheduled")
        assert service.seen == [a_row(1).seen, a_row(3).seen]


async def test_a_key_that_needs_an_invoice_says_so_on_a_header() -> None:
    async with driven(a_service(), group="hold", waits_for="engine ready") as driver:
        await driver.press("k")
        for key in ("e", "E", "c", "h"):
            await driver.press(key)
            await driver.sees("this is a group: Space marks all of it")
            driver.board.session.inbox.status.tell("")


async def test_space_on_what_is_decided_says_why_it_marks_nothing() -> None:
    async with driven(a_service(), waits_for="engine ready") as driver:
        await driver.press("a")
        await driver.sees("R-1: scheduled")
        await driver.press("space")
        await driver.sees("not marked: your approval is done")
    async with driven(a_service(), group="hold", waits_for="engine ready") as driver:
        await driver.press("j", "j", "space", "a", "y")
        await driver.sees("2 of 2: 2 scheduled")
        await driver.press("space")
        await driver.sees("nothing of this group is left to be marked")


async def test_t_goes_through_the_groupings_and_f_folds_them_all() -> None:
    async with driven(a_service(), (120, 40), group="hold") as driver:
        await driver.press("t")
        await driver.sees(
            "- Müller & Söhne", "- Nordwind Logistik AG", "grouped by: hold [supplier] due none"
        )
        await driver.press("t")
        await driver.sees("- due next week", "by due")
        await driver.press("t")
        await driver.sees("grouped by: hold supplier due [none]", "ordered by holds")
        await driver.press("t")
        await driver.sees("- account changed")
        await driver.press("f")
        await driver.until(lambda: "R-2 " not in driver.text)
        await driver.press("f")
        await driver.sees("R-1 ", "R-2 ", "R-3 ", "R-4 ")


async def test_the_tabs_count_the_views_and_brackets_go_through_them() -> None:
    service = FakeService([a_row(1), a_row(2, "20000.00"), a_row(3, held_until="2026-12-24")])
    async with driven(service, (120, 40)) as driver:
        await driver.sees("[All 2]", "High value 1", "On hold 1")
        await driver.press("right_square_bracket")
        await driver.sees("[High value 1]", "R-2 ")
        await driver.until(lambda: "R-1 " not in driver.text)
        await driver.press("left_square_bracket", "left_square_bracket")
        await driver.sees("[On hold 1]", "R-3 ")


async def test_a_filter_narrows_the_view_it_is_typed_in() -> None:
    service = FakeService([a_row(1, "20000.00"), a_row(2, "30000.00", currency="USD"), a_row(3)])
    async with driven(service, (120, 40)) as driver:
        await driver.press("right_square_bracket")
        await driver.sees("[High value 2]")
        await driver.press("slash")
        await driver.type("currency:usd")
        await driver.press("enter")
        await driver.sees("1 of 3", "R-2 ")
        await driver.until(lambda: "R-1 " not in driver.text)  # the preview follows a moment later


async def test_a_click_on_a_tab_looks_at_that_view_and_one_on_a_row_moves_the_cursor() -> None:
    service = FakeService([a_row(1), a_row(2, "20000.00")])
    async with driven(service, (120, 40), waits_for="High value 1") as driver:
        await driver.pilot.click("#table", offset=(10, 1))
        assert driver.line_of("R-2 ").startswith(" >")
        place = driver.line_of("High value").index("High value")
        await driver.pilot.click("#views", offset=(place, 0))
        await driver.sees("[High value 1]")
        assert service.asked == []


async def test_a_double_click_opens_and_never_decides() -> None:
    service = FakeService([a_row(1), a_row(2)])
    async with driven(service, waits_for="engine ready") as driver:
        await driver.pilot.click("#table", offset=(10, 1), times=2)
        await driver.sees("R-2  Nordwind Logistik AG", "2 of 2")
        assert service.asked == []


async def test_v_and_shift_arrows_mark_a_range_and_esc_ends_it() -> None:
    async with driven(FakeService([a_row(key) for key in range(1, 9)])) as driver:
        await driver.press("v", "j", "j")
        await driver.sees("3 marked (range): EUR 3,720.00")
        await driver.press("k")
        await driver.sees("2 marked (range)")
        await driver.press("escape", "j")
        await driver.sees("2 marked: ")
        await driver.press("u", "shift+down")
        await driver.sees("2 marked (range)")


async def test_the_star_marks_all_that_is_listed_also_what_was_never_on_the_screen() -> None:
    async with driven(FakeService([a_row(key, "1.00") for key in range(1, 301)])) as driver:
        await driver.press("asterisk")
        await driver.sees("300 marked: EUR 300.00")


async def test_n_goes_to_the_next_invoice_that_is_not_decided() -> None:
    service = FakeService([a_row(1), a_row(2), a_row(3)])
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("j", "a")
        await driver.sees("✓ sched")
        await driver.press("k", "n")
        assert driver.line_of("R-3 ").startswith(" >")
        await driver.press("N")
        assert driver.line_of("R-1 ").startswith(" >")


async def test_other_peoples_answers_are_told_and_move_nothing() -> None:
    service = a_service()
    async with driven(service, group="hold") as driver:
        service.answer(4, "approve", "bob")
        service.add(a_row(9, holds=(CHANGED_BANK,)))
        await driver.poll()
        await driver.sees("+1 new, 1 answered since this list was drawn")
        assert driver.line_of("R-2 ").startswith(" >")
        await driver.press("R")
        await driver.until(lambda: "R-9 " in driver.text and "R-4 " not in driver.text)
        assert driver.line_of("R-2 ").startswith(" >")


def test_the_fake_groups_as_the_store_does() -> None:
    overview = a_service().overview(QueueQuery(group="hold"))
    assert [(group.name, group.count, group.routine) for group in overview.groups] == [
        ("account_changed", 2, False),
        ("over_limit", 2, True),
    ]


@pytest.mark.parametrize("size", SIZES)
async def test_the_screen(size: tuple[int, int]) -> None:
    service = FakeService(
        [
            *a_service().rows((1, 2, 3, 4)),
            a_row(
                5, "20000.00", holds=(OVER_LIMIT, Hold("first_payment", "warn", "never paid into"))
            ),
            a_row(6, needed=2, approved_by=("bob",), why_not="over your limit 500.00 EUR"),
            a_row(7, held_until="2026-12-24"),
        ]
    )
    async with driven(service, size, group="hold", waits_for="engine ready") as driver:
        await driver.press("j", "space", "j")
        await driver.sees("[All 6]", "On hold 1" if size[0] > 100 else "1 marked", "1 marked")
        if size[0] > 100:
            await driver.sees("why here")
        assert_golden(driver, "queue")
