"""The app on a store whose ledger is not the one it saw last."""

from itertools import count
from pathlib import Path

import pytest

from expense_agent.agent import open_service
from expense_agent.cli import main
from expense_agent.settings import settings_from
from expense_agent.storage.sqlite.store_files import LEDGER_FILE
from tests.cli.shell import BATCH
from tests.tui.driving import Driver, a_running_app
from tests.tui.fake_service import FakeService
from tui.choices import Choices

SIZE = (120, 40)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Fill a store, and put the ledger back as it was before the last command."""
    batch, store = tmp_path / "batch.csv", tmp_path / "store"
    batch.write_text(BATCH, encoding="utf-8")
    assert main(["--store", str(store), "import", str(batch)]) == 0
    before = (store / LEDGER_FILE).read_bytes()
    listed = ["suppliers", "import", str(tmp_path / "suppliers.csv")]
    (tmp_path / "suppliers.csv").write_text("name,vat_id\nHaus am See,DE3\n", encoding="utf-8")
    assert main(["--store", str(store), *listed]) == 0
    (store / LEDGER_FILE).write_bytes(before)
    return store


@pytest.mark.parametrize("is_there", [True, False])
async def test_it_opens_read_only_and_says_why(store: Path, *, is_there: bool) -> None:
    if not is_there:
        (store / LEDGER_FILE).unlink()
    settings = settings_from(str(store), None, "ann")
    steps = count()  # no key is taken for a repetition of the one before
    choices = Choices(ticks=lambda: float(next(steps)))
    opened = a_running_app(lambda: open_service(settings), choices, SIZE)
    async with opened as (app, board, pilot):
        driver = Driver(app, board, pilot, FakeService([]))
        said = "ledger.db is not the one" if is_there else "ledger.db is missing"
        await driver.sees(f"read-only: {said}", ", read-only", "to go on: put the right ledger.db")
        await driver.press("a")
        await driver.sees("cannot approve: read-only: ledger.db")
    assert (store / LEDGER_FILE).exists() == is_there
