"""Imports of files as a whole: what is counted, what is noted, how far it is."""

from pathlib import Path

from expense_agent.service import ImportProgress, ImportReport
from expense_agent.submission import MOST_NOTES
from tests.agents import an_office
from tests.importers.pdfs import hybrid
from tests.importers.workbooks import zipped
from tests.importers.xml_fixtures import CII

HEADER = "number,supplier,payable_amount,currency\n"


def table(first: int, rows: int = 60, currency: str = "EUR") -> str:
    numbers = range(first, first + rows)
    return HEADER + "".join(f"N-{number},Good Ltd,1.00,{currency}\n" for number in numbers)


async def imported(folder: Path, *paths: Path) -> tuple[ImportReport, list[ImportProgress]]:
    told: list[ImportProgress] = []
    async with an_office(folder) as office:
        report = await office.person().submit(paths, None, told.append)
    return report, told


async def test_the_files_inside_an_archive_are_documents_each(tmp_path: Path) -> None:
    path = tmp_path / "batch.zip"
    pdf = hybrid([("factur-x.xml", CII.encode())])
    path.write_bytes(zipped({"a.csv": table(0), "b.pdf": pdf, "c.png": b"\x89PNG" + bytes(64)}))
    report, _ = await imported(tmp_path, path)
    assert (report.documents, report.invoices) == (3, 61)
    assert [problem.file for problem in report.problems] == [f"{path}/c.png"]


async def test_progress_never_goes_back_in_an_archive_after_a_file(tmp_path: Path) -> None:
    alone, archive = tmp_path / "a.csv", tmp_path / "b.zip"
    alone.write_text(table(0), "utf-8")
    archive.write_bytes(zipped({"c.csv": table(100), "d/e.csv": table(200)}))
    _, told = await imported(tmp_path, alone, archive)
    shares = [progress.share for progress in told]
    assert len(shares) == 4
    assert shares == sorted(shares)
    assert shares[1] > 0.5
    assert shares[-1] == 1.0


async def test_a_doubt_about_what_was_read_is_noted_once_for_a_file(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(table(0, currency="eur"), "utf-8")
    report, _ = await imported(tmp_path, tmp_path / "a.csv", tmp_path / "b.csv")
    assert report.problems == []
    assert [(note.file, note.location, note.reason) for note in report.notes] == [
        (str(tmp_path / name), "line 2", 'currency "eur" read as EUR')
        for name in ("a.csv", "b.csv")
    ]


async def test_notes_are_not_kept_without_end(tmp_path: Path) -> None:
    members = {f"{n}.csv": table(n, rows=1, currency="eur") for n in range(MOST_NOTES + 5)}
    path = tmp_path / "batch.zip"
    path.write_bytes(zipped(members))
    report, _ = await imported(tmp_path, path)
    assert (report.invoices, len(report.notes)) == (MOST_NOTES + 5, MOST_NOTES)
