import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.domain.discount import Discount
from expense_agent.domain.invoice import (
    COLLECTED,
    CREDIT_NOTES,
    INVOICES,
    Invoice,
    InvoiceLine,
    PaymentMeans,
    Source,
    VatLine,
    canonical_json,
    content_hash,
    from_plain,
    identity,
    invoice_kind,
    to_compact,
    to_plain,
    with_changes,
)
from expense_agent.domain.money import EXPONENTS, Money
from expense_agent.domain.supplier import Supplier
from tests.builders import NORDWIND_IBAN, OTHER_IBAN, a_supplier, an_invoice

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
AMOUNTS = st.none() | st.decimals(-(10**9), 10**9, places=2)
DATES = st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))
SAID = st.none() | TEXT
LINES = st.builds(
    InvoiceLine,
    id=SAID,
    name=SAID,
    description=SAID,
    quantity=AMOUNTS,
    unit=SAID,
    net_amount=AMOUNTS,
    price=AMOUNTS,
    vat_category=SAID,
    vat_rate=AMOUNTS,
)
MEANS = st.builds(PaymentMeans, code=SAID, account=SAID, account_name=SAID, bic=SAID, mandate=SAID)
AMOUNT_FIELDS = (
    "line_total allowances charges tax_exclusive_amount tax_amount tax_inclusive_amount "
    "prepaid_amount rounding_amount payable_amount"
).split()
ANY_INVOICE = st.builds(
    Invoice,
    currency=st.sampled_from(sorted(EXPONENTS)),
    supplier=st.builds(
        Supplier, name=SAID, trading_name=SAID, vat_id=SAID, legal_id=SAID, country=SAID
    ),
    source=st.builds(Source, file=TEXT, sha256=TEXT, bytes=st.integers(0, 10**9), location=SAID),
    number=SAID,
    type_code=SAID,
    issue_date=DATES,
    due_date=DATES,
    buyer_reference=SAID,
    purchase_order=SAID,
    preceding=st.lists(TEXT, max_size=2).map(tuple),
    payee_name=SAID,
    payment_means=st.lists(MEANS, max_size=2).map(tuple),
    remittance=SAID,
    payment_terms=SAID,
    **cast("dict[str, Any]", dict.fromkeys(AMOUNT_FIELDS, AMOUNTS)),
    lines=st.lists(LINES, max_size=2).map(tuple),
    flags=st.lists(TEXT, max_size=2).map(tuple),
)


# --- the plain form


@given(invoice=ANY_INVOICE)
def test_an_invoice_survives_its_plain_form_and_json(invoice: Invoice) -> None:
    plain = to_plain(invoice)
    assert from_plain(plain) == invoice
    assert from_plain(json.loads(json.dumps(plain))) == invoice


def test_the_plain_form_has_money_and_dates_as_text_and_null_for_absent() -> None:
    plain = to_plain(an_invoice("120.00 EUR", due_date=None, payee="Factor AG"))
    assert plain["payable_amount"] == "120.00"
    assert plain["issue_date"] == "2026-11-01"
    assert plain["due_date"] is None
    assert plain["payee"] == {"name": "Factor AG"}
    assert plain["payment_means"][0]["account"] == NORDWIND_IBAN
    assert to_plain(an_invoice())["payee"] is None


def test_the_plain_form_has_every_field_of_the_contract() -> None:
    contract = (
        "number type_code issue_date due_date currency buyer_reference purchase_order preceding "
        "supplier payee payment_means remittance payment_terms line_total allowances charges "
        "tax_exclusive_amount tax_amount tax_inclusive_amount prepaid_amount rounding_amount "
        "payable_amount lines source"
    )
    plain = to_plain(an_invoice())
    assert set(contract.split()) <= plain.keys()
    assert {"name", "trading_name", "vat_id", "legal_id", "country"} <= plain["supplier"].keys()
    assert {"file", "sha256", "bytes"} <= plain["source"].keys()


def test_amounts_keep_the_digits_and_the_sign_of_the_document() -> None:
    for written in ("120", "120.00", "-8.790", "0.00"):
        assert to_plain(an_invoice(f"{written} EUR"))["payable_amount"] == written


# --- what makes two invoices the same


def test_a_different_notation_of_amounts_is_the_same_content() -> None:
    said = ("120 EUR", "120.0 EUR", "120.000 EUR", "1.2E+2 EUR")
    assert len({content_hash(an_invoice(text)) for text in said}) == 1


@pytest.mark.parametrize(("one", "other"), [("0 EUR", "-0.00 EUR"), ("0 EUR", "0E+2 EUR")])
def test_zero_is_zero_in_any_notation(one: str, other: str) -> None:
    assert content_hash(an_invoice(one)) == content_hash(an_invoice(other))


def test_the_file_it_came_from_and_what_the_reader_noticed_are_not_content() -> None:
    seen = an_invoice(file="other.json", flags=("deceptive_text: hidden",))
    assert content_hash(seen) == content_hash(an_invoice())


@given(invoice=ANY_INVOICE)
def test_the_compact_form_says_the_same_in_fewer_words(invoice: Invoice) -> None:
    assert from_plain(to_compact(invoice)) == invoice
    assert ":null" not in canonical_json(to_compact(invoice))


@given(invoice=ANY_INVOICE)
def test_the_content_hash_survives_the_plain_form(invoice: Invoice) -> None:
    assert content_hash(from_plain(to_plain(invoice))) == content_hash(invoice)


OTHER_CONTENT: dict[str, Any] = {
    "discounts": (Discount(Decimal("2.00"), date(2026, 11, 8), Decimal("99.50"), "2 %"),),
    "currency": "USD",
    "supplier": a_supplier("Somebody else"),
    "number": "R-1002",
    "type_code": "381",
    "issue_date": date(2026, 11, 2),
    "due_date": None,
    "buyer_reference": "K1",
    "accounting_reference": "KST 4711",
    "purchase_order": "PO1",
    "preceding": ("R-1",),
    "payee_name": "Factor AG",
    "payment_means": (PaymentMeans(account=OTHER_IBAN),),
    "remittance": "please quote",
    "payment_terms": "14 days",
    "lines": (InvoiceLine(id="1", name="Something else"),),
    **dict.fromkeys(AMOUNT_FIELDS, Decimal("999.99")),
    "vat_breakdown": (VatLine("S", Decimal(19), Decimal(100), Decimal(19)),),
    "document_allowances": (Decimal(5),),
    "document_charges": (Decimal(5),),
    "third_party_payments": (Decimal(5),),
    "tax_currency": "RON",
    "buyer_name": "Buyer GmbH",
    "profile": "urn:cen.eu:en16931:2017",
}
ASKED_FOR = (
    "currency supplier number type_code issue_date due_date preceding payee_name payment_means"
    " tax_inclusive_amount payable_amount lines"
).split()


@pytest.mark.parametrize("name", ASKED_FOR)
def test_another_thing_asked_for_is_another_invoice(name: str) -> None:
    changed = replace(an_invoice(), **{name: OTHER_CONTENT[name]})
    assert content_hash(changed) != content_hash(an_invoice())


@pytest.mark.parametrize("name", sorted(set(OTHER_CONTENT) - set(ASKED_FOR)))
def test_how_a_format_tells_it_is_not_content(name: str) -> None:
    changed = replace(an_invoice(), **{name: OTHER_CONTENT[name]})
    assert content_hash(changed) == content_hash(an_invoice())


def test_equal_rows_without_a_number_are_told_apart_by_their_occurrence() -> None:
    row = an_invoice(number=None)
    assert len({content_hash(row, n) for n in range(3)}) == 3
    assert content_hash(row, 0) == content_hash(row)


def test_canonical_json_is_one_text_for_one_value() -> None:
    assert canonical_json({"b": [1, "ü"], "a": None}) == '{"a":null,"b":[1,"ü"]}'


# --- the number


@pytest.mark.parametrize(
    "number",
    [
        None,
        "",
        " ",
        "-",
        "n/a",
        "N.A.",
        "none",
        "NULL",
        "nil",
        "tbc",
        "TBA",
        "unknown",
        "0",
        "000",
        "REDACTED",
        "Redacted Personal Data",
        "..",
        "_",
    ],
)
def test_a_missing_or_placeholder_number_is_no_key(number: str | None) -> None:
    assert an_invoice(number=number).number_key is None
    assert identity(an_invoice(number=number)) is None


@pytest.mark.parametrize(
    "numbers",
    [
        ("R-1001", "r 1001", "R_1001", "R/1001", "\uff32-1001"),
        ("10-0", "100"),
        ("Straße1", "STRASSE1"),
    ],
)
def test_a_number_in_other_notations_is_the_same_key(numbers: tuple[str, ...]) -> None:
    assert len({an_invoice(number=number).number_key for number in numbers}) == 1


@pytest.mark.parametrize(("one", "other"), [("001", "1"), ("R-1001", "R-1001A"), ("O1", "01")])
def test_numbers_that_only_look_alike_stay_different(one: str, other: str) -> None:
    assert an_invoice(number=one).number_key != an_invoice(number=other).number_key


def test_identity_is_supplier_number_and_kind() -> None:
    invoice = an_invoice(supplier=a_supplier(vat_id="DE 1"), number="R-1")
    assert identity(invoice) == ("vat:DE1", "R1", "invoice")
    assert identity(replace(invoice, type_code="381")) == ("vat:DE1", "R1", "credit_note")
    assert identity(an_invoice(supplier=a_supplier(name=None))) is None


# --- what can be paid


@pytest.mark.parametrize("code", sorted(CREDIT_NOTES))
def test_every_credit_note_code_lowers_what_we_owe(code: str) -> None:
    invoice = an_invoice(type_code=code)
    assert invoice.is_credit_note
    assert invoice_kind(invoice) == "credit_note"


@pytest.mark.parametrize("code", [None, "", "325", "751", *sorted(INVOICES)])
def test_every_other_code_does_not(code: str | None) -> None:
    assert not an_invoice(type_code=code).is_credit_note
    assert invoice_kind(an_invoice(type_code=code)) == "invoice"


@pytest.mark.parametrize(
    ("codes", "collected"),
    [
        ([], False),
        ([None], False),
        (["58"], False),
        (["59"], True),
        (["59", "49"], True),
        (["59", "58"], False),
        (["59", None], True),
    ],
)
def test_the_supplier_collects_only_when_every_named_means_says_so(
    codes: list[str | None],
    collected: bool,  # noqa: FBT001 - the expected answer
) -> None:
    means = tuple(PaymentMeans(code=code) for code in codes)
    assert replace(an_invoice(), payment_means=means).is_collected is collected


def test_accounts_are_kept_in_order_once_and_without_those_that_collect() -> None:
    means = [("58", "B"), (None, "A"), ("58", "B"), ("59", "C"), ("30", None)]
    named = tuple(PaymentMeans(code=code, account=account) for code, account in means)
    assert replace(an_invoice(), payment_means=named).accounts == ("B", "A")


def test_the_payable_amount_is_money_or_nothing() -> None:
    assert an_invoice("120.00 EUR").payable == Money(Decimal("120.00"), "EUR")
    assert an_invoice("EUR").payable is None


def test_the_text_is_the_name_and_all_that_lines_say() -> None:
    lines = (
        InvoiceLine(name="Diesel", description="for the van"),
        InvoiceLine(),
        InvoiceLine(name="Oil"),
    )
    invoice = replace(an_invoice(supplier="Nordwind"), lines=lines)
    assert invoice.text == "Nordwind Diesel for the van Oil"
    assert replace(an_invoice(supplier=None), lines=()).text == ""


# --- edits


def test_an_edit_changes_what_it_names_and_nothing_else() -> None:
    invoice = an_invoice()
    changed = with_changes(invoice, {"payable_amount": "80.10", "due_date": "2026-12-24"})
    assert changed == replace(invoice, payable_amount=Decimal("80.10"), due_date=date(2026, 12, 24))
    assert with_changes(invoice, {}) == invoice
    assert with_changes(invoice, {"category": "travel"}) == invoice


def test_a_chosen_account_replaces_all_the_document_named() -> None:
    means = (PaymentMeans("59", "C"), PaymentMeans("58", "A", bic="X"), PaymentMeans("30", "B"))
    changed = with_changes(replace(an_invoice(), payment_means=means), {"account": OTHER_IBAN})
    assert changed.payment_means == (PaymentMeans(code="58", account=OTHER_IBAN),)
    assert not changed.is_collected


@pytest.mark.parametrize("code", sorted(COLLECTED))
def test_an_account_set_on_a_collected_invoice_makes_it_a_transfer(code: str) -> None:
    changed = with_changes(an_invoice(means_code=code), {"account": OTHER_IBAN})
    assert changed.accounts == (OTHER_IBAN,)
    assert not changed.is_collected
