"""The sheet of an invoice in the app: its totals, its VAT, and what paying early saves."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from expense_agent.domain.invoice import Invoice
from expense_agent.importers import read_batch
from tests.importers.xml_fixtures import INVOICES
from tests.tui.fake_service import FakeService, a_row
from tui.sections import About, laid_out, sheet

BEFORE, AFTER = datetime(2026, 9, 20, tzinfo=UTC), datetime(2026, 10, 5, tzinfo=UTC)


def everything() -> Invoice:
    (record,) = read_batch([INVOICES / "ubl" / "everything.xml"])
    assert record.invoice
    return record.invoice


def shown(invoice: Invoice, now: datetime, width: int = 100) -> str:
    detail = FakeService([a_row(1)]).invoice("inv-1")
    return laid_out(sheet(About(replace(detail, invoice=invoice), now)), width).plain


def test_the_vat_breakdown_and_what_was_paid_before_are_shown() -> None:
    text = shown(everything(), BEFORE)
    assert "total 1,705.88   prepaid 500.00   rounding 0.02" in text
    assert "VAT        S 19 %   of 1,175.00   223.25" in text
    assert "           S 7 %   of 287.50   20.13" in text
    assert "lines 2" in text


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (BEFORE, "discount   3.00 % = 36.18 EUR if paid by 2026-09-24: 1,169.72 EUR   only by an"),
        (AFTER, "discount   none that still holds"),
    ],
)
def test_a_discount_is_shown_until_its_last_day(now: datetime, said: str) -> None:
    assert said in shown(everything(), now)


def test_what_an_invoice_does_not_state_takes_no_line() -> None:
    plainer = replace(everything(), discounts=(), vat_breakdown=(), prepaid_amount=None,
                      rounding_amount=None)  # fmt: skip
    text = shown(plainer, BEFORE)
    assert all(word not in text for word in ("discount", "total ", "prepaid", "\nVAT  "))


def test_rows_of_vat_without_figures_break_nothing() -> None:
    rows = everything().vat_breakdown
    bare = replace(rows[0], category=None, rate=None, base=None, tax=Decimal("1.00"))
    assert "1.00" in shown(replace(everything(), vat_breakdown=(bare,)), BEFORE)
