from dataclasses import replace

from expense_agent.domain.category import Suggestion
from expense_agent.domain.policy import Hold
from expense_agent.service import Edit, InvoiceDetail
from expense_agent.service.category_review import CategoryChoice
from tests.tui.driving import driven
from tests.tui.fake_service import FakeService, a_row
from tests.tui.screens.test_confirming import NEW

UNSURE = Hold("category_unsure", "warn", "vehicles is a guess (58%)")
SAID = Suggestion("vehicles", 0.58, "keyword", "keyword 'freight'", others=("office", "software"))


class UnsureService(FakeService):
    def invoice(self, invoice_id: str) -> InvoiceDetail:
        detail = super().invoice(invoice_id)
        return replace(detail, holds=(*detail.holds, UNSURE), suggestion=SAID)


def a_service() -> FakeService:
    service = UnsureService([a_row(1)])
    service.category_desk.unsure = [
        replace(NEW, invoice_id=a_row(1).seen.invoice_id, state="waiting")
    ]
    return service


async def test_an_unsure_category_shows_its_candidates_and_a_digit_edits_it() -> None:
    service = a_service()
    async with driven(service) as driver:
        await driver.press("enter")
        await driver.sees("in question: 1 Vehicles and freight  2 Office supplies")
        await driver.press("2")
        await driver.until(lambda: service.asked)
        (edit,) = service.asked
        assert isinstance(edit, Edit)
        assert (edit.seen, edit.changes) == (a_row(1).seen, {"category": "office"})


async def test_a_digit_on_the_category_it_has_confirms_it_without_an_edit() -> None:
    service = a_service()
    async with driven(service) as driver:
        await driver.press("enter")
        await driver.sees("in question")
        await driver.press("1")
        await driver.sees("learned: Aldermoor Ltd -> vehicles")
        assert service.asked == []
        assert service.category_desk.said == [
            CategoryChoice(a_row(1).seen.invoice_id, "vehicles", seen="vehicles")
        ]


async def test_a_category_nobody_questions_is_not_changed_by_a_digit() -> None:
    service = FakeService([a_row(1)])
    async with driven(service) as driver:
        await driver.press("enter")
        await driver.sees("R-1")
        await driver.press("2")
        await driver.sees("its category is not in question")
        assert service.asked == []
        assert service.category_desk.said == []
