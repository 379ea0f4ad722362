"""UBL 2.1 Invoice and CreditNote: where their fields stand."""

from expense_agent.importers.xml_paths import Paths, compiled, with_currency

FORMAT = "ubl"
INVOICE_ROOT = "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"
CREDIT_NOTE_ROOT = "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote"

_PREFIXES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
_SUPPLIER = "cac:AccountingSupplierParty/cac:Party"
_BUYER = "cac:AccountingCustomerParty/cac:Party"
_ACCOUNT = "cac:PayeeFinancialAccount"
_LINE_TAX = "cac:Item/cac:ClassifiedTaxCategory"

_LINE: Paths = {
    "cbc:ID": "id",
    "cac:Item/cbc:Name": "name",
    "cac:Item/cbc:Description+": "description",
    "cbc:InvoicedQuantity": "quantity",
    "cbc:InvoicedQuantity/@unitCode": "unit",
    "cbc:CreditedQuantity": "quantity",
    "cbc:CreditedQuantity/@unitCode": "unit",
    **with_currency({"cbc:LineExtensionAmount": "net_amount"}),
    "cac:Price/cbc:PriceAmount": "price",
    f"{_LINE_TAX}/cbc:ID": "vat_category",
    f"{_LINE_TAX}/cbc:Percent": "vat_rate",
}
_VAT_ROW: Paths = {
    "cac:TaxCategory/cbc:ID": "category",
    "cac:TaxCategory/cbc:Percent": "rate",
    **with_currency({"cbc:TaxableAmount": "base", "cbc:TaxAmount": "tax"}),
}
_MEANS: Paths = {
    "cbc:PaymentMeansCode": "code",
    "cbc:PaymentID": "remittance",
    f"{_ACCOUNT}/cbc:ID": "account",
    f"{_ACCOUNT}/cbc:Name": "account_name",
    f"{_ACCOUNT}/cac:FinancialInstitutionBranch/cbc:ID": "bic",
    "cac:PaymentMandate/cbc:ID": "mandate",
    "cbc:PaymentDueDate": "due_date",
}
_DOCUMENT: Paths = {
    "cbc:CustomizationID": "profile",
    "cbc:ID": "number",
    "cbc:IssueDate": "issue_date",
    "cbc:DocumentCurrencyCode": "currency",
    "cbc:TaxCurrencyCode": "tax_currency",
    "cbc:BuyerReference": "buyer_reference",
    "cbc:AccountingCost": "accounting_reference",
    "cac:OrderReference/cbc:ID": "purchase_order",
    "cac:BillingReference": ("preceding", {"cac:InvoiceDocumentReference/cbc:ID": "preceding"}),
    f"{_SUPPLIER}/cac:PartyLegalEntity/cbc:RegistrationName": "supplier",
    f"{_SUPPLIER}/cac:PartyName/cbc:Name": "trading_name",
    f"{_SUPPLIER}/cac:PartyLegalEntity/cbc:CompanyID": "legal_id",
    f"{_SUPPLIER}/cac:PartyTaxScheme": (
        "tax_ids",
        {"cbc:CompanyID": "vat_id", "cac:TaxScheme/cbc:ID": "scheme"},
    ),
    f"{_SUPPLIER}/cac:PartyIdentification": (
        "supplier_ids",
        {"cbc:ID": "supplier_id", "cbc:ID/@schemeID": "scheme"},
    ),
    f"{_SUPPLIER}/cac:PostalAddress/cac:Country/cbc:IdentificationCode": "country",
    f"{_BUYER}/cac:PartyLegalEntity/cbc:RegistrationName": "buyer_name",
    "cac:PayeeParty/cac:PartyName/cbc:Name": "payee",
    "cac:PayeeParty/cac:PartyLegalEntity/cbc:RegistrationName": "payee_legal_name",
    "cac:PaymentTerms": ("terms", {"cbc:Note+": "payment_terms"}),
    **with_currency(
        {
            "cbc:LineExtensionAmount": "line_total",
            "cbc:AllowanceTotalAmount": "allowances",
            "cbc:ChargeTotalAmount": "charges",
            "cbc:TaxExclusiveAmount": "tax_exclusive_amount",
            "cbc:TaxInclusiveAmount": "tax_inclusive_amount",
            "cbc:PrepaidAmount": "prepaid_amount",
            "cbc:PayableRoundingAmount": "rounding_amount",
            "cbc:PayableAmount": "payable_amount",
        },
        under="cac:LegalMonetaryTotal/",
    ),
    "cac:TaxTotal": (
        "tax_totals",
        {
            "cbc:TaxAmount": "tax_amount",
            "cbc:TaxAmount/@currencyID": "currency",
            "cac:TaxSubtotal": ("vat_breakdown", _VAT_ROW),
        },
    ),
    "cac:PrepaidPayment": ("third_party_payments", with_currency({"cbc:PaidAmount": "amount"})),
    "cac:AllowanceCharge": (
        "allowances_and_charges",
        {"cbc:ChargeIndicator": "is_charge", **with_currency({"cbc:Amount": "amount"})},
    ),
}

INVOICE = compiled(
    {
        **_DOCUMENT,
        "cbc:InvoiceTypeCode": "type_code",
        "cbc:DueDate": "due_date",
        "cac:PaymentMeans": ("payment_means", _MEANS),
        "cac:InvoiceLine": ("lines", _LINE),
    },
    _PREFIXES,
)
CREDIT_NOTE = compiled(
    {
        **_DOCUMENT,
        "cbc:CreditNoteTypeCode": "type_code",
        "cac:PaymentMeans": ("payment_means", _MEANS),
        "cac:CreditNoteLine": ("lines", _LINE),
    },
    _PREFIXES,
)
