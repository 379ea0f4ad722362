"""How amounts are written in tables: one notation per column, decided by all its values.

`1.234` alone may be a thousand or a little over one; another value of the column must say which.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from expense_agent.domain.money import EXPONENTS
from expense_agent.importers.problem import UnreadableError
from expense_agent.importers.text import shown

_CLEAR = 10
"""How many times the proofs against it a notation needs: slips of single rows, not a mixture."""


def decided(proofs: Counter[str]) -> tuple[str | None, bool]:
    """Return (notation, contested). A mixture without a clear winner is (None, True)."""
    if not proofs:
        return None, False
    (winner, most), *others = proofs.most_common()
    against = sum(count for _, count in others)
    return winner if most >= _CLEAR * against else None, against > 0


_GAPS = "' \u2019\u00a0\u2007\u2009\u202f"
_MINUS = "\u2212"
_WRITTEN = re.compile(rf"([^0-9.,]*)([.,]?[0-9](?:[0-9.,{_GAPS}]*[0-9])?)([^0-9.,]*)")
_MARKS = re.compile(r"[^\W\d_]+|\S")
_GROUPED = re.compile(rf"[0-9]{{1,3}}([.,{_GAPS}])[0-9]{{3}}(?:\1[0-9]{{3}})*")
_TYPED = re.compile(r"[+-]?[0-9]{1,15}(?:\.0{0,20}[0-9]{1,17})?")
_STRICT = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,6})?")
_OTHER = {".": ",", ",": "."}
# The common case in one step: digits with or without groups, and one or two decimals.
_PLAIN = {
    decimal: re.compile(
        rf"-?(?:[0-9]{{1,15}}(?:{re.escape(decimal)}[0-9]{{1,2}})?"
        rf"|[0-9]{{1,3}}(?:{re.escape(other)}[0-9]{{3}}){{1,4}}{re.escape(decimal)}[0-9]{{1,2}})"
    )
    for decimal, other in _OTHER.items()
}
_WHOLE_DIGITS = 15
_DECIMAL_DIGITS = 17
_DIGITS = 28
_LONGEST = 60
_NOTATION_ADVICE = 'say decimal = "." or decimal = "," in a mapping file'
_NOISE = Decimal("0.000001")

# Which signs stand before and after the digits, and what they mean. All else is two signs.
_SIGNS: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {
    ((), ()): 1,
    (("+",), ()): 1,
    (("-",), ()): -1,
    ((), ("-",)): -1,
    (("(",), (")",)): -1,
    ((), ("CR",)): -1,
    ((), ("DR",)): 1,
}
_SIGN_MARKS = frozenset(["+", "-", "(", ")", "CR", "DR"])

CURRENCY_SIGNS: dict[str, frozenset[str]] = {
    sign: frozenset(codes.split())
    for sign, codes in {
        "€": "EUR",
        "£": "GBP EGP FKP GIP SHP SSP SYP LBP",
        "$": "ARS AUD BBD BMD BND BSD BZD CAD CLP COP FJD HKD JMD KYD LRD MXN NAD NZD SGD USD",
        "¥": "JPY CNY",
        "KR": "DKK ISK NOK SEK",
        "ZŁ": "PLN",
        "KČ": "CZK",
        "FT": "HUF",
        "FR": "CHF",
        "₹": "INR",
        "₺": "TRY",
        "₪": "ILS",
    }.items()
}
"""The currencies a sign may stand for; it names one only if no other uses it."""


class ExactNumber(str):
    """The text of a number that its format typed as one: the decimal sign is a point."""

    __slots__ = ()

    def strip(self, chars: str | None = None, /) -> "ExactNumber":
        """Return the number itself: no space stands around it, and it stays what it is."""
        del chars
        return self


class Amount(NamedTuple):
    """A value and the currency written beside it: a code, a sign of CURRENCY_SIGNS, or None."""

    value: Decimal
    mark: str | None


class _Shape(NamedTuple):
    negative: bool
    whole: str
    fraction: str
    decimal: str | None
    """The decimal sign this value proves; None when it proves nothing."""
    either: str | None
    """The one separator that may group or may be the decimal sign; `fraction` follows it."""
    mark: str | None


@dataclass(frozen=True, slots=True)
class NumberNotation:
    """How one column writes numbers."""

    decimal: str | None = None
    """"." or ","; None when no value of the column proves it."""
    contested: bool = False
    """Some values prove the contrary: what could be read both ways is not read."""
    strict: bool = False
    """Only digits, one point, a leading sign: texts of JSON."""

    def read(self, text: str) -> Amount:
        """Read a value that is not empty; raises UnreadableError."""
        if type(text) is ExactNumber or self.strict:
            return _read_exactly(text, _TYPED if type(text) is ExactNumber else _STRICT)
        if self.decimal and _PLAIN[self.decimal].fullmatch(text):
            ungrouped = text.replace(_OTHER[self.decimal], "")
            return Amount(Decimal(ungrouped.replace(self.decimal, ".")), None)
        shape = _shape(text)
        if shape.decimal and self.decimal and shape.decimal != self.decimal:
            reason = (
                f'written unlike the rest of its column, whose decimal sign is "{self.decimal}"'
            )
            raise UnreadableError(f"{shown(text)} is {reason}")
        return Amount(self._value(text, shape), shape.mark)

    def _value(self, text: str, shape: _Shape) -> Decimal:
        fraction, whole = shape.fraction, shape.whole
        if shape.either:
            if self.decimal is None or self.contested:
                raise UnreadableError(_ambiguous(text, shape))
            if shape.either != self.decimal:
                whole, fraction = whole + fraction, ""
        sign = "-" if shape.negative else ""
        return Decimal(f"{sign}{whole or '0'}.{fraction}" if fraction else f"{sign}{whole}")


def notation_of(texts: Iterable[str]) -> NumberNotation | None:
    """Decide how a column writes numbers; None when its values contradict each other."""
    proofs = Counter(proof for text in texts if (proof := _proof(text)))
    winner, contested = decided(proofs)
    return None if contested and winner is None else NumberNotation(winner, contested)


def without_noise(value: Decimal, currency: str) -> Decimal:
    """Undo binary rounding: within 0.000001 of a whole minor unit it is that; else unchanged."""
    exponent = EXPONENTS[currency]
    if -int(value.as_tuple().exponent) <= exponent:
        return value
    whole = value.quantize(Decimal(1).scaleb(-exponent))
    return whole if value != whole and abs(value - whole) <= _NOISE else value


def named_currency(mark: str | None) -> str | None:
    """Return the currency a mark names for certain, or None."""
    codes = CURRENCY_SIGNS.get(mark or "", ())
    return mark if mark in EXPONENTS else next(iter(codes)) if len(codes) == 1 else None


def agrees(mark: str | None, currency: str) -> bool:
    """Whether the mark beside an amount can stand for this currency."""
    return mark is None or mark == currency or currency in CURRENCY_SIGNS.get(mark, ())


def _read_exactly(text: str, grammar: re.Pattern[str]) -> Amount:
    if not grammar.fullmatch(text.strip()):
        advice = f"; {_NOTATION_ADVICE}" if "," in text else ""
        raise UnreadableError(f"{shown(text)} is not an amount such as 1234.50{advice}")
    return Amount(Decimal(text.strip()), None)


def _proof(text: str) -> str | None:
    try:
        return None if type(text) is ExactNumber else _shape(text).decimal
    except UnreadableError:
        return None


def _ambiguous(text: str, shape: _Shape) -> str:
    both = f"{shape.whole}{shape.fraction} or {shape.whole}.{shape.fraction}"
    return f"{shown(text)} may be {both}; {_NOTATION_ADVICE}"


def _shape(text: str) -> _Shape:
    written = _WRITTEN.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if not written:
        raise UnreadableError(f"{shown(text)} is not an amount")
    negative, mark = _marks(text, written[1], written[3])
    whole, fraction, decimal, either = _split(text, written[2])
    whole = re.sub(r"[^0-9]", "", whole)
    if len(whole) > _WHOLE_DIGITS or len(fraction.lstrip("0")) > _DECIMAL_DIGITS:
        raise UnreadableError(f"{shown(text)} has more digits than an amount can have")
    if len(whole) + len(fraction) > _DIGITS:
        raise UnreadableError(f"{shown(text)} has more digits than an amount can have")
    return _Shape(negative, whole, fraction, decimal, either, mark)


def _marks(text: str, before: str, after: str) -> tuple[bool, str | None]:
    """Take off the sign notation and the currency: at most one of each."""
    front, back = (
        [mark.upper() for mark in _MARKS.findall(side.replace(_MINUS, "-"))]
        for side in (before, after)
    )
    signs = tuple(m for m in front if m in _SIGN_MARKS), tuple(m for m in back if m in _SIGN_MARKS)
    if signs not in _SIGNS:
        raise UnreadableError(f"{shown(text)} has a sign that is not clear")
    rest = [mark for mark in front + back if mark not in _SIGN_MARKS]
    if len(rest) > 1 or (rest and rest[0] not in EXPONENTS and rest[0] not in CURRENCY_SIGNS):
        raise UnreadableError(f"{shown(text)} is not an amount")
    return _SIGNS[signs] < 0, rest[0] if rest else None


def _split(text: str, body: str) -> tuple[str, str, str | None, str | None]:
    """Split digits into whole and fraction: (whole, fraction, proven decimal sign, either)."""
    found = [c for c in body if c in ".,"]
    if not found:
        return _grouped(text, body), "", None, None
    last = found[-1]
    if len(found) > 1 and len(set(found)) == 1:
        return _grouped(text, body, last), "", _OTHER[last], None
    whole, _, fraction = body.rpartition(last)
    if found.count(last) > 1 or not fraction.isdigit():
        raise UnreadableError(f"{shown(text)} is not an amount")
    _grouped(text, whole, _OTHER[last] if len(found) > 1 else None)
    if len(found) == 1 and len(fraction) == 3 and _may_be_a_group(whole):  # noqa: PLR2004 - a group
        return whole, fraction, None, last
    return whole, fraction, last, None


def _may_be_a_group(whole: str) -> bool:
    return whole.isdigit() and len(whole) <= 3 and not whole.startswith("0")  # noqa: PLR2004


def _grouped(text: str, whole: str, sign: str | None = None) -> str:
    """Check that grouped digits stand in groups of three, parted by `sign` if one is given."""
    if not sign and (whole.isdigit() or not whole):
        return whole
    groups = _GROUPED.fullmatch(whole)
    if not groups or (sign and groups[1] != sign):
        raise UnreadableError(f"{shown(text)} is not an amount: digits not in groups of three")
    return whole
