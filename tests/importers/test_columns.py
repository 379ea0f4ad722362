"""Which column is which field, and which currency: found by name, never guessed."""

from decimal import Decimal

import pytest

from expense_agent.importers import ColumnMapping
from expense_agent.importers.headers import INVOICE_FIELDS, columns_of, normalised
from tests.importers.reading import amounts, column, invoices, read, reasons, the_invoice


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Invoice number", "number"), ("INVOICE_NO.", "number"), ("invoice-nr", "number"),
        ("Rechnungs-Nr.", "number"), ("Belegnummer", "number"), ("Invoice #", "number"),
        ("N° de facture", "number"), ("Factuurnummer", "number"), ("id", "number"),
        ("Supplier name", "supplier"), ("vendor", "supplier"), ("Lieferant", "supplier"),
        ("Kreditor", "supplier"), ("Fournisseur", "supplier"), ("Merchant", "supplier"),
        ("VAT reg no", "vat_id"), ("USt-IdNr.", "vat_id"), ("Tax ID", "vat_id"),
        ("IBAN", "account"), ("Bank account", "account"), ("Kontonummer", "account"),
        ("SWIFT code", "bic"), ("BIC", "bic"),
        (" Amount ", "payable_amount"), ("Total", "payable_amount"), ("Betrag", "payable_amount"),
        ("Gross amount", "payable_amount"), ("Amount due", "payable_amount"),
        ("Rechnungsbetrag (EUR)", "payable_amount"), ("Net Amount", "payable_amount"),
        ("Bruttobetrag in EUR", "payable_amount"), ("Montant TTC", "payable_amount"),
        ("Währung", "currency"), ("Waehrung", "currency"), ("CCY", "currency"),
        ("Invoice date", "issue_date"), ("Rechnungsdatum", "issue_date"), ("Date", "issue_date"),
        ("Transaction Date", "issue_date"), ("Payment due", "due_date"),
        ("Fälligkeit", "due_date"), ("Faelligkeit", "due_date"), ("Échéance", "due_date"),
        ("Expense type", "description"), ("Merchant Category", "description"),
        ("Beschreibung", "description"), ("PO number", "purchase_order"),
        ("Cost centre", "buyer_reference"), ("Expense area", "buyer_reference"),
        ("Verwendungszweck", "remittance"), ("VAT amount", "tax_amount"), ("MwSt", "tax_amount"),
        ("Payment method", "payment_means"), ("Payee", "payee"),
    ],
)  # fmt: skip
def test_a_column_is_known_by_its_name(header: str, field: str) -> None:
    assert columns_of([header], {}).at == {field: 0}


@pytest.mark.parametrize("field", INVOICE_FIELDS)
def test_a_name_of_the_contract_always_wins(field: str) -> None:
    assert columns_of([field.upper(), field, field.title()], {}).at[field] == 1


def test_stronger_names_win() -> None:
    found = columns_of(["Amount", "Net amount", "Tax", "Total amount", "Amount due"], {})
    at = {"payable_amount": 4, "tax_exclusive_amount": 1, "tax_amount": 2}
    assert found.at == at
    assert columns_of(["Transaction number", "ID", "Invoice no"], {}).at == {"number": 2}


def test_two_columns_of_one_strength_are_for_the_user_to_decide() -> None:
    table = "Invoice no,Supplier,Amount,Value,Currency\n1,A,1.00,2.00,EUR\n"
    said = reasons(read(table))
    assert len(said) == 1
    assert '"Amount" and "Value" may both be it; name the right one in a mapping file' in said[0]
    assert amounts(table, ColumnMapping({"payable_amount": "value"})) == [Decimal("2.00")]


def test_columns_that_only_describe_do_not_stop_a_table() -> None:
    found = read("Invoice no,Supplier,Amount,Currency,Notes,Comment\n1,A,1.00,EUR,x,y\n")
    assert found[0].invoice
    assert reasons(found) == [
        'column description: "Notes" and "Comment" may both be it: the first is read',
    ]


def test_equal_headers_are_a_problem_even_when_the_mapping_names_them() -> None:
    table = "Invoice no,Supplier,Amount,Amount,Currency\n1,A,1.00,2.00,EUR\n"
    assert "may both be it" in reasons(read(table))[0]
    mapped = read(table, ColumnMapping({"payable_amount": "Amount"}))
    assert "two columns of that name" in reasons(mapped)[0]


def test_a_net_amount_is_not_paid_where_there_is_tax() -> None:
    assert "without tax" in reasons(read("Supplier,Net,VAT,Currency\nA,1.00,0.20,EUR\n"))[0]
    assert amounts("Supplier,Net,Currency\nA,1.00,EUR\n") == [Decimal("1.00")]


def test_without_a_column_for_the_amount_the_file_says_what_it_has() -> None:
    (reason,) = reasons(read("code,label\n1,apples\n"))
    assert reason.startswith("file: no column for the amount to pay; the columns are: code, label")
    assert '[columns] payable_amount = "..."' in reason


def test_a_mapped_header_that_is_not_there_is_named() -> None:
    mapping = ColumnMapping({"number": "Beleg", "payable_amount": "Summe"})
    (reason,) = reasons(read("Beleg,Sume\n1,2\n", mapping))
    assert reason == "column Summe: mapped to payable_amount: the columns are Beleg, Sume"


def test_the_mapping_decides_before_any_name_does() -> None:
    table = "number,other,payable_amount,currency\nA,B,1.00,EUR\n"
    assert the_invoice(table, ColumnMapping({"number": "other"})).number == "B"


def test_a_header_of_hostile_length_costs_nothing() -> None:
    assert normalised(" " * 100_000 + "(EUR)")[:1] == ""
    assert reasons(read("a" * 100_000 + "," + " ( " * 40_000 + "\n1,2\n"))


# --- currency


def test_no_currency_is_said_once_for_the_table_and_how_to_name_it() -> None:
    table = "Supplier,Amount\n" + "A,1.00\n" * 50
    way_out = 'name it in a mapping file (--mapping): currency = "EUR"'
    assert reasons(read(table)) == [f"column currency: no column names a currency; {way_out}"]
    assert len(invoices(read(table, ColumnMapping(currency="GBP")))) == 50


@pytest.mark.parametrize(
    ("header", "value", "currency"),
    [
        ("Amount (CHF)", "1.00", "CHF"), ("Amount [in CHF]", "1.00", "CHF"),
        ("Betrag in EUR", "1.00", "EUR"), ("Betrag (€)", "1.00", "EUR"),
        ("Betrag €", "1.00", "EUR"),
        ("Amount GBP", "1.00", "GBP"), ("Amount; EUR", "1.00", "EUR"),
        ("Amount", "CHF 1.00", "CHF"), ("Amount", "1.00 €", "EUR"),
    ],
)  # fmt: skip
def test_the_header_or_the_amount_may_name_the_currency(
    header: str, value: str, currency: str
) -> None:
    assert the_invoice(f"Supplier,{header}\nA,{value}\n").currency == currency


@pytest.mark.parametrize("value", ["$1.00", "£1.00", "¥100", "1.00 kr"])
def test_a_sign_of_several_currencies_names_none(value: str) -> None:
    assert "no column names a currency" in reasons(read(f"Supplier,Amount\nA,{value}\n"))[0]


def test_every_currency_that_is_named_must_be_the_same() -> None:
    said = reasons(read("Supplier,Amount,Currency\nA,€1.00,GBP\nB,£1.00,GBP\n"))
    assert said == ["line 2: payable amount is in €, the invoice in GBP"]
    said = reasons(read("Supplier,Amount (EUR),Currency\nA,1.00,GBP\nB,1.00,EUR\n"))
    assert said == ["line 2: currency GBP, but the column of the amount is in EUR"]


@pytest.mark.parametrize("code", ["XXX", "EURO", "Euro", "E", "\u00a3", "XAU", "\u0415UR"])
def test_a_currency_that_is_none_in_use_is_a_problem(code: str) -> None:
    (reason,) = reasons(read(column("currency", code)))
    assert "is not an ISO 4217 code in use" in reason


def test_a_lower_case_currency_is_read_with_a_note() -> None:
    found = read(column("currency", "eur"))
    assert found[0].invoice
    assert found[0].invoice.currency == "EUR"
    assert reasons(found) == ['line 2: currency "eur" read as EUR']


def test_the_mapping_fills_an_empty_currency_and_never_overrules_one() -> None:
    table = "Supplier,Amount,Currency\nA,1.00,\nB,1.00,USD\n"
    found = invoices(read(table, ColumnMapping(currency="GBP")))
    assert [invoice.currency for invoice in found] == ["GBP", "USD"]


# --- what becomes of the values


def test_an_empty_amount_is_an_invoice_without_one() -> None:
    assert amounts(column("payable_amount", "", "1.00")) == [None, Decimal("1.00")]


def test_accounts_and_ids_are_compared_without_spaces_in_capitals() -> None:
    table = "supplier,iban,bic,vat id,payable_amount,currency\n"
    table += "A,de90 9999 9999 0000 0047 11,zzzz de ff,de 999 000 117,1.00,EUR\n"
    found = the_invoice(table)
    assert found.accounts == ("DE90999999990000004711",)
    assert (found.payment_means[0].bic, found.supplier.vat_id) == ("ZZZZDEFF", "DE999000117")


@pytest.mark.parametrize("field", ["account", "number", "vat_id"])
@pytest.mark.parametrize("value", ["1.23457E+13", "1,2E+05", "9E+9"])
def test_what_a_spreadsheet_rounded_is_not_paid_to(field: str, value: str) -> None:
    table = f"supplier\tpayable_amount\tcurrency\t{field}\nA\t1.00\tEUR\t{value}\n"
    assert "a spreadsheet has rounded it" in reasons(read(table))[0]


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("", "380"), ("Invoice", "380"), ("Rechnung", "380"), ("Credit note", "381"),
        ("credit-memo", "381"), ("326", "326"), ("Gutschrift", "Gutschrift"),
    ],
)  # fmt: skip
def test_a_word_for_the_type_becomes_its_code_and_an_unknown_one_stays(
    word: str, code: str
) -> None:
    assert the_invoice(column("type_code", word)).type_code == code


def test_a_payment_method_says_whether_there_is_anything_to_transfer() -> None:
    found = invoices(read(column("payment_means", "Credit card", "SEPA Direct Debit", "58", "?")))
    assert [i.payment_means[0].code for i in found] == ["48", "59", "58", "?"]
    assert [i.is_collected for i in found] == [True, True, False, False]


def test_a_text_longer_than_any_real_one_is_a_problem() -> None:
    assert "more than 10,000 characters" in reasons(read(column("supplier", "x" * 10_001)))[0]


def test_a_remark_below_the_table_is_no_invoice() -> None:
    found = read(
        "Invoice no,Supplier,Amount,Currency,internal\n1,A,1.00,EUR,\n,,,,checked by Bob\n"
    )
    assert len(invoices(found)) == 1
    assert reasons(found) == ["line 3: no value in any of the columns that are read"]


def test_amounts_nobody_can_read_name_no_currency() -> None:
    assert "no column names a currency" in reasons(read("Supplier,Amount\nA,one\nB,EUR\n"))[0]


# --- rows that are lines of one invoice

LEDGER = "Supplier,Transaction number,Date,Amount,Currency,Expense type,Expense area\n"
LINES = ColumnMapping(row="lines")


def test_rows_of_one_supplier_and_number_are_summed() -> None:
    rows = "A,1,2026-10-01,1.10,EUR,Wood,North\nB,1,2026-10-01,5.00,EUR,Glass,North\n"
    rows += "A,1,2026-10-01,2.20,EUR,Nails,South\n"
    first, second = invoices(read(LEDGER + rows, LINES))
    assert (first.payable_amount, second.payable_amount) == (Decimal("3.30"), Decimal("5.00"))
    assert [(line.name, line.net_amount) for line in first.lines] == [
        ("Wood", Decimal("1.10")),
        ("Nails", Decimal("2.20")),
    ]
    assert (first.buyer_reference, second.buyer_reference) == (None, "North")


def test_without_the_mapping_every_row_is_an_invoice() -> None:
    assert amounts(LEDGER + "A,1,2026-10-01,1.10,EUR,,\n" * 2) == [Decimal("1.10")] * 2


def test_an_unreadable_line_takes_its_invoice_with_it() -> None:
    rows = "A,1,2026-10-01,1.10,EUR,,\nA,1,2026-10-01,one,EUR,,\nB,2,2026-10-01,5.00,EUR,,\n"
    found = read(LEDGER + rows, LINES)
    assert [invoice.number for invoice in invoices(found)] == ["2"]
    assert reasons(found) == [
        'line 3: payable amount "one" is not an amount',
        'line 2: invoice "1": line 3 belongs to it and is not read',
    ]


def test_an_invoice_of_which_no_line_is_readable_is_told_line_by_line() -> None:
    found = read(LEDGER + "A,1,2026-10-01,one,EUR,,\n" * 2, LINES)
    assert [reason.split(":")[0] for reason in reasons(found)] == ["line 2", "line 3"]


@pytest.mark.parametrize(
    ("row", "what"),
    [("A,1,2026-10-02,1.00,EUR,,", "issue date"), ("A,1,2026-10-01,1.00,GBP,,", "currency")],
)
def test_lines_that_contradict_each_other_are_no_invoice(row: str, what: str) -> None:
    found = read(f"{LEDGER}A,1,2026-10-01,1.10,EUR,,\n{row}\n", LINES)
    assert reasons(found) == [f'line 2: invoice "1": its rows differ in {what}: line 2 and line 3']


def test_a_line_without_an_amount_makes_the_sum_unknown() -> None:
    assert amounts(f"{LEDGER}A,1,2026-10-01,1.10,EUR,,\nA,1,2026-10-01,,EUR,,\n", LINES) == [None]


def test_rows_without_a_number_stay_invoices_of_their_own() -> None:
    assert len(amounts(LEDGER + "A,,2026-10-01,1.10,EUR,,\n" * 2, LINES)) == 2
