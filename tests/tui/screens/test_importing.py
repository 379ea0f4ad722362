from pathlib import Path

import pytest

from expense_agent.service import ImportProblem, ImportProgress, ImportReport
from tests.tui.driving import SIZES, Driver, driven
from tests.tui.fake_service import FakeService, a_row
from tests.tui.goldens import assert_golden

REPORT = ImportReport(
    documents=2,
    invoices=3,
    scheduled=1,
    waiting=1,
    duplicates=1,
    problems=[ImportProblem("/in/batch.csv", "line 9", "payable amount 'abc' is not an amount")],
    notes=[ImportProblem("/in/batch.csv", "line 2", "the day comes first, as in the other rows")],
    ids=["inv-1", "inv-2", "inv-1"],
    seconds=0.4,
)


def a_service() -> FakeService:
    service = FakeService([a_row(1), a_row(2, supplier="Contoso Ltd")])
    service.report = REPORT
    service.progress = [ImportProgress("batch.csv", 1, 0.4, {"scheduled": 1, "waiting": 0})]
    return service


@pytest.fixture(autouse=True)
def batch(tmp_path: Path) -> Path:
    (tmp_path / "march").mkdir()
    (tmp_path / "march" / "batch.csv").write_text("number\n1\n")
    (tmp_path / "map.toml").write_text("")
    return tmp_path / "march" / "batch.csv"


async def imported(driver: Driver, path: Path, waits_for: str = "done") -> None:
    await driver.press("2", "i")
    await driver.sees("File or folder")
    await driver.type(str(path))
    await driver.press("enter")
    await driver.sees(waits_for)


async def test_what_is_typed_takes_the_place_of_what_was_imported_last(batch: Path) -> None:
    service = a_service()
    async with driven(service, waits_for="engine ready") as driver:
        await imported(driver, batch)
        await driver.press("i")
        await driver.sees(batch.name)
        await driver.press(*"none.csv", "enter")
        await driver.sees("there is no such file or folder")
        await driver.press("escape", "i")
        await driver.sees(batch.name)
        await driver.press("enter")
        await driver.until(lambda: len(service.submitted) == 2)


async def test_an_import_of_several_files_is_named_by_the_first(batch: Path) -> None:
    (batch.parent / "other.csv").write_text("")
    (batch.parent / "third.csv").write_text("")
    async with driven(a_service(), waits_for="engine ready") as driver:
        await imported(driver, batch.parent / "*.csv")
        await driver.sees("batch.csv and 2 more ")


@pytest.mark.parametrize("size", SIZES)
async def test_the_screen(size: tuple[int, int], batch: Path) -> None:
    async with driven(a_service(), size, waits_for="engine ready") as driver:
        await driver.press("2")
        await driver.sees("i chooses files to import")
        assert_golden(driver, "import-empty")
        await imported(driver, batch)
        assert_golden(driver, "import-batches")
        await driver.press("right_square_bracket")
        await driver.sees("[Problems 1]", "line 9")
        assert_golden(driver, "import-problems")
        await driver.press("right_square_bracket", "right_square_bracket")
        await driver.sees("[Invoices 2]", "Contoso Ltd", "waiting")
        assert_golden(driver, "import-invoices")


async def test_what_is_chosen_goes_to_the_engine_with_its_column_map(batch: Path) -> None:
    service = a_service()
    async with driven(service) as driver:
        await driver.press("2", "i")
        await driver.type(str(batch))
        await driver.press("tab")
        await driver.type(str(batch.parent.parent / "map.toml"))
        await driver.press("enter")
        await driver.sees("done")
        assert service.submitted == [((batch,), batch.parent.parent / "map.toml")]


async def test_a_path_is_completed_as_far_as_there_is_no_choice(batch: Path) -> None:
    service = a_service()
    async with driven(service) as driver:
        await driver.press("2", "i")
        await driver.type(str(batch.parent.parent) + "/mar")
        await driver.until(lambda: len(driver.app.screen.query("#offered")) == 1)
        await driver.sees("march/")
        await driver.press("tab")
        await driver.sees("batch.csv")
        await driver.press("tab", "enter")
        await driver.sees("done")
        assert service.submitted == [((batch,), None)]


async def test_what_does_not_exist_is_said_and_nothing_begins() -> None:
    service = a_service()
    async with driven(service) as driver:
        await driver.press("2", "i", "enter")
        await driver.sees("type a file or folder")
        await driver.type("/nowhere/at/all")
        await driver.press("enter")
        await driver.sees("there is no such file or folder")
        assert service.submitted == []


async def test_decisions_are_made_and_seen_while_an_import_runs(batch: Path) -> None:
    service = a_service()
    let_go = service.hold_back("import")
    async with driven(service, (120, 40), waits_for="engine ready") as driver:
        await imported(driver, batch, waits_for="importing 40%")
        await driver.press("1", "a")
        await driver.sees("R-1: scheduled")
        await driver.press("2")
        await driver.sees("importing 40%: X stops it")
        let_go()
        await driver.sees("3 invoices: 1 scheduled, 1 waiting, 1 known already, 1 problem")


async def test_one_import_runs_at_a_time(batch: Path) -> None:
    service = a_service()
    let_go = service.hold_back("import")
    async with driven(service) as driver:
        await imported(driver, batch, waits_for="importing 40%")
        await driver.press("i")
        await driver.sees("an import is running: wait for it, or stop it with X")
        let_go()
        await driver.sees("done")
        assert len(service.submitted) == 1


async def test_x_stops_it_and_the_same_again_is_one_key(batch: Path) -> None:
    service = a_service()
    let_go = service.hold_back("import")
    async with driven(service, (120, 40)) as driver:
        await imported(driver, batch, waits_for="importing 40%")
        await driver.press("X")
        await driver.sees("stopped; what was taken stays, the same import again takes the rest")
        let_go()
        await driver.press("A")
        await driver.sees("done")
        assert service.submitted == [((batch,), None)] * 2


async def test_an_import_that_cannot_begin_says_why(batch: Path) -> None:
    service = a_service()
    service.import_error = ValueError("map.toml: there is no field 'amuont'")
    async with driven(service, (120, 40)) as driver:
        await imported(driver, batch, waits_for="there is no field 'amuont'")
        assert "failed" in driver.text


async def test_a_problem_opens_with_file_place_and_reason(batch: Path) -> None:
    async with driven(a_service()) as driver:
        await imported(driver, batch)
        await driver.press("enter")
        await driver.sees("[Problems 1]")
        await driver.press("enter")
        await driver.sees("/in/batch.csv", "line 9", "'abc' is not an amount", "Mend the file")


async def test_an_invoice_of_the_batch_opens_and_shows_what_became_of_it_since(
    batch: Path,
) -> None:
    service = a_service()
    async with driven(service, (120, 40)) as driver:
        await imported(driver, batch)
        await driver.press("left_square_bracket")
        await driver.sees("[Invoices 2]", "inv-1    Nordwind")
        service.answer(1, "approve", "bob")
        await driver.poll()
        await driver.until(lambda: "scheduled" in driver.line_of("inv-1 "))
        await driver.press("enter")
        await driver.sees("invoice    R-1")


async def test_nothing_is_imported_read_only() -> None:
    service = a_service()
    async with driven(service, read_only=True) as driver:
        await driver.press("2", "i")
        await driver.sees("cannot import: read-only")


async def test_the_end_of_an_import_stands_in_the_log(batch: Path) -> None:
    async with driven(a_service(), (120, 40)) as driver:
        await imported(driver, batch)
        await driver.press("4", "right_square_bracket")
        await driver.sees("[Told in this run 1]", "batch.csv: 3 invoices")


async def test_leaving_waits_for_an_import_or_stops_it(batch: Path) -> None:
    service = a_service()
    let_go = service.hold_back("import")
    async with driven(service) as driver:
        await imported(driver, batch, waits_for="importing 40%")
        await driver.press("q")
        await driver.sees("An import is running (40%)")
        await driver.press("X")
        let_go()
        await driver.until(lambda: not driver.app.is_running)


async def test_what_fits_is_offered_in_all_the_room_the_dialog_has(tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / f"{number:02}.csv").write_text("")
    async with driven(a_service(), (120, 40)) as driver:
        await driver.press("2", "i")
        await driver.type(f"{tmp_path}/")
        await driver.sees("00.csv", "11.csv")
