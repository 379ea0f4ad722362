"""UBL, CII and ZUGFeRD 1.0: what decides how a document is read, and how its values are."""

import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.domain.invoice import content_hash
from tests.importers.reading import invoices, read, reasons, the_invoice
from tests.importers.xml_fixtures import (
    CII,
    CREDIT_NOTE,
    EVERY_SYNTAX,
    INVOICES,
    UBL,
    ZUGFERD1,
    changed,
)

PAYABLE = 'PayableAmount currencyID="EUR">1205.90<'


def ubl_line(text: str) -> str:
    return changed(UBL, ('unitCode="H87">10<', f'unitCode="H87">{text}<'))


# --- recognition


@pytest.mark.parametrize(("form", "document"), EVERY_SYNTAX.items())
def test_the_root_alone_decides_the_format(form: str, document: str) -> None:
    renamed = changed(document, ("urn:", "any:"), ("any:", "urn:"))
    assert [(r.format, bool(r.invoice)) for r in read(renamed)] == [(form, True)]


@pytest.mark.parametrize("profile", ["", " ", "urn:unheard-of", "${profile}"])
def test_no_profile_is_too_strange_to_be_read(profile: str) -> None:
    given_one = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
    found = the_invoice(changed(UBL, (given_one, profile)))
    assert found.profile == profile.strip()
    assert found.payable_amount == Decimal("1205.90")


def test_prefixes_mean_nothing_and_namespaces_everything() -> None:
    other = UBL.replace("cbc:", "x:").replace("xmlns:cbc", "xmlns:x")
    assert the_invoice(other).payable_amount == Decimal("1205.90")
    foreign = UBL.replace("CommonBasicComponents-2", "CommonBasicComponents-3")
    assert "no currency" in reasons(read(foreign))[0]


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ('<a xmlns="urn:x"/>', 'with the root a of "urn:x": neither UBL'),
        (changed(UBL, ("Invoice-2", "Invoice-3")), "with the root Invoice of"),
        (changed(UBL, ('xsd:Invoice-2"', 'xsd:CreditNote-2"')), "with the root Invoice of"),
        ("<html><body/></html>", "an HTML page"),
        ("<!doctype HTML><p>", "an HTML page"),
        ("<", "not well-formed XML"),
        ("<a>", "not well-formed XML"),
        (UBL[:-20], "not well-formed XML"),
        (UBL + "x", "not well-formed XML"),
    ],
)
def test_what_is_no_e_invoice_says_what_it_is(document: str, why: str) -> None:
    (record,) = read(document)
    assert record.format is None
    assert why in record.problems[0].reason
    assert record.problems[0].reason.isprintable()


def test_a_csv_is_imported_without_loading_the_xml_library() -> None:
    code = (
        "import sys; from pathlib import Path; from expense_agent.importers import read_batch\n"
        "list(read_batch([Path(sys.argv[1])])); assert 'lxml' not in sys.modules"
    )
    table = str(INVOICES / "csv" / "contract-names.csv")
    call = [sys.executable, "-c", code, table]
    subprocess.run(call, cwd=Path(__file__).parents[2], check=True)


# --- bytes


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("UTF-8", "utf-8"), ("UTF-8", "utf-8-sig"), ("UTF-16", "utf-16"),
        ("UTF-16", "utf-16-le"), ("ISO-8859-1", "iso-8859-1"), ("windows-1252", "cp1252"),
    ],
)  # fmt: skip
def test_an_encoding_that_is_declared_is_read(declared: str, encoding: str) -> None:
    document = changed(UBL, ('"UTF-8"', f'"{declared}"'), ("µ", "ü"))
    found = the_invoice(document.encode(encoding))
    assert found.lines[0].description == "Laufgenauigkeit 2 üm,\ngewuchtet"


@pytest.mark.parametrize("before", [b"\n", b" \r\n\t", b"\xef\xbb\xbf \n"])
def test_white_space_before_the_declaration_is_passed_over(before: bytes) -> None:
    assert the_invoice(before + UBL.encode()).number == "FW-2026-0417"


def test_bytes_that_are_not_of_the_encoding_are_a_problem_with_its_line() -> None:
    found = reasons(read(UBL.encode("latin-1")))
    assert len(found) == 1
    assert found[0].startswith("line ")
    assert "bytes that its encoding does not have" in found[0]


@pytest.mark.parametrize("encoding", ["UTF-7", "EBCDIC-CP-US", "x-unheard-of"])
def test_an_encoding_no_invoice_is_written_in_is_refused(encoding: str) -> None:
    document = changed(UBL, ('"UTF-8"', f'"{encoding}"'))
    assert f"the encoding {encoding} is not one" in reasons(read(document))[0]


def test_an_envelope_is_opened_once() -> None:
    one = (INVOICES / "ubl" / "in-a-peppol-envelope.xml").read_text("utf-8")
    end = "</StandardBusinessDocument>"
    start = one.index("<StandardBusinessDocument ")
    assert the_invoice(one).number == "PB-31"
    two = changed(one, (end, f"<x/>{end}"))
    assert "an envelope (SBDH) with 2 documents" in reasons(read(two))[0]
    nested = one[:start] + one[start:].replace(end, "") + one[start:] + end
    assert reasons(read(nested))


# --- values


@pytest.mark.parametrize("text", ["0", "+12.5", "-0.00", "999999999999999.999999", " 7.00\n"])
def test_an_amount_keeps_its_digits_and_sign(text: str) -> None:
    found = the_invoice(changed(UBL, (PAYABLE, PAYABLE.replace("1205.90", text))))
    assert found.payable_amount == Decimal(text.strip())
    assert str(found.payable_amount) == text.strip().removeprefix("+")


@pytest.mark.parametrize(
    "text",
    [
        "1,205.90", "1 205.90", "1e3", "NaN", "INF", "0x10", "5_95", "\u0661", "\uff15", "--1",
        "1.1234567", "1234567890123456", ".5", "5.", "1.2.3", "EUR 5", "5 EUR", "\u22125",
    ],
)  # fmt: skip
def test_everything_else_is_no_amount(text: str) -> None:
    (record,) = read(changed(UBL, (PAYABLE, PAYABLE.replace("1205.90", text))))
    assert (record.format, record.invoice) == ("ubl", None)
    assert "payable amount" in record.problems[0].reason


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<&"), max_size=9))
def test_an_amount_is_read_exactly_or_not_at_all(text: str) -> None:
    (record,) = read(changed(UBL, (PAYABLE, PAYABLE.replace("1205.90", text))))
    if record.invoice and record.invoice.payable_amount is not None:
        assert text.isascii()
        assert record.invoice.payable_amount == Decimal(text.strip())


@given(st.decimals(-(10**14), 10**14, places=2))
def test_every_amount_of_cents_is_read(amount: Decimal) -> None:
    document = changed(UBL, (PAYABLE, PAYABLE.replace("1205.90", format(amount, "f"))))
    assert the_invoice(document).payable_amount == amount


@pytest.mark.parametrize("text", ["64.", ".25", "0.333333333333333333"])
def test_a_quantity_may_be_any_decimal_since_it_is_never_paid(text: str) -> None:
    assert the_invoice(ubl_line(text)).lines[0].quantity == Decimal(text)


@pytest.mark.parametrize("text", ["x", "1e2", "", "\u0665"])
def test_a_quantity_that_is_none_is_a_problem_with_its_line(text: str) -> None:
    (record,) = read(ubl_line(text))
    if text:
        assert record.problems[0].reason.startswith("line item 1: quantity")
    else:
        assert record.invoice
        assert record.invoice.lines[0].quantity is None


@pytest.mark.parametrize("text", ["2026-09-14", "2026-09-14Z", "2026-09-14-11:30", " 2026-09-14 "])
def test_a_date_of_ubl_may_have_a_zone(text: str) -> None:
    found = the_invoice(changed(UBL, ("2026-09-14+02:00", text)))
    assert found.issue_date == date(2026, 9, 14)


@pytest.mark.parametrize(
    "text", ["14.09.2026", "2026-9-14", "2026-02-30", "2026-09-14T10:00:00", "0001-01-01", "soon"]
)
def test_another_notation_of_a_date_is_a_problem(text: str) -> None:
    (record,) = read(changed(UBL, ("2026-09-14+02:00", text)))
    assert record.problems[0].reason.startswith("issue date")


@pytest.mark.parametrize(
    ("form", "text", "day"),
    [
        ('format="102"', "20260914", date(2026, 9, 14)),
        ("", "20260914", date(2026, 9, 14)),
        ('format="102"', "2026-09-14", None),
        ('format="610"', "202609", None),
        ('format="203"', "202609141200", None),
        ('format="102"', "20260931", None),
    ],
)
def test_a_date_of_cii_is_of_format_102(form: str, text: str, day: date | None) -> None:
    old = 'DateTimeString format="102">20260914'
    (record,) = read(changed(CII, (old, f"DateTimeString {form}>{text}")))
    assert (record.invoice and record.invoice.issue_date) == day


@pytest.mark.parametrize(("document", "tag"), [(UBL, "cbc:DocumentCurrencyCode"),
                                               (CII, "ram:InvoiceCurrencyCode"),
                                               (ZUGFERD1, "ram:InvoiceCurrencyCode")])  # fmt: skip
@pytest.mark.parametrize("code", ["", " ", "XXX", "EURO", "\u20ac\u20ac"])
def test_without_a_currency_nothing_is_an_amount(document: str, tag: str, code: str) -> None:
    (record,) = read(changed(document, (f"<{tag}>EUR<", f"<{tag}>{code}<")))
    assert record.invoice is None
    assert "currency" in record.problems[0].reason


def test_an_amount_in_another_currency_is_pointed_out() -> None:
    found = the_invoice(changed(UBL, (PAYABLE, PAYABLE.replace("EUR", "USD"))))
    assert found.flags == (
        'totals_wrong: the payable amount is in "USD", the invoice in EUR',
    )  # fmt: skip


def test_empty_is_absent() -> None:
    found = the_invoice(changed(UBL, ("K-77120", ""), (">500.00<", "> <"), ("B-20931", "\n")))
    assert (found.buyer_reference, found.prepaid_amount, found.purchase_order) == (None,) * 3


# --- what is kept


def test_the_same_invoice_in_both_syntaxes_is_the_same_content() -> None:
    assert content_hash(the_invoice(UBL)) == content_hash(the_invoice(CII))


def test_every_account_is_kept_in_order_without_spaces() -> None:
    for document in (UBL, CII):
        found = the_invoice(document)
        assert found.accounts == ("DE91999990000012345678", "NL43ZZZZ0417164300")


@pytest.mark.parametrize("document", [UBL, CII])
def test_discount_lines_of_the_payment_terms_stay_as_written(document: str) -> None:
    terms = the_invoice(document).payment_terms or ""
    assert terms.splitlines() == [
        "#SKONTO#TAGE=10#PROZENT=3.00#",
        "#SKONTO#TAGE=20#PROZENT=2.00#BASISBETRAG=1500.00#",
        "Danach rein netto.",
    ]


def test_the_vat_total_is_that_in_the_currency_of_the_invoice() -> None:
    data = (INVOICES / "ubl" / "two-currencies-utf-16.xml").read_bytes()
    found = the_invoice(data)
    assert (found.tax_amount, found.tax_currency) == (Decimal("2500.00"), "EUR")
    assert len(found.vat_breakdown) == 1


def test_two_vat_totals_in_one_currency_are_no_vat_total() -> None:
    second = '<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">1</cbc:TaxAmount></cac:TaxTotal>'
    found = the_invoice(changed(UBL, ("  <cac:TaxTotal>", f"{second}<cac:TaxTotal>")))
    assert found.tax_amount is None
    assert "totals_wrong: 2 VAT totals in EUR" in found.flags


@pytest.mark.parametrize(
    ("code", "read_as", "flagged"),
    [("", "381", False), ("81", "81", False), ("380", "380", True), ("x", "x", True)],
)
def test_a_credit_note_is_one_by_its_root(code: str, read_as: str, *, flagged: bool) -> None:
    typed = f"<cbc:CreditNoteTypeCode>{code}</cbc:CreditNoteTypeCode>"
    found = the_invoice(changed(CREDIT_NOTE, ("  <cbc:DocumentCurrencyCode>",
                                              f"{typed}<cbc:DocumentCurrencyCode>")))  # fmt: skip
    assert found.type_code == read_as
    assert bool(found.flags) == flagged
    assert all(flag.startswith("not_payable: a credit note") for flag in found.flags)


def test_a_credit_note_is_due_when_its_payment_means_say_so() -> None:
    assert the_invoice(CREDIT_NOTE).due_date == date(2026, 9, 2)


def test_of_several_due_dates_the_last_counts_with_its_terms() -> None:
    document = (INVOICES / "cii" / "extended-groups-and-test.xml").read_text("utf-8")
    found = the_invoice(document)
    assert (found.due_date, found.payment_terms) == (date(2026, 11, 1), "netto bis 01.11.2026")
    undated = "<ram:SpecifiedTradePaymentTerms><ram:Description>Danke</ram:Description>"
    totals = "      <ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
    more = f"{undated}</ram:SpecifiedTradePaymentTerms>{totals}"
    found = the_invoice(changed(document, (totals, more)))
    assert found.due_date == date(2026, 11, 1)
    assert found.payment_terms == "netto bis 01.11.2026\nDanke"


@pytest.mark.parametrize(("said", "flagged"), [("true", True), ("1", True), ("false", False)])
def test_a_test_document_is_flagged_as_not_payable(said: str, *, flagged: bool) -> None:
    path = INVOICES / "zugferd1" / "basic-test-without-payable.xml"
    found = the_invoice(changed(path.read_text("utf-8"), (">true<", f">{said}<")))
    assert bool(found.flags) == flagged
    assert found.payable_amount is None


@pytest.mark.parametrize("said", ["", "yes", "TRUE", "2"])
def test_an_allowance_that_may_be_a_charge_is_not_read(said: str) -> None:
    (record,) = read(changed(UBL, ("Indicator>false<", f"Indicator>{said}<")))
    assert record.invoice is None
    assert "an allowance or a charge" in record.problems[0].reason


def test_a_payee_without_a_trading_name_is_still_another_payee() -> None:
    other = (
        "<cac:PartyLegalEntity><cbc:RegistrationName>Alb Factoring AG</cbc:RegistrationName>"
        "</cac:PartyLegalEntity>"
    )
    old = "<cac:PartyName><cbc:Name>Alb Factoring AG</cbc:Name></cac:PartyName>"
    assert the_invoice(changed(UBL, (old, other))).payee_name == "Alb Factoring AG"


def test_what_a_text_hides_is_flagged_and_removed() -> None:
    found = the_invoice((INVOICES / "ubl" / "deceptive.xml").read_bytes())
    assert (found.supplier.name, found.number) == ("BlitzHbmG Kurier", "D-7")
    assert found.payment_terms == "Karte \u20261111 wurde nicht belastet2J"
    assert {flag.partition(":")[0] for flag in found.flags} == {"deceptive_text"}


def test_an_invoice_of_too_many_lines_is_a_problem() -> None:
    start, end = UBL.index("  <cac:InvoiceLine>"), UBL.index("</Invoice>")
    many = UBL[:start] + "<cac:InvoiceLine/>" * 10_001 + UBL[end:]
    assert "more than 10,000 lines" in reasons(read(many))[0]


def test_documents_of_one_folder_do_not_stop_each_other() -> None:
    found = read("<broken") + read(UBL) + read(CII)
    assert len(invoices(found)) == 2
