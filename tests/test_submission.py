"""Imports of files as a whole: what is counted, what is noted, how far it is."""

from pathlib import Path

import pytest

from expense_agent.desks.submission import MOST_NOTES, REPEATED
from expense_agent.domain.invoice import Invoice
from expense_agent.ports import Registered
from expense_agent.service import ImportProgress, ImportReport
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


async def test_a_file_is_kept_before_its_invoices_are_registered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(table(0, rows=3), "utf-8")
    there: list[bytes] = []

    async with an_office(tmp_path) as office:
        agent = office.person()
        await agent.start()
        register = agent._ledger.register

        def looked(invoice: Invoice, content: str, by: str) -> tuple[Registered, bool]:
            there.append(agent._sources.get(invoice.source.sha256, ""))
            return register(invoice, content, by)

        monkeypatch.setattr(agent._ledger, "register", looked)
        await agent.submit([path])
    assert there == [path.read_bytes()] * 3


async def test_large_files_do_not_wait_for_a_whole_chunk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("expense_agent.desks.submission.MOST_UNKEPT", 10)
    for number in range(3):
        (tmp_path / f"{number}.csv").write_text(table(number, rows=1), "utf-8")
    report, told = await imported(tmp_path, *(tmp_path / f"{n}.csv" for n in range(3)))
    assert report.invoices == 3
    assert [progress.done for progress in told][:3] == [1, 2, 3]


async def test_rows_that_repeat_one_of_their_file_are_told_once_with_what_to_do(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(table(0, rows=3) + table(0, rows=2).removeprefix(HEADER), "utf-8")
    async with an_office(tmp_path) as office:
        agent = office.person()
        report = await agent.submit([path])
        assert (report.invoices, report.duplicates) == (5, 2)
        (note,) = report.notes
        assert (note.location, note.reason) == ("line 5", REPEATED)
        again = await agent.submit([path])
        assert (again.duplicates, again.notes) == (5, [])
