"""Check digits of VAT ids, for the countries whose rule is public and certain.

A wrong digit is never a reason to refuse a document: of real invoices hardly one fails, so a
person should look. What is not of the form, or of another country, is not judged.
"""

import re
from collections.abc import Callable

_FORMS = {
    "AT": r"U([0-9]{8})",
    "BE": r"([01][0-9]{9})",
    "DE": r"([0-9]{9})",
    "DK": r"([0-9]{8})",
    "FI": r"([0-9]{8})",
    "FR": r"([0-9]{11})",
    "IT": r"([0-9]{11})",
    "LU": r"([0-9]{8})",
    "PL": r"([0-9]{10})",
    "SE": r"([0-9]{10})01",
}


def vat_id_problem(vat_id: str) -> str | None:
    """Say that the check digits of a VAT id are wrong; None when they are right, or not known."""
    country, number = vat_id[:2], vat_id[2:]
    found = re.fullmatch(_FORMS[country], number, re.ASCII) if country in _FORMS else None
    if found is None or _RIGHT[country]([int(digit) for digit in found[1]]):
        return None
    return f"the VAT id {vat_id} cannot be right: its check digits are wrong"


def _number(digits: list[int]) -> int:
    return int("".join(map(str, digits)))


def _weighted(digits: list[int], weights: tuple[int, ...]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False))


def _luhn(digits: list[int]) -> bool:
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _at(digits: list[int]) -> bool:
    odd, even = digits[0:7:2], digits[1:7:2]
    total = sum(odd) + sum(sum(divmod(2 * digit, 10)) for digit in even) + 4
    return (10 - total % 10) % 10 == digits[7]


def _be(digits: list[int]) -> bool:
    return (_number(digits[:8]) + _number(digits[8:])) % 97 == 0


def _de(digits: list[int]) -> bool:
    """ISO 7064, MOD 11,10."""
    product = 10
    for digit in digits[:8]:
        product = 2 * ((digit + product) % 10 or 10) % 11
    return (11 - product) % 10 == digits[8]


def _dk(digits: list[int]) -> bool:
    return _weighted(digits, (2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def _fi(digits: list[int]) -> bool:
    return (11 - _weighted(digits[:7], (7, 9, 10, 5, 8, 4, 2)) % 11) % 11 == digits[7]


def _fr(digits: list[int]) -> bool:
    siren = _number(digits[2:])
    return (12 + 3 * (siren % 97)) % 97 == _number(digits[:2])


def _lu(digits: list[int]) -> bool:
    return _number(digits[:6]) % 89 == _number(digits[6:])


def _pl(digits: list[int]) -> bool:
    return _weighted(digits[:9], (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == digits[9]


_RIGHT: dict[str, Callable[[list[int]], bool]] = {
    "AT": _at,
    "BE": _be,
    "DE": _de,
    "DK": _dk,
    "FI": _fi,
    "FR": _fr,
    "IT": _luhn,
    "LU": _lu,
    "PL": _pl,
    "SE": _luhn,
}
