"""XML written to do harm: refused or read as what it says, quickly, and nothing else is opened."""

import random
import time

import pytest

from expense_agent.importers import Record
from tests.importers.reading import read, reasons, the_invoice
from tests.importers.xml_fixtures import CII, EVERY_SYNTAX, UBL, changed

PAYABLE = 'PayableAmount currencyID="EUR">1205.90<'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
ROOT = UBL.removeprefix(HEAD)
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
SECONDS = 1.0
FLIPS = 300


def within_time(document: str | bytes) -> Record:
    """The one record of a file; reading it must neither take long (CPU) nor be our mistake."""
    start = time.process_time()
    (record,) = read(document)
    assert time.process_time() - start < SECONDS
    assert "mistake of this program" not in str(record.problems)
    assert record.invoice or record.problems
    return record


def with_dtd(inside: str, use: str = "1205.90") -> str:
    return f"{HEAD}<!DOCTYPE Invoice {inside}>\n{changed(ROOT, ('1205.90', use))}"


@pytest.mark.parametrize(
    "document",
    [
        with_dtd(f'[<!ENTITY l0 "lol">{LAUGHS}]', "&l9;"),
        with_dtd(f'[<!ENTITY a "{"x" * 100_000}">]', "&a;" * 100_000),
        with_dtd('[<!ENTITY a SYSTEM "file:///etc/passwd">]', "&a;"),
        with_dtd('[<!ENTITY a SYSTEM "http://127.0.0.1:9/a">]', "&a;"),
        with_dtd('[<!ENTITY % p SYSTEM "http://127.0.0.1:9/p">%p;]'),
        with_dtd('SYSTEM "http://127.0.0.1:9/invoice.dtd"'),
        with_dtd('PUBLIC "-//X//Y" "file:///dev/zero"'),
        with_dtd("[]"),
        with_dtd('[<!ATTLIST Invoice a CDATA "b">]'),
    ],
    ids=["laughs", "quadratic", "file", "http", "parameter", "external", "device", "empty", "attr"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_a_document_type_is_refused_whatever_is_in_it(document: str, encoding: str) -> None:
    written = document.replace('"UTF-8"', '"UTF-16"') if encoding != "utf-8" else document
    record = within_time(written.encode(encoding))
    assert record.invoice is None
    if encoding != "utf-16-be":
        assert "DOCTYPE" in record.problems[0].reason


def test_entities_hidden_in_an_encoding_few_know_are_not_even_parsed() -> None:
    data = with_dtd('[<!ENTITY a "1">]', "&a;").replace("UTF-8", "UTF-7").encode("utf-7")
    assert within_time(data).invoice is None


@pytest.mark.parametrize("use", ["&unknown;", "&#0;", "&#xFFFF;", "&amp", "&lt;b&gt;"])
def test_an_entity_without_a_document_type_means_nothing(use: str) -> None:
    assert within_time(changed(UBL, ("1205.90", use))).invoice is None


@pytest.mark.parametrize(
    "written", ["1205<!-- 0 -->.90", "<![CDATA[1205]]>.90", "12<?pi 9?>05.90", "&#49;205.90"]
)
def test_nothing_inside_an_amount_can_change_it(written: str) -> None:
    record = within_time(changed(UBL, (">1205.90<", f">{written}<")))
    assert record.invoice
    assert str(record.invoice.payable_amount) == "1205.90"


@pytest.mark.parametrize("written", ["1205.90<x/>", "12<b>0</b>5.90", "<x>1205.90</x>"])
def test_elements_inside_an_amount_are_a_problem(written: str) -> None:
    record = within_time(changed(UBL, (">1205.90<", f">{written}<")))
    assert record.problems[0].reason.startswith("PayableAmount holds other elements")


@pytest.mark.parametrize(
    ("element", "twice"),
    [
        ('<cbc:PayableAmount currencyID="EUR">1205.90</cbc:PayableAmount>',
         '<cbc:PayableAmount currencyID="EUR">9.00</cbc:PayableAmount>'),
        ('<cbc:PayableAmount currencyID="EUR">1205.90</cbc:PayableAmount>',
         '<cbc:PayableAmount currencyID="USD">1205.90</cbc:PayableAmount>'),
        ("<cbc:ID>FW-2026-0417</cbc:ID>", "<cbc:ID>FW-2026-0418</cbc:ID>"),
        ("<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>",
         "<cbc:DocumentCurrencyCode>JPY</cbc:DocumentCurrencyCode>"),
        ("<cbc:ID>NL43ZZZZ0417164300</cbc:ID>", "<cbc:ID>DE91999990000012345678</cbc:ID>"),
    ],
)  # fmt: skip
def test_two_answers_to_one_question_are_a_problem(element: str, twice: str) -> None:
    for document in (changed(UBL, (element, element + twice)),
                     changed(UBL, (element, twice + element))):  # fmt: skip
        record = within_time(document)
        assert record.invoice is None
        assert "stands twice" in record.problems[0].reason


def test_totals_that_stand_twice_are_a_problem_when_they_differ() -> None:
    amount = '<cbc:PayableAmount currencyID="EUR">1</cbc:PayableAmount>'
    total = "  <cac:LegalMonetaryTotal>"
    second = f"{total}{amount}</cac:LegalMonetaryTotal>\n"
    record = within_time(changed(UBL, (total, second + total)))
    assert record.problems[0].reason == (
        'payable amount (PayableAmount) stands twice: "1" and "1205.90"'
    )


def test_the_same_answer_twice_is_one_answer() -> None:
    element = '<cbc:PayableAmount currencyID="EUR">1205.90</cbc:PayableAmount>'
    assert the_invoice(changed(UBL, (element, element * 2))).payable_amount


def test_what_stands_in_another_namespace_is_not_looked_at() -> None:
    foreign = '<PayableAmount xmlns="urn:evil" currencyID="EUR">1.00</PayableAmount>'
    total = "<cac:LegalMonetaryTotal>"
    found = the_invoice(changed(UBL, (total, total + foreign)))
    assert str(found.payable_amount) == "1205.90"


@pytest.mark.parametrize(
    "data",
    [
        (HEAD + "<a>" * 300 + "</a>" * 300).encode(),
        (HEAD + "<a>" * 200_000).encode(),
        changed(ROOT, ("1205.90", "<a>" * 300 + "</a>" * 300)).encode(),
        changed(UBL, ("<cbc:ID>1<", f'<cbc:ID x="{"y" * 9_000_000}">1<')).encode(),
        changed(UBL, ("Spindel ", "x" * 9_900_000)).encode(),
        (UBL + " " * 11_000_000).encode(),
        ("<" + "a" * 11_000_000).encode(),
        (HEAD + "<r>" + "<a/>" * 2_500_000 + "</r>").encode(),
        (HEAD + "<r " + " ".join(f'a{n}=""' for n in range(100_000)) + "/>").encode(),
        UBL.encode().replace(b"FW-2026", b"FW\x00-2026"),
        UBL.encode() + b"\x00" * 64,
        UBL.encode().replace(b"1205.90", b"\xff\xfe"),
        b"\x00" + UBL.encode(),
        b"<\x00",
        b"\xff\xfe<\x00",
        b"\xef\xbb\xbf<",
        b"<?xml",
        b"<?xml version='1.0' encoding='",
        b"<!DOCTYPE",
    ],
    ids=["deep", "deeper", "deep amount", "attribute", "text", "11 MB", "name", "elements",
         "attributes", "NUL", "NULs after", "bytes", "NUL first", "lone", "lone 16", "mark",
         "declaration", "open", "doctype"],
)  # fmt: skip
def test_what_is_too_much_or_broken_ends_soon_in_a_problem(data: bytes) -> None:
    record = within_time(data)
    if record.invoice is not None:
        assert record.invoice.lines[0].id == "1"
    assert all(problem.reason.isprintable() for problem in record.problems)


@pytest.mark.parametrize(
    ("element", "inside", "why"),
    [
        ("  <cac:PaymentTerms>", "<cbc:Note>x</cbc:Note>", "payment terms has more than 10,000"),
        ("  <cac:PaymentMeans>", "", "more than 10,000 payment means"),
        ("  <cac:TaxTotal>", "", "more than 10,000 tax totals"),
        ("  <cac:BillingReference>", "", "more than 10,000 preceding"),
    ],
)
def test_what_may_repeat_may_not_repeat_without_end(element: str, inside: str, why: str) -> None:
    name = element.strip(" <>")
    many = f"<{name}>{inside * 100_000}</{name}>" if inside else f"<{name}/>" * 100_000
    record = within_time(changed(UBL, (element, many + element)))
    assert why in record.problems[0].reason


def test_the_cap_is_10_mb() -> None:
    assert "10 MB" in reasons(read(UBL + " " * 11_000_000))[0]
    assert "500,000 tags" in reasons(read("<r>" + "<a/>" * 500_001 + "</r>"))[0]
    assert "and attributes" in reasons(read("<r " + "a=''" * 500_001 + "/>"))[0]


@pytest.mark.parametrize("document", EVERY_SYNTAX.values(), ids=EVERY_SYNTAX)
def test_flipped_bytes_never_raise_nor_hang(document: str) -> None:
    source = random.Random(16931)
    for _ in range(FLIPS):
        data = bytearray(document.encode())
        for _ in range(source.randint(1, 8)):
            data[source.randrange(len(data))] = source.randrange(256)
        within_time(bytes(data))


@pytest.mark.parametrize("document", EVERY_SYNTAX.values(), ids=EVERY_SYNTAX)
def test_a_document_cut_anywhere_never_raises(document: str) -> None:
    data = document.encode()
    for end in range(1, len(data), 97):
        within_time(data[:end])


@pytest.mark.parametrize("document", [UBL, CII])
def test_every_element_may_be_missing(document: str) -> None:
    lines = document.splitlines(keepends=True)
    for i in range(2, len(lines)):
        within_time("".join(lines[:i] + lines[i + 1 :]))
