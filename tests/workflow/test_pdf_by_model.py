"""A PDF without an e-invoice, read by a language model: strings we check, and a person looks."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from expense_agent.domain.policy import LanguageModel, Policy
from expense_agent.service import ImportReport, Scheduled
from tests.agents import an_office, approve, queue
from tests.builders import NORDWIND_IBAN
from tests.categorizers.llm_server import Server, a_server
from tests.importers.pdfs import a_pdf, stream

LINES = (
    "Quillon Restorations Ltd   VAT GB123456789",
    "Invoice Q-77   2026-11-01   due 2026-12-01",
    "Repair of the west gable   240.00",
    f"Total EUR 240.00   pay to {NORDWIND_IBAN[:4]} {NORDWIND_IBAN[4:]}",
)
SAID = {
    "number": "Q-77", "issue_date": "2026-11-01", "due_date": "2026-12-01", "currency": "EUR",
    "payable_amount": "240.00", "tax_amount": "", "supplier": "Quillon Restorations Ltd",
    "vat_id": "GB123456789", "account": NORDWIND_IBAN, "description": "Repair of the west gable",
}  # fmt: skip


def a_letter(lines: tuple[str, ...] = LINES) -> bytes:
    """A PDF that shows lines of text and carries nothing else."""
    shown = b"".join(b"(%s) Tj 0 -14 Td " % line.encode() for line in lines)
    return a_pdf({
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
           b"/Resources<</Font<</F1 5 0 R>>>>>>",
        4: stream(b"BT /F1 12 Tf 50 700 Td " + shown + b"ET"),
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    })  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with a_server() as running:
        yield running


def a_policy(server: Server, mode: str = "say", *, read_pdfs: bool = True) -> Policy:
    model = LanguageModel(server.url, mode, timeout_seconds=10.0, read_pdfs=read_pdfs)
    return Policy(language_model=model, severities={"read_off_pages": "off"})


async def imported(tmp_path: Path, server: Server, policy: Policy, **said: str) -> ImportReport:
    server.content = json.dumps(SAID | said)
    file = tmp_path / "letter.pdf"
    file.write_bytes(a_letter())
    async with an_office(tmp_path, policy) as office:
        return await office.person().submit([file])


async def test_what_a_model_reads_is_held_for_a_person_whatever_the_policy_says(
    tmp_path: Path, server: Server
) -> None:
    report = await imported(tmp_path, server, a_policy(server))
    assert (report.problems, report.waiting) == ([], 1)
    async with an_office(tmp_path, a_policy(server)) as office:
        agent = office.person()
        (row,) = queue(agent)
        assert (row.number, row.payable_amount, row.currency) == ("Q-77", "240.00", "EUR")
        assert "read_off_pages" in [h.rule for h in row.holds if h.severity == "block"]
        detail = agent.invoice(row.seen.invoice_id)
        assert detail.account == NORDWIND_IBAN
        assert detail.invoice.source.file.endswith("letter.pdf")
        assert isinstance((await approve(agent, row))[-1], Scheduled)
        assert agent.verify().findings == ()


async def test_the_same_pdf_is_read_the_same_again(tmp_path: Path, server: Server) -> None:
    await imported(tmp_path, server, a_policy(server))
    again = await imported(tmp_path, server, a_policy(server), payable_amount="77.00")
    assert (again.duplicates, again.waiting) == (1, 0)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"account": "GB82WEST12345698765432"}, "a language model read it: account"),
        ({"payable_amount": "9240.00"}, "a language model read it: payable amount"),
        ({"payable_amount": "2400.0"}, "a language model read it: payable amount"),
        ({"payable_amount": "40.00"}, "a language model read it: payable amount"),
        ({"payable_amount": "24000"}, "a language model read it: payable amount"),
        ({"supplier": "Somebody Else"}, "a language model read it: supplier"),
        ({"issue_date": "soon"}, "issue date"),
        ({"currency": "gold"}, "not an ISO 4217 code"),
    ],
)
async def test_what_the_text_has_not_is_refused(
    tmp_path: Path, server: Server, said: dict[str, Any], reason: str
) -> None:
    report = await imported(tmp_path, server, a_policy(server), **said)
    assert (report.invoices, len(report.problems)) == (0, 1)
    assert reason in report.problems[0].reason


@pytest.mark.parametrize("mode", ["500", "prose", "drop", "404"])
async def test_without_an_answer_it_is_a_problem_and_the_rest_goes_on(
    tmp_path: Path, server: Server, mode: str
) -> None:
    report = await imported(tmp_path, server, a_policy(server, mode))
    assert [p.reason[:28] for p in report.problems] == ["no e-invoice inside this PDF"]


async def test_no_pdf_is_sent_anywhere_unless_the_policy_says_so(
    tmp_path: Path, server: Server
) -> None:
    server.requests.clear()
    report = await imported(tmp_path, server, a_policy(server, read_pdfs=False))
    assert (report.invoices, server.requests) == (0, [])
