from pathlib import Path

import pytest

from expense_agent.service import Comment, CommentView
from tests.tui.driving import SIZES, driven
from tests.tui.fake_service import FakeService, a_row
from tui import own_programs


@pytest.mark.parametrize("size", SIZES)
async def test_a_file_is_attached_by_a_key_and_stands_among_the_documents(
    size: tuple[int, int], tmp_path: Path
) -> None:
    order = tmp_path / "order.txt"
    order.write_text("8 pallets")
    service = FakeService([a_row(1)])
    async with driven(service, size, waits_for="engine ready") as driver:
        await driver.press("enter")
        await driver.sees("why here")
        await driver.press("plus")
        await driver.sees("Attach a document to R-1")
        await driver.type(str(tmp_path / "or"))
        await driver.sees("order.txt")
        await driver.press("tab", "tab")
        await driver.type("our order")
        await driver.press("enter")
        await driver.until(lambda: service.asked)
        assert service.asked == [Comment("inv-1", "our order", order, "interrupt-1")]
        await driver.until(lambda: "Attach a document" not in driver.text)
        await driver.press("R", "G")
        await driver.sees("attached   order.txt", "ann, 2026-11-22 12:03", "sha256 abababababab")


async def test_what_is_no_file_is_said_to_be_none(tmp_path: Path) -> None:
    service = FakeService([a_row(1)])
    async with driven(service) as driver:
        await driver.press("plus")
        await driver.sees("Attach a document to R-1")
        await driver.press("enter")
        await driver.sees("type a file")
        await driver.type(str(tmp_path))
        await driver.press("enter")
        await driver.sees("there is no such file")
        await driver.press("escape")
        assert service.asked == []


async def test_a_file_goes_to_one_invoice_only() -> None:
    async with driven(FakeService([a_row(1), a_row(2)]), (120, 40)) as driver:
        await driver.press("space", "plus")
        await driver.sees("a document is attached to one invoice: u takes the marks away")


async def test_where_documents_are_attached_the_key_for_the_source_asks_which(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[str] = []

    def paged(_app: object, text: str) -> str:
        shown.append(text)
        return ""

    monkeypatch.setattr(own_programs, "paged", paged)
    service = FakeService([a_row(1)])
    service._comments["inv-1"] = [
        CommentView("bob", "see it", "2026-11-22T12:00:00Z", "0" * 64, "[red]order.pdf")
    ]
    async with driven(service) as driver:
        await driver.press("o")
        await driver.sees("Which document?", "what it was read from", "[red]order.pdf")
        await driver.press("enter")
        await driver.until(lambda: shown)
        await driver.press("o")
        await driver.sees("Which document?")
        await driver.press("down", "enter")
        await driver.until(lambda: len(shown) == 2)
    assert shown == ["what inv-1 was read from\n", "[red]order.pdf\n"]
