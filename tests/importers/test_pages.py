"""PDFs without an e-invoice: a reader of pages gets their words only, and is never trusted."""

from dataclasses import replace
from pathlib import Path

import pytest

from expense_agent.domain.category import UNSURE
from expense_agent.domain.facts import Facts
from expense_agent.domain.invoice import Invoice, Source
from expense_agent.domain.policy import Policy
from expense_agent.domain.rules import check
from expense_agent.importers import Problem, Record, read_batch
from tests.builders import an_invoice
from tests.importers.pdfs import hybrid
from tests.importers.xml_fixtures import CII


class Guessing:
    """Reads the same invoice off any page."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def read(self, words: str, source: Source) -> Invoice | Problem:
        self.words.append(words)
        if "unreadable" in words:
            return Problem("page 1", "it does not say who asks for how much")
        return replace(an_invoice("12.00 EUR"), source=source)


def off_pages(folder: Path, *pdfs: bytes) -> tuple[Guessing, list[Record]]:
    for number, data in enumerate(pdfs):
        (folder / f"{number}.pdf").write_bytes(data)
    reader = Guessing()
    return reader, list(read_batch([folder], pages=reader))


def test_the_words_of_the_pages_are_handed_over_and_what_comes_back_is_held(tmp_path: Path) -> None:
    reader, (record,) = off_pages(tmp_path, hybrid(lines=("Invoice R-1001", "Total 12.00 EUR")))
    assert "Invoice R-1001" in reader.words[0]
    assert record.invoice
    assert (record.format, record.container) == ("pdf", "pdf")
    assert record.invoice.source.file == str(tmp_path / "0.pdf")
    lenient = Policy(default_severity="off", severities={"read_off_pages": "off"})
    (hold,) = check(record.invoice, UNSURE, Facts(), lenient)
    assert (hold.rule, hold.severity) == ("read_off_pages", "block")


def test_an_e_invoice_inside_leads_and_its_pages_are_not_read(tmp_path: Path) -> None:
    reader, (record,) = off_pages(tmp_path, hybrid([("factur-x.xml", CII.encode())]))
    assert record.format == "cii"
    assert reader.words == []


def test_what_cannot_be_read_off_a_page_is_a_problem_and_the_next_file_is_read(
    tmp_path: Path,
) -> None:
    _, records = off_pages(
        tmp_path, hybrid(lines=("unreadable",)), hybrid(lines=()), hybrid(lines=("Invoice",)),
        hybrid([("factur-x.xml", CII.encode())]), b"%PDF-1.7 nothing",
    )  # fmt: skip
    reasons = [record.problems[0].reason if record.problems else "" for record in records]
    assert reasons[0] == "it does not say who asks for how much"
    assert reasons[1].startswith("no words on its pages, a picture perhaps: ask the supplier")
    assert [bool(record.invoice) for record in records] == [False, False, True, True, False]
    assert "a damaged PDF" in reasons[4]


@pytest.mark.parametrize("lines", [("Invoice",) * 3])
def test_without_a_reader_the_problem_says_what_to_do(tmp_path: Path, lines: tuple[str]) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(hybrid(lines=lines))
    (record,) = read_batch([path])
    assert record.invoice is None
    assert "ask the supplier for one" in record.problems[0].reason


def test_active_content_of_the_pdf_is_flagged_here_too(tmp_path: Path) -> None:
    catalog = b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"
    _, (record,) = off_pages(tmp_path, hybrid(lines=("Invoice",), catalog=catalog))
    assert record.invoice
    assert [flag.partition(":")[0] for flag in record.invoice.flags] == [
        "read_off_pages", "active_content",
    ]  # fmt: skip
