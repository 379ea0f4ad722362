"""The checks of e-invoices: each by itself, on an invoice in which all else comes out."""

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.domain.en16931 import Finding, is_e_invoice, missing, wrong_totals
from expense_agent.domain.invoice import Invoice, InvoiceLine, PaymentMeans, VatLine
from expense_agent.domain.supplier import Supplier
from tests.builders import NORDWIND_IBAN, an_invoice

EN = "urn:cen.eu:en16931:2017"
MINIMUM = "urn:factur-x.eu:1p0:minimum"
BASIC_WL = "urn:factur-x.eu:1p0:basicwl"
ZUGFERD_1 = "urn:ferd:CrossIndustryDocument:invoice:1p0:basic"
CENTS = st.decimals(-(10**6), 10**6, places=2)


def a_line(net: str, *, counts: bool = True) -> InvoiceLine:
    return InvoiceLine(name="Steel", net_amount=Decimal(net), counts=counts)


def an_e_invoice(**changes: Any) -> Invoice:
    """100.00 + 50.00 in lines, 10.00 off, 5.00 on, 19 % VAT, 20.00 paid before, 0.01 rounding."""
    said = {
        "supplier": Supplier("Nordwind Logistik AG", vat_id="DE811569869"),
        "payment_means": (PaymentMeans("58", NORDWIND_IBAN),),
        "lines": (a_line("100.00"), a_line("50.00")),
        "line_total": Decimal("150.00"),
        "allowances": Decimal("10.00"),
        "charges": Decimal("5.00"),
        "document_allowances": (Decimal("7.00"), Decimal("3.00")),
        "document_charges": (Decimal("5.00"),),
        "tax_exclusive_amount": Decimal("145.00"),
        "vat_breakdown": (VatLine("S", Decimal(19), Decimal("145.00"), Decimal("27.55")),),
        "tax_amount": Decimal("27.55"),
        "tax_inclusive_amount": Decimal("172.55"),
        "prepaid_amount": Decimal("20.00"),
        "rounding_amount": Decimal("0.01"),
        "payable_amount": Decimal("152.56"),
        "profile": EN,
    }
    return replace(an_invoice(), **{**said, **changes})


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


def test_an_invoice_that_comes_out_has_no_findings() -> None:
    assert wrong_totals(an_e_invoice()) == ()
    assert missing(an_e_invoice()) == ()


def test_a_table_is_not_checked_however_wrong_it_is() -> None:
    table = an_e_invoice(profile=None, payable_amount=Decimal(1), lines=(), type_code=None)
    assert not is_e_invoice(table)
    assert (wrong_totals(table), missing(table)) == ((), ())


def test_an_e_invoice_without_a_profile_is_checked_all_the_same() -> None:
    assert codes(wrong_totals(an_e_invoice(profile="", payable_amount=Decimal(1)))) == ["BR-CO-16"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lines": (a_line("100.00"), a_line("50.01"))}, "BR-CO-10"),
        ({"lines": (a_line("150.00"), a_line("50.00"))}, "BR-CO-10"),
        ({"document_allowances": (Decimal("7.00"),)}, "BR-CO-11"),
        ({"document_allowances": ()}, "BR-CO-11"),
        ({"document_charges": (Decimal("5.00"), Decimal("0.01"))}, "BR-CO-12"),
        ({"document_charges": ()}, "BR-CO-12"),
        ({"tax_exclusive_amount": Decimal("145.01"), "tax_inclusive_amount": Decimal("172.56"),
          "rounding_amount": None}, "BR-CO-13"),
        ({"vat_breakdown": (VatLine("S", Decimal(19), Decimal("145.00"), Decimal("27.54")),)},
         "BR-CO-14"),
        ({"tax_inclusive_amount": Decimal("172.56"), "rounding_amount": None}, "BR-CO-15"),
        ({"tax_amount": None}, "BR-CO-15"),
        ({"payable_amount": Decimal("152.55")}, "BR-CO-16"),
        ({"payable_amount": Decimal("172.55")}, "BR-CO-16"),
        ({"prepaid_amount": None}, "BR-CO-16"),
    ],
)  # fmt: skip
def test_each_sum_that_does_not_come_out_blocks(changes: dict[str, Any], code: str) -> None:
    [found] = wrong_totals(an_e_invoice(**changes))
    assert (found.code, found.blocks) == (code, True)


def test_the_reason_names_both_figures() -> None:
    [found] = wrong_totals(an_e_invoice(payable_amount=Decimal("172.55")))
    assert found.reason == "the payable amount is 172.55 where 152.56 comes out"


def test_absent_allowances_charges_prepaid_and_rounding_are_zero() -> None:
    plain = an_e_invoice(
        lines=(a_line("145.00"),),
        line_total=Decimal("145.00"),
        allowances=None,
        charges=None,
        document_allowances=(),
        document_charges=(),
        prepaid_amount=None,
        rounding_amount=None,
        payable_amount=Decimal("172.55"),
    )
    assert wrong_totals(plain) == ()


@pytest.mark.parametrize(
    "name",
    ["line_total", "tax_exclusive_amount", "tax_inclusive_amount", "payable_amount", "lines",
     "vat_breakdown"],
)  # fmt: skip
def test_what_is_not_stated_is_no_wrong_sum(name: str) -> None:
    empty: Any = () if name in ("lines", "vat_breakdown") else None
    assert wrong_totals(an_e_invoice(**{name: empty})) == ()


def test_a_line_without_an_amount_leaves_the_sum_of_lines_open() -> None:
    assert wrong_totals(an_e_invoice(lines=(a_line("1.00"), InvoiceLine(name="?")))) == ()


def test_group_and_information_lines_are_not_added() -> None:
    lines = (a_line("150.00", counts=False), a_line("100.00"), a_line("50.00"))
    assert wrong_totals(an_e_invoice(lines=lines)) == ()


@pytest.mark.parametrize("sign", [1, -1])
def test_a_correction_comes_out_with_its_signs(sign: int) -> None:
    amounts = {
        f.name: sign * value
        for f in fields(Invoice)
        if isinstance(value := getattr(an_e_invoice(), f.name), Decimal)
    }
    lists = {
        "lines": tuple(a_line(str(sign * n)) for n in (100, 50)),
        "document_allowances": (Decimal(sign * 10),),
        "document_charges": (Decimal(sign * 5),),
        "vat_breakdown": (VatLine("S", Decimal(19), Decimal(sign * 145), sign * Decimal("27.55")),),
    }
    assert wrong_totals(an_e_invoice(**amounts, **lists)) == ()


def test_a_difference_below_the_cent_is_rounding() -> None:
    lines = (a_line("100.004"), a_line("50.0009"))
    assert wrong_totals(an_e_invoice(lines=lines)) == ()
    assert codes(wrong_totals(an_e_invoice(lines=(a_line("100.005"), a_line("50"))))) == [
        "BR-CO-10"
    ]


def test_a_currency_without_cents_is_rounded_to_whole_units() -> None:
    yen = an_e_invoice(
        currency="JPY",
        lines=(a_line("145.4"),),
        line_total=Decimal(145),
        allowances=None,
        charges=None,
        document_allowances=(),
        document_charges=(),
        vat_breakdown=(VatLine("S", Decimal(10), Decimal(145), Decimal(15)),),
        tax_exclusive_amount=Decimal(145),
        tax_amount=Decimal(15),
        tax_inclusive_amount=Decimal(160),
        prepaid_amount=None,
        rounding_amount=None,
        payable_amount=Decimal(160),
    )
    assert wrong_totals(yen) == ()


def test_an_amount_a_person_has_edited_need_not_follow_from_the_others() -> None:
    changed = an_e_invoice(payable_amount=Decimal(100))
    assert wrong_totals(changed, edited=True) == ()
    wrong = replace(changed, line_total=Decimal(1), lines=())
    assert codes(wrong_totals(wrong, edited=True)) == ["BR-CO-13"]


def test_what_is_collected_for_others_may_stand_on_top() -> None:
    others = (Decimal("6.00"), Decimal("4.00"))
    on_top = an_e_invoice(third_party_payments=others, payable_amount=Decimal("162.56"))
    assert wrong_totals(on_top) == ()
    assert wrong_totals(replace(on_top, payable_amount=Decimal("152.56"))) == ()
    assert codes(wrong_totals(replace(on_top, payable_amount=Decimal("158.56")))) == ["BR-CO-16"]


def test_minimum_does_not_state_what_was_paid_before() -> None:
    assert wrong_totals(an_e_invoice(profile=MINIMUM, prepaid_amount=None)) == ()


def test_zugferd_1_may_state_allowances_it_does_not_list() -> None:
    assert wrong_totals(an_e_invoice(profile=ZUGFERD_1, document_allowances=())) == ()


# --- the VAT of a row


@pytest.mark.parametrize(
    ("tax", "graded"),
    [
        ("27.55", None), ("27.54", None), ("27.56", None),
        ("27.53", False), ("28.54", False), ("26.56", False),
        ("28.55", True), ("26.55", True), ("0", True),
    ],
)  # fmt: skip
def test_vat_off_by_cents_is_told_and_by_a_unit_blocks(tax: str, graded: bool | None) -> None:  # noqa: FBT001 - the expected grade
    row = VatLine("S", Decimal(19), Decimal("145.00"), Decimal(tax))
    total = an_e_invoice(
        vat_breakdown=(row,),
        tax_amount=row.tax,
        tax_inclusive_amount=145 + Decimal(tax),
        prepaid_amount=None,
        rounding_amount=None,
        payable_amount=145 + Decimal(tax),
    )
    assert [f.blocks for f in wrong_totals(total)] == ([] if graded is None else [graded])


@pytest.mark.parametrize("name", ["rate", "base"])
def test_a_row_without_rate_or_base_is_not_computed(name: str) -> None:
    row = replace(an_e_invoice().vat_breakdown[0], **{name: None})
    assert wrong_totals(an_e_invoice(vat_breakdown=(row,))) == ()


@given(nets=st.lists(CENTS, min_size=1, max_size=5), rate=st.sampled_from([0, 7, 19]))
def test_an_invoice_computed_by_the_rules_never_has_a_finding(
    nets: list[Decimal], rate: int
) -> None:
    net = sum(nets, Decimal(0))
    tax = (net * rate / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    found = wrong_totals(
        an_e_invoice(
            lines=tuple(a_line(str(n)) for n in nets),
            line_total=net,
            allowances=None,
            charges=None,
            document_allowances=(),
            document_charges=(),
            tax_exclusive_amount=net,
            vat_breakdown=(VatLine("S", Decimal(rate), net, tax),),
            tax_amount=tax,
            tax_inclusive_amount=net + tax,
            prepaid_amount=None,
            rounding_amount=None,
            payable_amount=net + tax,
        )
    )
    assert found == ()


def test_figures_without_any_sense_are_findings_too() -> None:
    huge = Decimal("999999999999999.999999")
    row = VatLine("S", huge, huge, Decimal(1))
    lines = tuple(a_line(str(huge)) for _ in range(20))
    found = wrong_totals(an_e_invoice(vat_breakdown=(row,), lines=lines))
    assert codes(found) == ["BR-CO-10", "BR-CO-14", "BR-CO-17"]


# --- what must be there


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type_code": None}, "BR-04"),
        ({"line_total": None}, "BR-12"),
        ({"tax_exclusive_amount": None}, "BR-13"),
        ({"tax_inclusive_amount": None}, "BR-14"),
        ({"lines": ()}, "BR-16"),
        ({"payment_means": (PaymentMeans("30"),)}, "BR-61"),
        ({"payment_means": (PaymentMeans("58", NORDWIND_IBAN), PaymentMeans("58"))}, "BR-61"),
        ({"supplier": Supplier("Nordwind Logistik AG")}, "BR-CO-26"),
    ],
)
def test_what_an_e_invoice_must_state_and_lacks_blocks(changes: dict[str, Any], code: str) -> None:
    [found] = missing(an_e_invoice(**changes))
    assert (found.code, found.blocks) == (code, True)
    assert found.reason.startswith("the e-invoice lacks ")


@pytest.mark.parametrize("name", ["id", "legal_id", "vat_id"])
def test_any_one_id_identifies_the_supplier(name: str) -> None:
    supplier = replace(Supplier("Nordwind Logistik AG"), **{name: "1"})
    assert missing(an_e_invoice(supplier=supplier)) == ()


def test_an_account_we_know_identifies_the_supplier_too() -> None:
    assert missing(an_e_invoice(supplier=Supplier("Nordwind")), known_account=True) == ()


@pytest.mark.parametrize("code", ["31", "42", "59", "48", None])
def test_other_ways_to_pay_need_no_account_by_the_standard(code: str | None) -> None:
    assert missing(an_e_invoice(payment_means=(PaymentMeans(code),))) == ()


def test_short_profiles_need_not_have_what_they_cannot_have() -> None:
    assert missing(an_e_invoice(profile=BASIC_WL, lines=())) == ()
    assert missing(an_e_invoice(profile=MINIMUM, lines=(), line_total=None)) == ()
    assert codes(missing(an_e_invoice(profile=BASIC_WL, line_total=None))) == ["BR-12"]


def test_zugferd_1_owes_the_standard_nothing_but_its_sums() -> None:
    bare = an_e_invoice(profile=ZUGFERD_1, type_code=None, lines=(), supplier=Supplier("A"))
    assert missing(bare) == ()
    assert codes(wrong_totals(replace(bare, payable_amount=Decimal(1)))) == ["BR-CO-16"]
