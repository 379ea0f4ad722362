"""Suppliers, bank accounts and VAT ids: what identifies them, and the check digits of each.

A wrong digit is never a reason to refuse a document: of real invoices hardly one fails, so a
person should look. What is not of the form, or of another country, is not judged.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

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


_LEGAL_FORMS = frozenset(
    (
        "ab ag aps as asa bv bvba co corp corporation ek eg gbr gmbh inc incorporated kg kgaa "
        "kft limited llc llp ltd nv ohg oy oyj plc pty sa sarl sas se sl slu spa spol srl sro ug "
        "vof zoo"
    ).split()
)
_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa"})

# Lengths of the SWIFT IBAN registry; an account is an IBAN when its country stands here.
_IBAN_LENGTHS = {
    code: int(length)
    for code, length in (
        pair.split(":")
        for pair in (
            "AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BI:27 BR:29 BY:28 CH:21 CR:22 "
            "CY:28 CZ:24 DE:22 DJ:27 DK:18 DO:28 EE:20 EG:29 ES:24 FI:18 FK:18 FO:18 FR:27 GB:22 "
            "GE:22 GI:23 GL:18 GR:27 GT:28 HN:28 HR:21 HU:28 IE:22 IL:23 IQ:23 IS:26 IT:27 JO:30 "
            "KW:30 KZ:20 LB:28 LC:32 LI:21 LT:20 LU:20 LV:21 LY:25 MC:27 MD:24 ME:22 MK:19 MN:20 "
            "MR:27 MT:31 MU:30 NI:28 NL:18 NO:15 OM:23 PK:24 PL:28 PS:29 PT:25 QA:29 RO:24 RS:22 "
            "RU:33 SA:24 SC:31 SD:18 SE:24 SI:19 SK:24 SM:27 SO:23 ST:25 SV:28 TL:23 TN:24 TR:26 "
            "UA:29 VA:22 VG:24 XK:20 YE:30"
        ).split()
    )
}
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Supplier:
    """The seller (EN 16931 BG-4). An id says who it is; a name only says what it is called."""

    name: str | None = None
    """Legal name as the document has it (BT-27)."""
    trading_name: str | None = None
    """BT-28; never used to recognise a supplier."""
    vat_id: str | None = None
    """BT-31, upper case, without spaces."""
    legal_id: str | None = None
    """BT-30."""
    country: str | None = None
    """ISO 3166 alpha-2 (BT-40)."""
    id: str | None = None
    """BT-29: its number in a register such as GLN, or at the buyer."""


@dataclass(frozen=True, slots=True)
class BankAccount:
    """An account we have reason to trust for a supplier, and the reason."""

    account: str
    """IBAN or national account (BT-84), without spaces, upper case."""
    origin: str
    """"supplier list" or "last paid"."""
    since: str
    """ISO date on which it was listed or last paid."""


@lru_cache(maxsize=4096)  # one invoice asks some sixty times, a batch has few names
def normalised_name(name: str) -> str:
    """Fold a name for comparison: case, umlauts, punctuation and legal forms do not count.

    `Müller & Söhne GmbH` and `MUELLER SOEHNE` give the same text. May be empty.
    """
    folded = unicodedata.normalize("NFKC", name).casefold().translate(_FOLD)
    folded = "".join(
        c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c)
    )
    words = re.findall(r"[^\W_]+", folded.replace(".", ""))
    kept = [word for word in words if word not in _LEGAL_FORMS]
    return " ".join(kept or words)


@lru_cache(maxsize=4096)
def supplier_keys(supplier: Supplier) -> tuple[str, ...]:
    """All keys a supplier is recognised by, the strongest first: VAT id, legal id, name.

    The first one is the supplier's identity in payment keys. Empty when nothing identifies it.
    """
    vat = re.sub(r"[^A-Z0-9]", "", (supplier.vat_id or "").upper())
    legal = re.sub(r"[^A-Z0-9]", "", (supplier.legal_id or "").upper())
    name = normalised_name(supplier.name or "")
    named = (("vat", vat), ("legal", legal), ("name", name))
    return tuple(f"{kind}:{value}" for kind, value in named if value)


def canonical_account(account: str) -> str:
    """Return an account without spaces, upper case; dashes and slashes keep their meaning."""
    return re.sub(r"\s+", "", account).upper()


def is_iban(account: str) -> bool:
    """Whether the account claims to be an IBAN: a country of the registry and two check digits.

    One that is cut short still claims it: it must not pass for a national account.
    """
    return bool(_IBAN.fullmatch(account)) and account[:2] in _IBAN_LENGTHS


def iban_problem(account: str) -> str | None:
    """Say why an IBAN cannot be right (length, ISO 7064 check digits), or None if it can."""
    expected = _IBAN_LENGTHS[account[:2]]
    if len(account) != expected:
        return f"an IBAN of {account[:2]} has {expected} characters, this one {len(account)}"
    digits = "".join(str(int(c, 36)) for c in f"{account[4:]}{account[:2]}00")
    right = f"{98 - int(digits) % 97:02d}"
    return None if account[2:4] == right else "its check digits are wrong"


def masked(account: str) -> str:
    """Show only the last four characters, as audit trail and logs may."""
    return f"…{account[-4:]}"
