"""`o`: the document itself in the person's own pager, while the app stands aside."""

import os
from pathlib import Path

import pytest

from expense_agent.errors import DocumentGone
from expense_agent.foreground import pager_of
from tests.tui.driving import driven
from tests.tui.fake_service import FakeService, a_row
from tui import own_programs


class Paged(list[str]):
    """Stands in the place of the pager."""

    def __call__(self, text: str) -> str:
        self.append(text)
        return ""


async def test_o_shows_what_the_invoice_was_read_from_on_both_screens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = Paged()
    monkeypatch.setattr(own_programs, "paged", lambda _app, text: shown(text))
    async with driven(FakeService([a_row(1)]), (120, 40)) as driver:
        invoice = driver.session.inbox.row_under_cursor
        assert invoice
        await driver.press("o")
        await driver.until(lambda: len(shown) == 1)
        await driver.press("enter")
        await driver.press("o")
        await driver.until(lambda: len(shown) == 2)
        assert set(shown) == {f"what {invoice.seen.invoice_id} was read from\n"}


async def test_a_document_that_is_gone_is_a_sentence_and_nothing_breaks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gone(_self: FakeService, _invoice_id: str, _attached: str | None) -> str:
        raise DocumentGone("no copy of a.xml was kept")

    monkeypatch.setattr(FakeService, "text", gone)
    async with driven(FakeService([a_row(1)]), (120, 40)) as driver:
        await driver.press("o")
        await driver.sees("no copy of a.xml was kept")


async def test_where_no_pager_can_be_opened_the_command_is_named() -> None:
    async with driven(FakeService([a_row(1)]), (160, 45)) as driver:
        await driver.press("o")
        await driver.sees("expense-agent document ID")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("sh -c 'cat -v'", ["sh", "-c", "cat -v"]), ("no-such-pager", None), ("'", None), ("", None)],
)
def test_the_pager_is_the_persons_own_or_a_usual_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str, found: list[str] | None
) -> None:
    less = tmp_path / "less"
    less.write_text("#!/bin/sh\n")
    less.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert pager_of({"PAGER": wanted}) == (found or ["less"])
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert pager_of({"PAGER": wanted}) is None
