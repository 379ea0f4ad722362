"""UN/CEFACT Cross Industry Invoice D16B: XRechnung, Factur-X and ZUGFeRD 2 in every profile."""

from expense_agent.importers.xml_paths import Paths, compiled, with_currency

FORMAT = "cii"
ROOT = "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice"

_PREFIXES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
_CONTEXT, _HEAD = "rsm:ExchangedDocumentContext", "rsm:ExchangedDocument"
_TRADE = "rsm:SupplyChainTradeTransaction"
_AGREEMENT = f"{_TRADE}/ram:ApplicableHeaderTradeAgreement"
_SETTLEMENT = f"{_TRADE}/ram:ApplicableHeaderTradeSettlement"
_SELLER, _PAYEE = f"{_AGREEMENT}/ram:SellerTradeParty", f"{_SETTLEMENT}/ram:PayeeTradeParty"
_TOTALS = "ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_DATE = "udt:DateTimeString"
_PRICE = "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice"
_LINE_SETTLEMENT = "ram:SpecifiedLineTradeSettlement"
_LINE_TAX = f"{_LINE_SETTLEMENT}/ram:ApplicableTradeTax"
_LINE_TOTALS = f"{_LINE_SETTLEMENT}/ram:SpecifiedTradeSettlementLineMonetarySummation"
_DISCOUNT = "ram:ApplicableTradePaymentDiscountTerms"
_QUANTITY = "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"

_LINE: Paths = {
    "ram:AssociatedDocumentLineDocument/ram:LineID": "id",
    "ram:AssociatedDocumentLineDocument/ram:LineStatusReasonCode": "status",
    "ram:SpecifiedTradeProduct/ram:Name+": "name",
    "ram:SpecifiedTradeProduct/ram:Description+": "description",
    _QUANTITY: "quantity",
    f"{_QUANTITY}/@unitCode": "unit",
    **with_currency({f"{_LINE_TOTALS}/ram:LineTotalAmount": "net_amount"}),
    f"{_PRICE}/ram:ChargeAmount": "price",
    f"{_LINE_TAX}/ram:CategoryCode": "vat_category",
    f"{_LINE_TAX}/ram:RateApplicablePercent": "vat_rate",
}
_MEANS: Paths = {
    "ram:TypeCode": "code",
    "ram:PayeePartyCreditorFinancialAccount/ram:IBANID": "account",
    "ram:PayeePartyCreditorFinancialAccount/ram:ProprietaryID": "national_account",
    "ram:PayeePartyCreditorFinancialAccount/ram:AccountName": "account_name",
    "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID": "bic",
}
_TERMS: Paths = {
    "ram:Description+": "payment_terms",
    f"ram:DueDateDateTime/{_DATE}": "due_date",
    f"ram:DueDateDateTime/{_DATE}/@format": "due_date/format",
    "ram:DirectDebitMandateID": "mandate",
    f"{_DISCOUNT}/ram:CalculationPercent": "percent",
    f"{_DISCOUNT}/ram:BasisPeriodMeasure": "period",
    f"{_DISCOUNT}/ram:BasisPeriodMeasure/@unitCode": "period/unit",
    f"{_DISCOUNT}/ram:BasisDateTime/{_DATE}": "since",
    f"{_DISCOUNT}/ram:BasisDateTime/{_DATE}/@format": "since/format",
    **with_currency({f"{_DISCOUNT}/ram:BasisAmount": "discount_base"}),
}
_TAX: Paths = {
    "ram:CategoryCode": "category",
    "ram:RateApplicablePercent": "rate",
    **with_currency({"ram:BasisAmount": "base", "ram:CalculatedAmount": "tax"}),
}
_SETTLED: Paths = {
    "ram:InvoiceCurrencyCode": "currency",
    "ram:TaxCurrencyCode": "tax_currency",
    "ram:PaymentReference": "remittance",
    "ram:SpecifiedTradeSettlementPaymentMeans": ("payment_means", _MEANS),
    "ram:SpecifiedTradePaymentTerms": ("terms", _TERMS),
    "ram:ApplicableTradeTax": ("vat_breakdown", _TAX),
    "ram:InvoiceReferencedDocument": ("preceding", {"ram:IssuerAssignedID": "preceding"}),
    "ram:SpecifiedTradeAllowanceCharge": (
        "allowances_and_charges",
        {
            "ram:ChargeIndicator/udt:Indicator": "is_charge",
            **with_currency({"ram:ActualAmount": "amount"}),
        },
    ),
    "ram:SpecifiedLogisticsServiceCharge": (
        "logistics_charges",
        with_currency({"ram:AppliedAmount": "amount"}),
    ),
    **with_currency(
        {
            "ram:LineTotalAmount": "line_total",
            "ram:AllowanceTotalAmount": "allowances",
            "ram:ChargeTotalAmount": "charges",
            "ram:TaxBasisTotalAmount": "tax_exclusive_amount",
            "ram:GrandTotalAmount": "tax_inclusive_amount",
            "ram:TotalPrepaidAmount": "prepaid_amount",
            "ram:RoundingAmount": "rounding_amount",
            "ram:DuePayableAmount": "payable_amount",
        },
        under=f"{_TOTALS}/",
    ),
    f"{_TOTALS}/ram:TaxTotalAmount": (
        "tax_totals",
        {".": "tax_amount", "./@currencyID": "currency"},
    ),
}
PATHS: Paths = {
    f"{_CONTEXT}/ram:TestIndicator/udt:Indicator": "test",
    f"{_CONTEXT}/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID": "profile",
    f"{_HEAD}/ram:ID": "number",
    f"{_HEAD}/ram:TypeCode": "type_code",
    f"{_HEAD}/ram:IssueDateTime/{_DATE}": "issue_date",
    f"{_HEAD}/ram:IssueDateTime/{_DATE}/@format": "issue_date/format",
    f"{_AGREEMENT}/ram:BuyerReference": "buyer_reference",
    f"{_SETTLEMENT}/ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID": "accounting_reference",
    f"{_AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID": "purchase_order",
    f"{_AGREEMENT}/ram:BuyerTradeParty/ram:Name": "buyer_name",
    f"{_SELLER}/ram:Name": "supplier",
    f"{_SELLER}/ram:ID": ("supplier_ids", {".": "supplier_id"}),
    f"{_SELLER}/ram:GlobalID": ("supplier_ids", {".": "supplier_id"}),
    f"{_SELLER}/ram:SpecifiedLegalOrganization/ram:ID": "legal_id",
    f"{_SELLER}/ram:SpecifiedLegalOrganization/ram:TradingBusinessName": "trading_name",
    f"{_SELLER}/ram:SpecifiedTaxRegistration": (
        "tax_ids",
        {"ram:ID": "vat_id", "ram:ID/@schemeID": "scheme"},
    ),
    f"{_SELLER}/ram:PostalTradeAddress/ram:CountryID": "country",
    f"{_PAYEE}/ram:Name": "payee",
    **{f"{_SETTLEMENT}/{path}": target for path, target in _SETTLED.items()},
    f"{_TRADE}/ram:IncludedSupplyChainTradeLineItem": ("lines", _LINE),
}
"""Also the base of ZUGFeRD 1.0, which has other names for some elements."""

DOCUMENT = compiled(PATHS, _PREFIXES)
