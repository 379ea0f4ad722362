"""An invoice that a supplier sends in two syntaxes is one invoice, and one that is known."""

from pathlib import Path

import pytest

from tests.agents import an_office, queue

INVOICES = Path(__file__).parents[2] / "fixtures" / "invoices"
SAME = [INVOICES / form / "everything.xml" for form in ("cii", "ubl")]


@pytest.mark.parametrize("files", [SAME, SAME[::-1]])
async def test_the_same_invoice_in_cii_and_ubl_is_one_and_a_duplicate(
    tmp_path: Path, files: list[Path]
) -> None:
    async with an_office(tmp_path) as office:
        report = await office.person().submit(files)
        assert (report.documents, report.invoices, report.problems) == (2, 2, [])
        assert (report.waiting, report.duplicates) == (1, 1)
        assert len(set(report.ids)) == 1


async def test_what_an_e_invoice_says_reaches_the_person_who_decides(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        wrong = INVOICES / "ubl" / "sums-that-do-not-come-out.xml"
        report = await agent.submit([*SAME, wrong, INVOICES / "cii" / "direct-debit.xml"])
        assert report.booked == 1
        held = {row.number: {hold.rule for hold in row.holds} for row in queue(agent)}
        assert held["FW-2026-0417"] >= {"several_accounts", "payee_differs", "over_limit"}
        assert held["X-1"] >= {"totals_wrong"}
