"""ZUGFeRD 1.0: the Cross Industry Invoice under older names; often without a payable amount."""

from expense_agent.importers.cii import PATHS
from expense_agent.importers.xml_paths import compiled, renamed

FORMAT = "zugferd1"
ROOT = "{urn:ferd:CrossIndustryDocument:invoice:1p0}CrossIndustryDocument"

_PREFIXES = {
    "rsm": "urn:ferd:CrossIndustryDocument:invoice:1p0",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:12",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:15",
}
_OLDER_NAMES = {
    "rsm:ExchangedDocumentContext": "rsm:SpecifiedExchangedDocumentContext",
    "rsm:ExchangedDocument": "rsm:HeaderExchangedDocument",
    "rsm:SupplyChainTradeTransaction": "rsm:SpecifiedSupplyChainTradeTransaction",
    **{
        f"ram:{newer}Trade{part}": f"ram:{older}SupplyChainTrade{part}"
        for newer, older in (("ApplicableHeader", "Applicable"), ("SpecifiedLine", "Specified"))
        for part in ("Agreement", "Delivery", "Settlement")
    },
    **{
        f"ram:SpecifiedTradeSettlement{level}MonetarySummation": (
            "ram:SpecifiedTradeSettlementMonetarySummation"
        )
        for level in ("Header", "Line")
    },
    "ram:RateApplicablePercent": "ram:ApplicablePercent",
    "ram:IssuerAssignedID": "ram:ID",
}

DOCUMENT = compiled(renamed(PATHS, _OLDER_NAMES), _PREFIXES)
