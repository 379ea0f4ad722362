"""JSON and JSON Lines: every shape that is one, every trick that is none."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.domain.invoice import InvoiceLine, VatLine, from_plain, to_plain
from expense_agent.importers import ColumnMapping
from tests.builders import an_invoice
from tests.importers.reading import amounts, invoices, read, reasons, the_invoice

GOOD = {"number": "1", "supplier": "Good Ltd", "payable_amount": "1.00", "currency": "EUR"}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=20,
)


def with_(**changes: Any) -> str:
    return json.dumps({**GOOD, **changes})


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(GOOD), json.dumps([GOOD]), json.dumps({"invoices": [GOOD], "page": 1}),
        json.dumps({"data": [GOOD], "errors": []}), json.dumps({"Belege": [GOOD]}),
        json.dumps({"items": [GOOD], "total": 1}), json.dumps([{"invoice": GOOD}]),
        json.dumps(GOOD) + "\n\n", "\ufeff" + json.dumps(GOOD), json.dumps([GOOD], indent=0),
        json.dumps(GOOD) + "\n" + json.dumps(GOOD)[:0] + "\n",
    ],
)  # fmt: skip
def test_an_invoice_is_found_in_every_wrapper(content: str) -> None:
    (record,) = read(content)
    assert record.format == "json"
    assert record.invoice
    assert record.invoice.payable_amount == Decimal("1.00")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-32"])
def test_json_may_have_a_byte_order_mark(encoding: str) -> None:
    found = the_invoice(
        json.dumps({**GOOD, "supplier": "Größe"}, ensure_ascii=False).encode(encoding)
    )
    assert found.supplier.name == "Größe"


def test_an_object_a_line_is_json_lines() -> None:
    found = read(f"{json.dumps(GOOD)}\n\n{with_(number='2')}\nno\n")
    assert [record.format for record in found] == ["jsonl"] * 3
    assert [record.problems[0].location for record in found if record.problems] == ["line 4"]


def test_an_invoice_with_lines_is_not_mistaken_for_a_list_of_invoices() -> None:
    found = the_invoice(with_(items=[{"name": "a", "amount": "1.00"}, {"name": "b"}]))
    assert [line.name for line in found.lines] == ["a", "b"]


def test_what_read_shows_is_read_again_as_the_same_invoice() -> None:
    invoice = replace(
        an_invoice(flags=("deceptive_text: the supplier held U+202E",), payee="Factor Ltd"),
        lines=(InvoiceLine("1", "a", net_amount=Decimal("1.00")), InvoiceLine(counts=False)),
        vat_breakdown=(VatLine("S", Decimal(19), Decimal("1.00"), Decimal("0.19")),),
        document_allowances=(Decimal("0.10"),),
        document_charges=(Decimal("0.20"), Decimal("0.30")),
        tax_currency="EUR",
        buyer_name="We Ltd",
        profile="urn:x",
    )
    found = the_invoice(json.dumps([{"file": "x", "invoice": to_plain(invoice), "problems": []}]))
    again, before = to_plain(found), to_plain(invoice)
    del again["source"], before["source"]
    assert again == before
    assert from_plain(to_plain(found)) == found


def test_every_account_an_object_names_is_kept() -> None:
    means = [{"iban": "DE1"}, {"account": "DE2", "code": "58"}]
    found = the_invoice(with_(iban="DE0", payment_means=means, bankAccounts=[{"iban": "DE3"}]))
    assert found.accounts == ("DE0", "DE1", "DE2", "DE3")
    assert the_invoice(with_(payment_means={"account": "DE4"})).accounts == ("DE4",)


def test_nested_names_are_found_like_flat_ones() -> None:
    found = the_invoice(
        json.dumps(
            {
                "Invoice No": 17,
                "vendor": {"name": "Acme", "VAT ID": "DE 1", "bank": {"iban": "DE1"}},
                "total": {"amount": 12.5, "currency": "EUR"},
                "date": "2026-03-04T10:00:00Z",
            }
        )
    )
    assert (found.number, found.supplier.name, found.supplier.vat_id) == ("17", "Acme", "DE1")
    assert (found.payable_amount, found.issue_date) == (Decimal("12.5"), date(2026, 3, 4))


@pytest.mark.parametrize(
    ("amount", "value"),
    [
        ('"1234.50"', "1234.50"), ("1234.50", "1234.50"), ("-3", "-3"), ('"+3"', "3"),
        ("626.4100000000001", "626.41"), ('" 5.00 "', "5.00"), ("0.1", "0.1"),
    ],
)  # fmt: skip
def test_amounts_are_exact_numbers_or_texts(amount: str, value: str) -> None:
    text = json.dumps(GOOD).replace('"1.00"', amount)
    assert str(the_invoice(text).payable_amount) == value


@pytest.mark.parametrize(
    "amount",
    [
        "true", "1e3", "1E400", "NaN", "Infinity", "-Infinity", '"1,234.50"', '"1_0"', '"NaN"',
        '"\u0665"', '"5 EUR"', '"1.1234567"', "9" * 5000, '"' + "9" * 16 + '"', '"(5)"',
    ],
)  # fmt: skip
def test_everything_else_is_no_amount(amount: str) -> None:
    (record,) = read("[" + json.dumps(GOOD).replace('"1.00"', amount) + "]")
    assert record.invoice is None
    assert record.problems[0].location == "invoices[0]"


def test_the_mapping_names_keys_and_notations_too() -> None:
    mapping = ColumnMapping(
        {"payable_amount": "sum.value", "supplier": "who"}, "GBP", date_order="mdy", decimal=","
    )
    text = (
        '[{"who": "A", "sum": {"value": "1.500,25"}, "date": "03/04/2026"}, {"sum": {"value": 3}}]'
    )
    first, second = invoices(read(text, mapping))
    assert (first.payable_amount, first.currency) == (Decimal("1500.25"), "GBP")
    assert first.issue_date == date(2026, 3, 4)
    assert (second.payable_amount, second.supplier.name) == (Decimal(3), None)


def test_a_mapped_key_that_no_object_has_is_told() -> None:
    found = read(json.dumps([GOOD]), ColumnMapping({"due_date": "dew"}))
    assert reasons(found) == ["key dew: mapped to due_date: no invoice of the file has this key"]


def test_rows_as_lines_work_in_json_too() -> None:
    mapping = ColumnMapping(row="lines")
    assert amounts(f"[{json.dumps(GOOD)},{json.dumps(GOOD)}]", mapping) == [Decimal("2.00")]
    found = read(f"[{json.dumps(GOOD)},{with_(payable_amount='x')}]", mapping)
    assert not invoices(found)


@pytest.mark.parametrize(
    ("element", "why"),
    [
        ('{"number": "1", "number": "2"}', "stands twice"),
        ('{"a": {"b": 1, "b": 2}}', "stands twice"),
        ('{"number": }', "not JSON"),
        ('{"number": "a\nb"}', "not JSON"),
        ("{'number': 1}", "not JSON"),
        ('{"supplier": "\\ud800"}', "half a character"),
        ('{"a": ' + "[" * 65 + "]" * 65 + "}", "levels of brackets"),
        ('{"a": ' + "[" * 30_000 + "]" * 30_000 + "}", "levels of brackets"),
        ('{"a": "' + "x" * 4_000_000 + '"}', "more than 4,000,000 characters"),
        ('"text"', "not an object"),
        ("null", "not an object"),
        ("", "not JSON"),
        ('{"invoice": null}', "an entry without an invoice"),
        ('{"supplier": "A"}', "the keys are: supplier"),
        (with_(lines=[1]), "lines[0] is not an object"),
        (with_(lines=[{"name": "a"}] * 10_001), "more than 10,000 lines"),
        ('{"Amount": "1.00", "Value": "2.00"}', '"Amount" and "Value" may both be it'),
        (with_(vat_breakdown=[{}] * 10_001), "more than 10,000 rows of VAT"),
        (with_(document_charges=["1.00", "x"]), 'document_charges[1] "x" is not an amount'),
        (with_(lines=[{"quantity": "x"}]), 'lines[0]: quantity "x"'),
        (with_(issue_date="03/04/2026"), "two different days"),
    ],
)
def test_a_broken_element_is_a_problem_and_the_next_one_is_read(element: str, why: str) -> None:
    found = read(f"[{json.dumps(GOOD)}, {element}, {json.dumps(GOOD)}]")
    assert [record.invoice is not None for record in found] == [True, False, True]
    assert found[1].problems[0].location == "invoices[1]"
    assert why in found[1].problems[0].reason
    assert found[1].problems[0].reason.isprintable()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("[" + json.dumps(GOOD), "ends before its ]"),
        ("[" + json.dumps(GOOD) + "}", "] expected, found }"),
        ("[" + json.dumps(GOOD) + "] x", "something follows"),
        ("[" + json.dumps(GOOD) + ', {"a": "b', "does not end"),
        ("[" * 90_000, "ends before"),
        ("[" * 1_000_000, "more than 100000 levels"),
        ('["' + '\\"' * 500_000, "does not end"),
        ("[]", "an empty list"),
        ("{}", "the keys are: without names"),
        ('{"a": [{"x": 1}], "b": [{"x": 1}]}', "several lists that could be the invoices: a, b"),
        ("[" + json.dumps(GOOD) + ",]", "not JSON"),
    ],
)
def test_a_broken_document_is_a_problem_after_what_could_be_read(content: str, why: str) -> None:
    found = read(content)
    assert why in found[-1].problems[0].reason
    assert all(record.invoice for record in found[:-1])


def test_json_is_utf_8_or_it_is_not_read() -> None:
    found = read('[{"supplier": "Größe"}]'.encode("cp1252"))
    assert reasons(found) == ["line 1: not UTF-8, as JSON must be"]
    found = read(json.dumps(GOOD).encode() + b'\n{"supplier": "\xff"}\n')
    assert reasons(found) == ["line 2: not UTF-8, as JSON must be"]


def test_a_list_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expense_agent.importers.json_file.MOST_ROWS", 3)
    assert len(read("[" + ",".join([json.dumps(GOOD)] * 9) + "]")) == 4
    assert len(read("\n".join([json.dumps(GOOD)] * 9))) == 4


def test_objects_of_many_shapes_are_read_like_objects_of_one() -> None:
    text = json.dumps([{**GOOD, f"key {i}": i} for i in range(600)])
    assert len(invoices(read(text))) == 600


def test_a_wrapper_larger_than_an_invoice_is_read_element_by_element() -> None:
    text = json.dumps({"note": "x", "rows": [{**GOOD, "text": "y" * 1000}] * 4500})
    assert len(text) > 4_000_000
    assert len(invoices(read(text))) == 4500


@given(st.lists(VALUES, max_size=4))
def test_any_json_ends_in_records(values: list[Any]) -> None:
    for content in (json.dumps(values), json.dumps({**GOOD, "extra": values, "lines": values})):
        for record in read(content):
            assert record.invoice or record.problems
            assert "mistake of this program" not in str(record.problems)


@given(
    VALUES,
    st.sampled_from(
        [
            "number",
            "supplier",
            "payable_amount",
            "currency",
            "issue_date",
            "flags",
            "payment_means",
            "preceding",
            "lines",
            "payee",
            "type_code",
        ]
    ),
)
def test_any_value_of_any_field_ends_in_a_record(value: Any, field: str) -> None:
    (record,) = read(json.dumps([{**GOOD, field: value}]))
    assert record.invoice or record.problems
    assert "mistake of this program" not in str(record.problems)
