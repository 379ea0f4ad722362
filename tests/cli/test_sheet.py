"""The sheet `read` and `show` print: everything a person needs, in 80 columns, harmless."""

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.cli.main import main
from expense_agent.cli.sheet import WIDTH, invoice_sheet, labelled
from expense_agent.domain.discount import Discount
from expense_agent.domain.invoice import InvoiceLine, PaymentMeans, VatLine
from tests.builders import an_invoice
from tests.importers.xml_fixtures import INVOICES

FILES = sorted(p for p in INVOICES.rglob("*") if p.suffix in (".xml", ".pdf", ".csv", ".xlsx"))


def printed(capsys: pytest.CaptureFixture[str], *paths: Path) -> str:
    main(["read", *map(str, paths)])
    return capsys.readouterr().out


def test_the_sheet_says_what_who_where_to_and_why_it_would_wait(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = printed(capsys, INVOICES / "ubl" / "everything.xml")
    for said in (
        "supplier    Ostalb Feinwerk GmbH & Co. KG", "trading as Feinwerk Aalen",
        "VAT id DE811569869",
        "payee       Alb Factoring AG", "FW-2026-0417   invoice (380)", "about FW-2026-0288",
        "issued 2026-09-14   due 2026-10-14", "to pay      1,205.90 EUR", "prepaid 500.00",
        "DE91 9999 9000 0012 3456 78   credit transfer (30)   BIC ZZZZDE99XXX",
        "discount    3.00 % if paid by 2026-09-24", "lines 2",
        "  Spindel S40                                                           1,200.00",
        "    10 H87   at 120.0000   VAT 19 %",
        "  VAT S 19 %                of       1,175.00         223.25",
        "stops: the invoice names 2 bank accounts", "1 invoices, 0 not read; nothing was stored",
    ):  # fmt: skip
        assert said in text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_line_fits_eighty_columns_and_holds_nothing_a_terminal_obeys(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for line in printed(capsys, path).splitlines():
        assert line.replace("\u200c", "").isprintable()  # Persian needs it
        assert len(line) <= WIDTH or line.startswith("--- ")


def test_what_is_not_read_says_where_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(capsys, INVOICES / "ubl" / "without-a-currency.xml")
    assert "not read    file: no currency (BT-5)" in text
    assert "0 invoices, 1 not read" in text


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


@given(
    name=WORDS, text=WORDS, unit=WORDS, code=st.text(max_size=6),
    amount=st.decimals(-(10**14), 10**14, places=6), count=st.integers(0, 60),
)  # fmt: skip
def test_any_invoice_fits_the_sheet(
    name: str, text: str, unit: str, code: str, amount: Decimal, count: int
) -> None:
    line = InvoiceLine("1", name, text, amount, unit, amount, amount, code, amount)
    invoice = replace(
        an_invoice(f"{amount:f} EUR", number=text, supplier=name, payee=name),
        lines=(line,) * count,
        vat_breakdown=(VatLine(code[:2], amount, amount, amount),),
        payment_means=(PaymentMeans(code, unit[:34], name, text, unit),),
        payment_terms=text,
        discounts=(Discount(amount, None, amount), Discount(text=text)),
    )
    for row in invoice_sheet(invoice):
        assert len(row) <= WIDTH
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202e]", row)


def test_nothing_to_say_is_no_line() -> None:
    assert list(labelled("terms", None, "")) == []
