"""Taking back what was carried out: with a reason, by the engine, and never twice by a held key."""

from expense_agent.service import Refused, Reopen, Undo
from tests.tui.driving import driven
from tests.tui.fake_service import FakeService, a_row
from tests.tui.records import a_payment


def a_service() -> FakeService:
    service = FakeService([a_row(1), a_row(2)])
    service.paid = [a_payment(1), a_payment(2, status="exported")]
    return service


async def test_a_scheduled_payment_is_voided_with_a_reason() -> None:
    service = a_service()
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await driver.press("3")
        await driver.sees("2 listed")
        await driver.press("V")
        await driver.sees("Take back the payment of 240.00 EUR (inv-1)", "never deleted")
        await driver.press("enter")
        await driver.sees("say why")
        await driver.type("paid by card already")
        await driver.press("enter")
        await driver.sees("inv-1: taken back; waiting for a person")
        assert service.asked == [Undo("inv-1", 1, "paid by card already")]
        await driver.press("4", "right_square_bracket")
        await driver.sees("[Told in this run 1]", "taken back; ")


async def test_esc_takes_nothing_back() -> None:
    service = a_service()
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await driver.press("3")
        await driver.sees("2 listed")
        await driver.press("V", "escape")
        await driver.sees("2 listed")
        assert service.asked == []


async def test_what_is_exported_is_not_voided_and_it_is_said_why() -> None:
    async with driven(a_service(), (120, 40)) as driver:
        await driver.press("3")
        await driver.sees("2 listed")
        await driver.press("j", "V")
        await driver.sees("the payment is exported: only a scheduled one can be voided")


async def test_a_rejection_is_taken_back_where_the_invoice_is_shown() -> None:
    service = a_service()
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await driver.press("enter")
        await driver.sees("why here")
        await driver.press("V")
        await driver.sees("it is waiting: there is nothing to take back")
        service.answer(1, "reject", "bob")
        await driver.press("R")
        await driver.sees("rejected")
        await driver.press("V")
        await driver.sees("Take back the rejection (inv-1)")
        await driver.type("it is ours after all")
        await driver.press("enter")
        await driver.until(lambda: service.asked == [Undo("inv-1", None, "it is ours after all")])


async def test_a_refusal_is_told_with_its_reason() -> None:
    service = a_service()

    service.script("inv-1", Refused("inv-1", "it was exported by bob just now"))
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await driver.press("3")
        await driver.sees("2 listed")
        await driver.press("V")
        await driver.type("why not")
        await driver.press("enter")
        await driver.sees("it was exported by bob just now; your reversal was not recorded")


async def test_nothing_is_taken_back_read_only() -> None:
    async with driven(a_service(), (120, 40), read_only=True) as driver:
        await driver.press("3")
        await driver.sees("2 listed")
        await driver.press("V")
        await driver.sees("cannot take anything back: read-only")


def test_reopening_is_asked_for_by_the_invoice() -> None:
    assert Reopen("inv-1", "late").invoice_id == "inv-1"
