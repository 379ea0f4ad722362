from decimal import Decimal

import pytest

from expense_agent.domain.policy import ConfirmLines, Hold, Policy
from expense_agent.service import Approve, Refused, Reject
from tests.tui.driving import SIZES, driven
from tests.tui.fake_service import CHANGED_BANK, OVER_LIMIT, FakeService, a_row


def a_service() -> FakeService:
    return FakeService(
        [
            a_row(1),
            a_row(2, "880.50", holds=(CHANGED_BANK, OVER_LIMIT)),
            a_row(3, "12.00", currency="USD"),
            a_row(4, "70.00", why_not="you edited it: another approver must decide"),
        ]
    )


@pytest.mark.parametrize("size", SIZES)
async def test_a_blocking_hold_is_shown_before_it_is_approved(size: tuple[int, int]) -> None:
    service = a_service()
    async with driven(service, size, waits_for="engine ready") as driver:
        await driver.press("j", "a")
        await driver.sees(
            "Approve 1 invoice", "EUR 880.50", "blocks: the bank account changed", "last paid"
        )
        assert service.asked == []
        await driver.press("y")
        await driver.sees("R-2: scheduled")
        assert service.asked == [Approve(a_row(2).seen)]


@pytest.mark.parametrize("keys", [("enter",), ("escape",), ("space", "enter")])
async def test_cancel_has_the_focus_and_nothing_but_y_carries_out(keys: tuple[str, ...]) -> None:
    service = a_service()
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("j", "a")
        await driver.sees("[ Cancel ]")
        await driver.press(*keys)
        assert "[ Cancel ]" not in driver.text
        assert service.asked == []


@pytest.mark.parametrize("size", SIZES)
async def test_a_marked_set_is_shown_with_sums_holds_and_what_is_left_out(
    size: tuple[int, int],
) -> None:
    service = a_service()
    async with driven(service, size, waits_for="engine ready") as driver:
        await driver.press("space", "space", "space", "space", "a")
        await driver.sees(
            "Approve 2 invoices   EUR 1,240.00   USD 12.00   2 left out",
            "holds: limit 2",
            "largest: R-1",
            "OUT   R-2",
            "approve it on its own: the bank account changed",
            "you edited it: another approver must decide",
        )
        await driver.press("y")
        await driver.until(lambda: len(service.asked) == 2)
        assert set(service.seen) == {a_row(1).seen, a_row(3).seen}
        await driver.sees("2 marked")


async def test_an_item_can_be_taken_out_and_put_back() -> None:
    async with driven(a_service()) as driver:
        await driver.press("space", "j", "space", "a", "tab", "home", "space")
        await driver.sees("Approve 1 invoice ", "taken out; space puts it back")
        await driver.press("space")
        await driver.sees("Approve 2 invoices")


async def test_what_is_carried_out_stands_first_and_a_common_reason_is_said_once() -> None:
    changed = [a_row(key, holds=(CHANGED_BANK,)) for key in (1, 2)]
    async with driven(FakeService([*changed, a_row(3)]), (120, 40)) as driver:
        await driver.press("space", "space", "space", "a")
        await driver.sees("in    R-3", "OUT   R-1", "OUT   R-2")
        assert driver.text.index("in    R-3") < driver.text.index("OUT   R-1")
        listed = driver.text[driver.text.index("OUT   R-1") :]
        assert listed.count("approve it on its own: the bank account changed") == 1


async def test_an_item_that_is_out_for_a_reason_cannot_be_put_in() -> None:
    service = a_service()
    async with driven(service) as driver:
        await driver.press("space", "space", "a", "tab", "end", "space")
        await driver.sees("Approve 1 invoice ")


async def test_marks_a_filter_hides_are_left_out_until_they_are_put_back() -> None:
    service = a_service()
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("space", "slash")
        await driver.type("currency:usd")
        await driver.press("enter")
        await driver.sees("1 marked, 1 hidden", "1 of 4")
        await driver.press("space", "a")
        await driver.sees("Approve 1 invoice ", "hidden by the filter; space puts it back")
        await driver.press("tab", "end", "space")
        await driver.sees("Approve 2 invoices")
        await driver.press("y")
        await driver.until(lambda: len(service.asked) == 2)


async def test_a_marked_set_is_rejected_with_one_reason_blocking_holds_included() -> None:
    service = a_service()
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("space", "space", "r")
        await driver.sees("Reject 2 marked invoices")
        await driver.press("1", "enter")
        await driver.sees("Reject 2 invoices", "reason: duplicate of an invoice we have")
        assert service.asked == []
        await driver.press("y")
        await driver.until(lambda: len(service.asked) == 2)
        reason = "duplicate of an invoice we have"
        assert service.asked == [Reject(a_row(key).seen, reason) for key in (1, 2)]
        await driver.sees("✗ reject")


async def test_a_set_of_which_nothing_is_left_carries_nothing_out() -> None:
    service = a_service()
    async with driven(service, waits_for="engine ready") as driver:
        await driver.press("j", "space", "a")
        await driver.sees("Approve 0 invoices", "approve it on its own")
        await driver.press("y")
        await driver.sees("[ Cancel ]")
        assert service.asked == []


async def test_a_large_set_is_carried_out_only_after_its_number_was_typed() -> None:
    service = FakeService([a_row(key, "1.00") for key in range(1, 26)])
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await driver.press("asterisk", "a")
        await driver.sees("Approve 25 invoices", "type 25 and press Enter")
        await driver.press("y", "enter", "f8")
        await driver.sees("type 25 to carry this out")
        await driver.press("2", "4", "enter")
        assert service.asked == []
        await driver.press("backspace", "5", "enter")
        await driver.until(lambda: len(service.asked) == 25)


async def test_the_number_to_type_is_that_of_what_is_in() -> None:
    service = FakeService([a_row(key, "6000.00") for key in range(1, 4)])
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await driver.press("asterisk", "a")
        await driver.sees("type 3 and press Enter")
        await driver.press("shift+tab", "space")
        await driver.sees("Approve 2 invoices   EUR 12,000.00   1 left out", "type 2 and press")
        await driver.press("tab", "2", "enter")
        await driver.until(lambda: len(service.asked) == 2)


async def test_the_confirming_key_works_in_the_field_that_asks_for_the_number() -> None:
    service = FakeService([a_row(key, "1.00") for key in range(1, 26)])
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await driver.press("asterisk", "a", "y")
        await driver.sees("type 25 to carry this out")
        assert service.asked == []
        await driver.press("2", "5", "y")
        await driver.sees("25 of 25: 25 scheduled")


async def test_with_nothing_in_the_confirming_key_says_so() -> None:
    rows = [a_row(n, holds=(changed(n), OVER_LIMIT)) for n in (1, 2, 3)]
    async with driven(FakeService(rows), (120, 40), waits_for="engine ready") as driver:
        await driver.press("asterisk", "a")
        await driver.sees("Approve 0 invoices", "left out 3: approve it on its own: the account is")
        await driver.press("y")
        await driver.sees("nothing is in, so nothing is carried out")


def changed(number: int) -> Hold:
    return Hold("account_changed", "block", f"the account is another: GB{number} instead of GB0")


async def test_reasons_for_leaving_out_stand_one_a_line() -> None:
    rows = [a_row(1), *(a_row(n, why_not=f"reason {n % 5}; waiting for bob") for n in range(2, 12))]
    async with driven(FakeService(rows), (120, 40), waits_for="engine ready") as driver:
        await driver.press("asterisk", "a")
        await driver.sees("left out 2: reason 2; waiting for bob", "left out 4: other reasons")


async def test_how_a_set_ended_stands_in_the_log_and_how_many_are_on_their_way_in_the_header() -> (
    None
):
    service = a_service()
    let_go = [service.hold_back(name) for name in ("inv-1", "inv-3")]
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await driver.press("space", "j", "space", "a", "y")
        await driver.sees("2 on the way")
        let_go[0]()
        await driver.sees("1 on the way")
        let_go[1]()
        await driver.sees("engine ready", "2 of 2: 2 scheduled")
        assert driver.board.session.notices.newest_first[0].text == "2 of 2: 2 scheduled"


async def test_with_marks_nothing_is_said_of_a_key_that_acts_on_them() -> None:
    service = FakeService([a_row(1), a_row(2, why_not="over your limit")])
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await driver.press("space")
        await driver.sees("1 marked", "a Approve 1")
        assert "a is off: over your limit" not in driver.text.split("1 marked")[1]


async def test_a_large_amount_is_typed_and_a_sum_over_the_line_has_a_page() -> None:
    service = FakeService([a_row(1, "20000.00"), a_row(2, "250000.00")])
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await driver.press("a")
        await driver.sees("Approve 1 invoice", "y Carry out")
        await driver.press("escape", "j", "a")
        await driver.sees("type 250000.00 and press Enter")
        await driver.press("2", "5", "enter")
        assert service.asked == []


async def test_the_policy_says_what_is_looked_at_twice() -> None:
    policy = Policy(confirm=ConfirmLines(Decimal(100), Decimal(700)))
    service = FakeService([a_row(1, "99.00"), a_row(2, "750.00")], policy=policy)
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await driver.press("a")
        await driver.until(lambda: len(service.asked) == 1)
        await driver.press("j", "a")
        await driver.sees("type 750.00 and press Enter")
        await driver.press(*"750.00", "enter")
        await driver.until(lambda: len(service.asked) == 2)


@pytest.mark.parametrize("size", [(60, 15), (80, 24)])
async def test_what_to_type_and_the_way_out_are_seen_however_much_is_left_out(
    size: tuple[int, int],
) -> None:
    reasons = [f"{number}: {'a long reason that goes on, ' * 4}" for number in range(4)]
    rows = [a_row(key, why_not=reasons[key % 4]) for key in range(30, 60)]
    service = FakeService([*(a_row(key, "900.00") for key in range(1, 22)), *rows])
    async with driven(service, size, waits_for="engine ready") as driver:
        await driver.press("asterisk", "a")
        await driver.sees("Approve 21 invoices", "type 21 and press Enter", "[ Cancel ]", "y Carry")


async def test_what_was_refused_in_a_set_stays_marked() -> None:
    service = FakeService([a_row(1), a_row(2)])
    service.script("inv-2", Refused("inv-2", "already rejected by bob", "bob"))
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await driver.press("space", "space", "a", "y")
        await driver.sees("2 of 2: 1 scheduled, 1 refused", "1 marked")
        assert set(driver.session.inbox.marks) == {2}
