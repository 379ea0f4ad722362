"""Exact money: a Decimal in one ISO 4217 currency, integer minor units where it is stored."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_TWO_DECIMALS = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG
HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU
MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR
SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED
VES WST XCD XCG YER ZAR ZMW ZWG
"""
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"

EXPONENTS: dict[str, int] = {
    **dict.fromkeys(_TWO_DECIMALS.split(), 2),
    **dict.fromkeys(_NO_DECIMALS.split(), 0),
    **dict.fromkeys(_THREE_DECIMALS.split(), 3),
}
"""Decimals of each currency in use (ISO 4217, without funds, metals and XXX)."""


def plain(amount: Decimal) -> str:
    """Return an amount as digits, never with an exponent: `Decimal("1E+3")` is "1000"."""
    return format(amount, "f")


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount. Two currencies never mix: arithmetic on them is a mistake of ours."""

    amount: Decimal
    currency: str
    """ISO 4217 code; see EXPONENTS."""

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> "Money":
        """Build from minor units (cents): 124000 EUR is 1240.00 EUR."""
        return cls(Decimal(minor).scaleb(-EXPONENTS[currency]), currency)

    @property
    def is_exact(self) -> bool:
        """Whether the amount is a whole number of minor units, as only such can be paid."""
        return self.amount == self.rounded().amount

    @property
    def minor(self) -> int:
        """The amount in minor units; the amount must be exact."""
        assert self.is_exact, f"{self} is not a whole number of minor units"
        return int(self.amount.scaleb(EXPONENTS[self.currency]))

    def rounded(self) -> "Money":
        """Round half up to the currency's decimals, and show exactly those."""
        step = Decimal(1).scaleb(-EXPONENTS[self.currency])
        return Money(self.amount.quantize(step, ROUND_HALF_UP), self.currency)

    def __add__(self, other: "Money") -> "Money":
        assert self.currency == other.currency, f"{self} + {other}: two currencies"
        return Money(self.amount + other.amount, self.currency)

    def __str__(self) -> str:
        exact = self.rounded() if self.is_exact else self
        return f"{exact.amount:,f} {self.currency}"
