"""Where real documents hide a field, or offer two: BT by BT, in the syntax where it matters."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from expense_agent.domain.discount import Discount
from expense_agent.domain.en16931 import missing, wrong_totals
from expense_agent.domain.invoice import PaymentMeans
from tests.importers.reading import read, the_invoice
from tests.importers.xml_fixtures import CII, CREDIT_NOTE, INVOICES, UBL, ZUGFERD1, changed

GROUPS = (INVOICES / "cii" / "extended-groups-and-test.xml").read_text("utf-8")
SUPPLIER_IN_UBL = "<cac:AccountingSupplierParty>\n    <cac:Party>"
TERMS = "      <ram:SpecifiedTradePaymentTerms>"
SUMMATION = "      <ram:SpecifiedTradeSettlementHeaderMonetarySummation>"


def nested(prefix: str, way: str, *inside: str) -> str:
    """Elements inside each other: "A/B" around what is inside."""
    names = [f"{prefix}:{name}" for name in way.split("/")]
    opened, closed = (f"<{name}>" for name in names), (f"</{name}>" for name in names[::-1])
    return "".join((*opened, *inside, *closed))


def ubl_means(code: str, inside: str) -> str:
    start, end = UBL.index("  <cac:PaymentMeans>"), UBL.index("  <cac:PaymentTerms>")
    means = f"<cbc:PaymentMeansCode>{code}</cbc:PaymentMeansCode>{inside}"
    return f"{UBL[:start]}  <cac:PaymentMeans>{means}</cac:PaymentMeans>\n{UBL[end:]}"


# --- BT-27 to BT-32: who asks


@pytest.mark.parametrize("scheme", ["VAT", "vat", " Vat "])
def test_the_vat_id_is_found_whatever_the_case_of_its_scheme(scheme: str) -> None:
    old = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
    document = UBL.replace(old, old.replace("VAT", scheme), 2)
    assert the_invoice(document).supplier.vat_id == "DE811569869"
    written = f'schemeID="{scheme.strip()[:2]}">de 811 569 869'
    cii = changed(CII, ('schemeID="VA">DE811569869', written))
    assert the_invoice(cii).supplier.vat_id == "DE811569869"


def test_a_tax_number_is_no_vat_id() -> None:
    document = changed(CII, ('schemeID="VA">DE811569869', 'schemeID="FC">DE811569869'))
    assert the_invoice(changed(document, (">50/999/00017<", "><"))).supplier.vat_id is None


def test_the_legal_name_is_the_name_and_the_trading_name_never_takes_its_place() -> None:
    supplier = the_invoice(UBL).supplier
    assert (supplier.name, supplier.trading_name) == (
        "Ostalb Feinwerk GmbH & Co. KG", "Feinwerk Aalen",
    )  # fmt: skip
    nameless = UBL.replace("Ostalb Feinwerk GmbH &amp; Co. KG", " ")
    assert the_invoice(nameless).supplier.name is None


@pytest.mark.parametrize(
    "ids", ["<ram:GlobalID schemeID='0088'>4399902480013</ram:GlobalID>", "<ram:ID>70012</ram:ID>"]
)
def test_any_id_of_the_supplier_identifies_it(ids: str) -> None:
    bare = CII
    for text in (
        '<ram:ID schemeID="VA">DE811569869</ram:ID>',
        "<ram:ID>HRA 999001</ram:ID>",
        '<ram:GlobalID schemeID="0088">4399902480013</ram:GlobalID>',
    ):
        bare = changed(bare, (text, ""))
    codes = [finding.code for finding in missing(the_invoice(bare))]
    assert "BR-CO-26" in codes
    named = changed(bare, ("<ram:SellerTradeParty>", f"<ram:SellerTradeParty>{ids}"))
    assert "BR-CO-26" not in [finding.code for finding in missing(the_invoice(named))]


def test_the_id_of_a_creditor_is_not_the_id_of_a_supplier() -> None:
    creditor = '<cbc:ID schemeID="SEPA">DE98ZZZ09999999999</cbc:ID>'
    sepa = nested("cac", "PartyIdentification", creditor)
    assert SUPPLIER_IN_UBL in UBL
    found = the_invoice(changed(UBL, (SUPPLIER_IN_UBL, SUPPLIER_IN_UBL + sepa)))
    assert found.supplier.id != "DE98ZZZ09999999999"


# --- BT-9, BT-20, Skonto: when


@pytest.mark.parametrize(("stated", "due"), [("2026-10-14", 14), ("", 20)])
def test_a_due_date_with_a_way_to_pay_counts_where_the_invoice_has_none_of_its_own(
    stated: str, due: int
) -> None:
    """Some programs write it there; BT-9 of an invoice is above."""
    document = changed(UBL, ("DueDate>2026-10-14<", f"DueDate>{stated}<"))
    inside = "<cbc:PaymentDueDate>2026-10-20</cbc:PaymentDueDate>"
    found = the_invoice(changed(document, ("<cac:PaymentMeans>", f"<cac:PaymentMeans>{inside}")))
    assert found.due_date == date(2026, 10, due)


def test_a_credit_note_without_a_due_date_has_none() -> None:
    found = the_invoice(changed(CREDIT_NOTE, (">2026-09-02<", "><")))
    assert (found.due_date, found.is_credit_note) == (None, True)


def test_terms_in_several_notes_are_one_text() -> None:
    end = "</cac:PaymentTerms>"
    document = changed(UBL, (end, nested("cbc", "Note", "Und Danke.") + end))
    assert (the_invoice(document).payment_terms or "").endswith("Danach rein netto.\n\nUnd Danke.")


def discount(inside: str, due: str = "") -> str:
    """CII terms with a discount before the others."""
    day = f'<udt:DateTimeString format="102">{due}</udt:DateTimeString>'
    terms = nested(
        "ram",
        "SpecifiedTradePaymentTerms",
        nested("ram", "Description", "Skonto"),
        nested("ram", "DueDateDateTime", day) if due else "",
        nested("ram", "ApplicableTradePaymentDiscountTerms", inside),
    )
    plain = CII.replace("#SKONTO#", "#")
    return changed(plain, (TERMS, f"{terms}\n{TERMS}"))


PERCENT = nested("ram", "CalculationPercent", "2.00")
SEPTEMBER = '<udt:DateTimeString format="102">20260901</udt:DateTimeString>'
SINCE = nested("ram", "BasisDateTime", SEPTEMBER)


def period(number: int, unit: str) -> str:
    return f'<ram:BasisPeriodMeasure unitCode="{unit}">{number}</ram:BasisPeriodMeasure>{PERCENT}'


@pytest.mark.parametrize(
    ("inside", "due", "expected"),
    [
        (period(10, "DAY"), "",
         Discount(Decimal("2.00"), date(2026, 9, 24), None, "Skonto")),
        (period(2, "WEE"), "",
         Discount(Decimal("2.00"), date(2026, 9, 28), None, "Skonto")),
        (SINCE + period(10, "DAY"), "",
         Discount(Decimal("2.00"), date(2026, 9, 11), None, "Skonto")),
        (f"<ram:BasisAmount>500.00</ram:BasisAmount>{PERCENT}", "20260921",
         Discount(Decimal("2.00"), date(2026, 9, 21), Decimal("500.00"), "Skonto")),
        (period(1, "MON"), "",
         Discount(Decimal("2.00"), None, None, "Skonto")),
        (period(999999, "DAY"), "",
         Discount(Decimal("2.00"), None, None, "Skonto")),
        ("", "20260921", Discount(None, date(2026, 9, 21), None, "Skonto")),
    ],
    ids=["days", "weeks", "from a day", "until a day", "months", "for ever", "in words"],
)  # fmt: skip
def test_a_discount_in_figures_is_read_from_cii(inside: str, due: str, expected: Discount) -> None:
    found = the_invoice(discount(inside, due))
    assert found.discounts == (expected,)
    assert found.due_date == date(2026, 10, 14)


# --- BT-81 to BT-91: how to pay


def test_every_way_to_pay_of_the_extended_profile_is_kept_in_its_order() -> None:
    collected = (
        "<ram:SpecifiedTradeSettlementPaymentMeans><ram:TypeCode>59</ram:TypeCode>"
        "</ram:SpecifiedTradeSettlementPaymentMeans>"
    )
    first = "      <ram:SpecifiedTradeSettlementPaymentMeans>"
    found = the_invoice(changed(CII, (first, collected + first)))
    assert [means.code for means in found.payment_means] == ["59", "30", "30"]
    assert len(found.accounts) == 2
    assert not found.is_collected


@pytest.mark.parametrize(
    ("ids", "remittance"),
    [(("A-1", "A-1"), "A-1"), (("A-1", "B-2"), "A-1, B-2"), (("", "B-2"), "B-2"), (("", ""), None)],
)
def test_a_reference_repeated_with_each_way_to_pay_is_one(
    ids: tuple[str, str], remittance: str | None
) -> None:
    one = "<cbc:PaymentID>FW-2026-0417</cbc:PaymentID>"
    document = UBL
    for text in ids:
        document = changed(document, (one, f"<cbc:PaymentID>{text}</cbc:PaymentID >"))
    assert the_invoice(document).remittance == remittance


def test_an_account_is_kept_without_spaces_in_capitals_and_a_national_one_too() -> None:
    written = nested("cbc", "ID", " de91 9999 9000 0012 3456 78 ")
    account = nested("cac", "PayeeFinancialAccount", written)
    assert the_invoice(ubl_means("58", account)).accounts == ("DE91999990000012345678",)
    iban = "<ram:IBANID>DE91999990000012345678</ram:IBANID>"
    national = changed(CII, (iban, "<ram:ProprietaryID>12-3456 78</ram:ProprietaryID>"))
    assert the_invoice(national).accounts[0] == "12-345678"


def test_a_mandate_is_kept_and_the_document_collected() -> None:
    mandate = "<cac:PaymentMandate><cbc:ID>M-77</cbc:ID></cac:PaymentMandate>"
    found = the_invoice(ubl_means("59", mandate))
    assert found.payment_means == (PaymentMeans("59", mandate="M-77"),)
    assert found.is_collected


def test_two_accounts_in_one_way_to_pay_are_told_with_the_field() -> None:
    twice = "<ram:IBANID>DE91999990000012345678</ram:IBANID>"
    (record,) = read(changed(CII, (twice, f"{twice}<ram:IBANID>NL43ZZZZ0417164300</ram:IBANID>")))
    assert record.invoice is None
    assert record.problems[0].reason.startswith("account (IBANID) stands twice: ")


# --- BT-92 to BT-115: how much


@pytest.mark.parametrize(("said", "is_charge"), [("0", False), ("false", False), ("1", True)])
def test_whether_it_is_a_charge_is_a_boolean_in_both_notations(
    said: str, *, is_charge: bool
) -> None:
    found = the_invoice(changed(UBL, ("Indicator>0<", f"Indicator>{said}<")))
    listed = found.document_charges if is_charge else found.document_allowances
    assert Decimal("12.50") in listed


def test_logistics_charges_are_charges_of_the_document() -> None:
    charge = nested("ram", "SpecifiedLogisticsServiceCharge/AppliedAmount", "25.00")
    start = CII.index("<ram:SpecifiedTradeAllowanceCharge><ram:ChargeIndicator><udt:Indicator>true")
    end = CII.index(TERMS)
    found = the_invoice(CII[:start] + charge + CII[end:])
    assert found.document_charges == (Decimal("25.00"),)
    assert [finding for finding in wrong_totals(found) if finding.blocks] == []


def test_allowances_and_charges_of_a_line_are_not_those_of_the_document() -> None:
    yes = nested("ram", "ChargeIndicator", "<udt:Indicator>true</udt:Indicator>")
    amount = nested("ram", "ActualAmount", "99.00")
    inside = nested("ram", "SpecifiedTradeAllowanceCharge", yes, amount)
    line = "        <ram:SpecifiedTradeSettlementLineMonetarySummation>"
    found = the_invoice(changed(CII, (line, inside + line)))
    assert found.document_charges == (Decimal("25.00"),)


def test_what_is_stated_in_the_currency_of_the_tax_is_not_the_vat_of_the_invoice() -> None:
    own = '<ram:TaxTotalAmount currencyID="EUR">243.38</ram:TaxTotalAmount>'
    other = '<ram:TaxTotalAmount currencyID="SEK">2700.00</ram:TaxTotalAmount>'
    for both in (own + other, other + own):
        assert the_invoice(changed(CII, (own, both))).tax_amount == Decimal("243.38")


def test_lines_of_groups_are_kept_and_not_added() -> None:
    found = the_invoice(GROUPS)
    counted = [line.net_amount for line in found.lines if line.counts]
    assert len(counted) < len(found.lines)
    assert sum(amount for amount in counted if amount) == found.line_total


def test_the_payable_amount_is_never_made_up_where_the_document_has_none() -> None:
    end_tag = "</ram:DuePayableAmount>"
    start, end = ZUGFERD1.index("<ram:DuePayableAmount"), ZUGFERD1.index(end_tag) + len(end_tag)
    found = the_invoice(ZUGFERD1[:start] + ZUGFERD1[end:])
    assert found.payable_amount is None
    assert found.tax_inclusive_amount is not None


# --- BT-1, BT-3, BT-25: what


def test_every_preceding_invoice_is_kept_once() -> None:
    assert the_invoice(UBL).preceding == ("FW-2026-0288", "FW-2026-0301")
    again = UBL.replace("FW-2026-0301", "FW-2026-0288")
    assert the_invoice(again).preceding == ("FW-2026-0288",)


@pytest.mark.parametrize("code", ["381", "396", "81"])
def test_an_invoice_by_its_root_may_be_a_credit_note_by_its_code(code: str) -> None:
    found = the_invoice(changed(UBL, ("InvoiceTypeCode>380<", f"InvoiceTypeCode>{code}<")))
    assert found.is_credit_note


@pytest.mark.parametrize("code", ["384", "389", "326", "386", "393", "325", "751", "999"])
def test_any_other_code_is_kept_as_it_is(code: str) -> None:
    found = the_invoice(changed(CII, ("TypeCode>380<", f"TypeCode>{code}<")))
    assert (found.type_code, found.is_credit_note) == (code, False)


def test_what_a_document_says_of_its_buyer_order_and_cost_centre_is_kept() -> None:
    found = the_invoice(UBL)
    assert (found.buyer_name, found.purchase_order, found.buyer_reference) == (
        "Hafenkontor Handels GmbH", "B-20931", "K-77120",
    )  # fmt: skip
    same = replace(the_invoice(CII), source=found.source)
    assert (same.buyer_name, same.purchase_order) == (found.buyer_name, found.purchase_order)
