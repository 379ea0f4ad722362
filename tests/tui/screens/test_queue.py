import os
from dataclasses import replace

import pytest

from expense_agent.domain.policy import Approver, Policy
from expense_agent.service import Approve, EditView, Held, OpenEnds, Refused, Reject
from tests.tui.driving import SIZES, driven
from tests.tui.fake_service import CHANGED_BANK, NO_ACCOUNT, NOW, FakeService, a_row


def a_service() -> FakeService:
    return FakeService(
        [
            a_row(1),
            a_row(2, "880.50", supplier="Müller & Söhne", holds=(CHANGED_BANK,), due="2027-12-01"),
            a_row(3, "12.00", currency="USD"),
        ]
    )


@pytest.mark.parametrize("size", SIZES)
async def test_a_row_says_who_what_how_much_and_why(size: tuple[int, int]) -> None:
    async with driven(a_service(), size) as driver:
        await driver.sees("3 waiting", "engine ready", "ann, no limits set")
        line = driver.line_of("R-2 ")
        for word in ("◉ you", "Müller & Söhne", "880.50 EUR", "bank"):
            assert word in line


async def test_a_narrow_window_shortens_near_dates_only() -> None:
    async with driven(a_service(), (80, 24)) as driver:
        assert " 11-24 " in driver.line_of("R-1 ")
        assert " 2027~ " in driver.line_of("R-2 ")


async def test_amounts_are_never_cropped() -> None:
    service = FakeService([a_row(1, "12345678901.99", supplier="S" * 60)])
    async with driven(service, (80, 24)) as driver:
        assert "12,345,678,901.99 EUR" in driver.line_of("R-1 ")


@pytest.mark.parametrize("size", SIZES)
async def test_the_footer_offers_deciding_help_and_quit_at_every_size(
    size: tuple[int, int],
) -> None:
    async with driven(a_service(), size) as driver:
        await driver.sees("a Approve  r Reject", "? Help  q Quit")


async def test_the_preview_stands_below_in_a_mid_window_and_beside_in_a_wide_one() -> None:
    async with driven(a_service(), (120, 40)) as driver:
        await driver.sees("why here", "1,240.00 EUR is over the automatic limit")
        assert "R-1 " not in driver.line_of("why here")
    async with driven(a_service(), (160, 45)) as driver:
        await driver.sees("why here", "Pallet freight Hamburg", "batch.csv, line 2", "│")


async def test_the_preview_follows_the_cursor_and_can_be_switched_off() -> None:
    async with driven(a_service(), (160, 45)) as driver:
        await driver.press("j")
        await driver.sees("GB82WEST12345698765432")
        await driver.press("p")
        assert "why here" not in driver.text


async def test_a_narrow_window_has_no_preview() -> None:
    async with driven(a_service(), (80, 24)) as driver:
        assert "why here" not in driver.text


async def test_a_approves_at_once_what_is_only_over_the_limit() -> None:
    service = a_service()
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("a")
        await driver.sees("✓ sched", "R-1: scheduled for 2026-11-24: 1,240.00 EUR")
        assert service.asked == [Approve(a_row(1).seen)]


async def test_the_row_shows_each_step_of_a_running_decision() -> None:
    service = a_service()
    let_go = service.hold_back("inv-1")
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("a")
        await driver.sees("▹ 1/4", "R-1: approval submitted")
        assert "✓" not in driver.line_of("R-1 ")
        let_go()
        await driver.sees("✓ sched")


async def test_a_decision_made_while_the_engine_loads_is_carried_out_afterwards() -> None:
    service = a_service()
    let_go = service.hold_back("start")
    async with driven(service) as driver:
        await driver.sees("engine loading")
        await driver.press("a")
        await driver.sees("▸ sent")
        assert service.asked == []
        let_go()
        await driver.sees("✓ sched", "engine ready")


async def test_an_engine_that_cannot_start_leaves_the_queue_readable_and_says_why() -> None:
    service = a_service()
    service.start_error = RuntimeError("checkpoints.db is damaged")
    async with driven(service) as driver:
        await driver.sees("engine off", "could not start: checkpoints.db is damaged")
        await driver.press("a")
        await driver.sees("refused")
        assert service.asked == []


async def test_a_conflict_names_the_winner() -> None:
    service = a_service()
    reason = "already approved by bob at 12:03:40"
    service.script("inv-1", Refused("inv-1", reason, "bob"))
    service_row = a_row(1)
    async with driven(service, waits_for="engine ready") as driver:
        service.answer(1, "approve", "bob")
        await driver.press("r", "2", "enter")
        await driver.sees(f"{reason}; your rejection was not recorded", "✓ bob")
        assert service.asked == [Reject(service_row.seen, "not ordered")]


async def test_approve_is_never_enter_or_a_click() -> None:
    service = a_service()
    async with driven(service, (160, 45), waits_for="engine ready") as driver:
        await driver.pilot.click("#table", offset=(20, 1))
        await driver.sees("GB82WEST12345698765432")
        assert driver.session.inbox.cursor == 2
        await driver.press("enter")
        await driver.sees("2 of 3")
        assert service.asked == []


async def test_a_key_that_is_off_stands_in_brackets_and_says_why() -> None:
    row = a_row(1, why_not="over your limit 500.00 EUR: a higher approver must decide")
    service = FakeService([row])
    async with driven(service) as driver:
        await driver.sees("(a) Approve  r Reject", "a is off: over your limit 500.00 EUR")
        await driver.press("a")
        await driver.sees("cannot approve: over your limit 500.00 EUR")
        assert service.asked == []


async def test_a_store_that_can_only_be_read_says_why_and_decides_nothing() -> None:
    service = a_service()
    service.why_read_only = "ledger.db is of yesterday\nput the right one back"
    async with driven(service, (120, 40)) as driver:
        await driver.sees("read-only: ledger.db is of yesterday", ", read-only")
        await driver.press("r")
        await driver.sees("cannot reject: read-only: ledger.db is of yesterday")
    assert service.asked == []


async def test_what_a_restored_store_waits_for_stands_under_the_list() -> None:
    service = a_service()
    service.reconciler.sentence = "restored from event 4: pay-run waits for 1 payment file"
    async with driven(service, (120, 40)) as driver:
        await driver.poll()
        await driver.sees("restored from event 4: pay-run waits for 1 payment file")
        service.reconciler.sentence = None
        await driver.poll()
        await driver.until(lambda: "pay-run waits" not in driver.text)


async def test_read_only_decides_nothing() -> None:
    service = a_service()
    async with driven(service, read_only=True) as driver:
        await driver.sees("read-only")
        await driver.press("a", "r", "e")
        await driver.sees("cannot edit: read-only", "engine ready")
        assert service.asked == []
        assert not service.started, "it would recover and expire"


async def test_the_header_shows_my_limit() -> None:
    policy = Policy(approvers=(Approver("ann"), Approver("bob")))
    async with driven(FakeService([a_row(1)], policy=policy)) as driver:
        await driver.sees("ann, no limit")


async def test_who_is_not_an_approver_is_told() -> None:
    policy = Policy(approvers=(Approver("bob"),))
    async with driven(FakeService([a_row(1)], policy=policy)) as driver:
        await driver.sees("ann, not an approver")
        await driver.press("r")
        await driver.sees(
            "cannot reject: ann is not an approver of the policy; start with --as NAME"
        )


async def test_an_invoice_approving_cannot_help_says_what_to_do() -> None:
    service = FakeService([a_row(1, holds=(NO_ACCOUNT,), why_not="cannot be approved: edit it")])
    async with driven(service) as driver:
        await driver.sees("◉ fix it", "no bank")


async def test_new_rows_are_a_banner_until_r_shows_them() -> None:
    service = a_service()
    async with driven(service) as driver:
        await driver.press("j")
        service.add(a_row(10, number="NEW-1"), a_row(11))
        await driver.poll()
        await driver.sees("+2 new since this list was drawn   R shows them")
        assert "NEW-1" not in driver.text
        await driver.press("R")
        await driver.sees("NEW-1", "5 waiting")
        assert driver.session.inbox.cursor == 2
        assert "R shows them" not in driver.text


async def test_what_somebody_else_answers_stays_in_its_place_and_names_them() -> None:
    service = a_service()
    async with driven(service) as driver:
        service.answer(1, "approve", "bob")
        await driver.poll()
        await driver.sees("✓ bob", "1 answered")
        await driver.press("a")
        await driver.sees("cannot approve: already approved by bob at")
        assert service.asked == []


async def test_own_decisions_are_not_news() -> None:
    service = a_service()
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("a")
        await driver.sees("✓ sched")
        await driver.poll()
        await driver.sees("2 waiting")
        assert "answered" not in driver.text


async def test_a_second_approval_is_asked_for_in_the_same_place() -> None:
    service = FakeService([a_row(1, needed=2), a_row(2)])
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("a")
        await driver.sees("◔ 1 of 2", "approved; waiting for a second approver")
        assert list(driver.session.inbox.order.keys) == [1001, 2]
        await driver.press("a")
        await driver.sees("cannot approve: you have approved it already")


async def test_a_filter_narrows_the_list_and_esc_takes_it_away() -> None:
    async with driven(a_service()) as driver:
        await driver.press("slash")
        await driver.type("currency:usd")
        await driver.press("enter")
        await driver.sees("1 of 3, ordered by holds", "R-3 ")
        assert "R-1 " not in driver.text
        await driver.press("escape")
        await driver.sees("R-1 ", "3, ordered by holds")


async def test_a_filter_that_cannot_be_understood_names_the_part() -> None:
    async with driven(a_service()) as driver:
        await driver.press("slash")
        await driver.type("amount>lots")
        await driver.press("enter")
        await driver.sees("amount>lots: 'lots' is not an amount")
        await driver.press("escape")
        assert "R-1 " in driver.text


async def test_letters_typed_into_the_filter_decide_nothing() -> None:
    service = a_service()
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("slash")
        await driver.press("a", "r", "e", "q")
        assert service.asked == []
        await driver.press("escape")
        await driver.press("j")
        assert driver.session.inbox.cursor == 2


async def test_s_goes_through_the_orders_and_the_cursor_keeps_its_invoice() -> None:
    async with driven(a_service()) as driver:
        await driver.press("s", "s")
        await driver.sees("ordered by amount")
        lines = [line for line in driver.text.splitlines() if "R-" in line]
        assert [line.split("R-")[1][0] for line in lines[:3]] == ["1", "2", "3"]
        await driver.press("s")
        await driver.sees("ordered by supplier")
        assert driver.session.inbox.cursor == 1


async def test_a_hundred_thousand_rows_are_moved_through_and_only_visible_ones_read() -> None:
    rows = [a_row(key) for key in range(1, 100_001)]
    service = FakeService(rows)
    async with driven(service) as driver:
        await driver.press("G")
        await driver.sees("R-100000")
        await driver.press("k", "pageup", "ctrl+u")
        await driver.until(lambda: driver.session.inbox.row_under_cursor)
        await driver.press("g", "pagedown", "ctrl+d")
        await driver.sees("R-28 ")
        assert driver.session.inbox.cursor == 28


async def test_a_store_that_cannot_be_read_says_so_and_the_app_lives() -> None:
    service = a_service()
    async with driven(service) as driver:
        service.read_error = OSError("disk is gone")
        await driver.press("R")
        await driver.sees("cannot be read: disk is gone")
        service.read_error = None
        await driver.press("R")
        await driver.sees("R-1 ")


async def test_what_a_crash_had_cut_off_is_told_at_the_start() -> None:
    service = a_service()
    service.recovered = type(service.recovered)(finished=("inv-8", "inv-9"))
    async with driven(service) as driver:
        await driver.sees("2 invoices cut off earlier: finished now")


async def test_what_is_not_at_rest_is_told_as_by_the_commands_until_it_is() -> None:
    service = a_service()
    held = Held("t", "inv-1", "bob", 47, "import", "2026-11-22T11:59:00.000Z")
    service.ends = OpenEnds(cut_off=("inv-8", "inv-9"), held=(held,))
    async with driven(service, (160, 45)) as driver:
        await driver.poll()
        await driver.sees("2 invoices were cut off: run `recover`; 1 invoice is held by bob")
        service.ends = OpenEnds(held=(replace(held, process=os.getpid()),))
        await driver.poll()
        await driver.until(lambda: driver.session.inbox.not_at_rest == "")


async def test_ascii_shows_no_other_characters_of_its_own() -> None:
    service = FakeService([a_row(1), a_row(2)])
    async with driven(service, (160, 45), ascii_only=True) as driver:
        await driver.sees("* you", "why here")
        assert driver.text.isascii()


async def test_marks_show_their_sums_per_currency() -> None:
    async with driven(a_service()) as driver:
        await driver.press("space", "j", "space")
        await driver.sees("2 marked: EUR 1,240.00, USD 12.00", "a Approve 2")
        await driver.press("u")
        assert "marked" not in driver.text


async def test_edit_refuses_a_marked_set() -> None:
    async with driven(a_service()) as driver:
        await driver.press("space", "e")
        await driver.sees("edit works on one invoice: u takes the marks away")


async def test_where_nothing_is_listed_no_invoice_is_previewed() -> None:
    async with driven(FakeService([a_row(1)]), (120, 40)) as driver:
        await driver.sees("invoice    R-1")
        await driver.press("slash")
        await driver.type("nobody has this")
        await driver.press("enter")
        await driver.until(lambda: "invoice    R-1" not in driver.text)


async def test_what_somebody_changed_is_marked_for_the_next_approver_in_the_preview() -> None:
    service = FakeService([a_row(1)])
    service._edits["inv-1"] = [
        EditView(
            2, "bob", "as agreed", {"payable_amount": "1300.00"}, {"payable_amount": "1240.00"}, NOW
        )
    ]
    async with driven(service, (160, 45)) as driver:
        await driver.sees("bob, was 1300.00")
