"""The strings that break programs on terminals, put into every text a supplier or a person writes.

`PAYLOADS` is a Latin square over the fields: as many invoices as payloads, each field of an invoice
another payload, so that every payload stands once in every field.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import count
from typing import Any

from expense_agent.domain.invoice import Invoice, from_plain

MARK = "31337"
"""Stands in every sequence that must never reach a terminal as one."""

PAYLOADS = {
    "NUL": "before\x00after",
    "C0": "".join(map(chr, range(1, 0x20))) + "\x7f",
    "C1": "".join(map(chr, range(0x80, 0xA0))),
    "CSI": f"\x1b[2J\x1b[H\x1b[{MARK}m",
    "CSI in C1": f"\x9b2J\x9b{MARK}m",
    "title": f"\x1b]0;{MARK}\x07",
    "clipboard": f"\x1b]52;c;{MARK}\x07",
    "clipboard in C1": f"\x9d52;c;{MARK}\x9c",
    "link": f"\x1b]8;;http://{MARK}.example\x1b\\pay here\x1b]8;;\x1b\\",
    "OSC without an end": f"\x1b]52;c;{MARK}",
    "DCS": f"\x1bP{MARK}q\x1b\\",
    "DCS without an end": f"\x1bP{MARK}q",
    "APC and PM": f"\x1b_{MARK}\x1b\\\x1b^{MARK}\x1b\\",
    "reset": "\x1bc\x1b[!p",
    "other character set": "\x1b(0lqqk\x0e\x0f",
    "lone escape": "at the end\x1b",
    "screen off": f"\x1b[?1049l\x1b[?25l\x1b[?{MARK}h",
    "mouse report": "\x1b[<0;10;10M",
    "paste end": "\x1b[201~q",
    "backspaces": "good\x08\x08\x08\x08evil\x07",
    "carriage return": "Good Ltd\rEvil Ltd",
    "line feeds": "one\ntwo\r\nthree\x85four\u2028five\u2029six",
    "tabs": "\tone\t\ttwo\x0bthree\x0cfour",
    "override": "\u202egnp.exe\u202d",
    "isolates": "\u2066one\u2067two\u2068three\u2069",
    "marks": "\u061c\u200e\u200f",
    "zero width": "a\u200bb\u200cc\u200dd\u2060e\ufefff\u180eg\u00adh",
    "tags": "".join(chr(0xE0000 + ord(letter)) for letter in "pay me"),
    "annotations": "\ufff9a\ufffab\ufffbc\ufffc",
    "markup": f"[/x] [/] [bold [link=http://{MARK}.example]x[/link]",
    "action": "[@click=app.quit]pay[/] [@click='app.bell']x[/]",
    "backslashes": "\\[red]\\\\[/red]\\",
    "braces": "{0} {x!r} %s %n ${HOME} `id` $(id)",
    "formula": "=cmd|' /C calc'!A0",
    "SQL": "'; DROP TABLE payments; --",
    "tags of others": "<script>alert(1)</script> ]]> &lol; <!DOCTYPE x>",
    "path": "../../../../etc/passwd\x00.xml",
    "long": "x" * 20_000,
    "wide": "漢" * 300,
    "emoji": "👩\u200d👩\u200d👧\u200d👦🏳\ufe0f\u200d🌈" * 20,
    "heap of marks": "Z" + "\u0335\u0489\u0301\u0316" * 80 + "algo",
    "blanks": " \u3000\xa0 ",
    "braille and fillers": "\u2800\u3164\uffa0",
}  # fmt: skip

_KEPT = {"sha256", "currency", "country", "code", "type_code", "vat_category", "id", "bytes"}
_NUMBERS = re.compile(r"-?\d+(\.\d+)?|\d{4}-\d\d-\d\d")

TEMPLATE: dict[str, Any] = {
    "currency": "EUR",
    "number": "?",
    "type_code": "380",
    "issue_date": "2026-11-01",
    "due_date": "2099-12-01",
    "buyer_reference": "?",
    "purchase_order": "?",
    "accounting_reference": "?",
    "preceding": ["?"],
    "supplier": {"name": "?", "trading_name": "?", "vat_id": "?", "legal_id": "?", "country": "DE"},
    "payee": {"name": "?"},
    "payment_means": [{"code": "58", "account": "?", "account_name": "?", "bic": "?"}],
    "remittance": "?",
    "payment_terms": "?",
    "buyer_name": "?",
    "profile": "?",
    "payable_amount": "720.00",
    "lines": [{"id": "1", "name": "?", "description": "?", "quantity": "1", "unit": "?"}],
    "flags": ["deceptive_text: ?"],
    "source": {"file": "?", "sha256": "0" * 64, "bytes": 1, "location": "?"},
}
"""An invoice whose every text is to be replaced."""


def plain_invoice(number: int, *, harmless: bool = False) -> dict[str, Any]:
    """Return the n-th invoice of the square, in the shape that `read --json` prints and takes."""
    payloads, field = list(PAYLOADS.values()), count(number)

    def text() -> str:
        at = next(field)
        return f"word {number} {at}" if harmless else payloads[at % len(payloads)]

    def filled(value: Any) -> Any:
        match value:
            case dict():
                return {key: filled(inner) for key, inner in value.items()}
            case list():
                return [filled(inner) for inner in value]
            case str():
                return value.replace("?", text(), 1) if "?" in value else value
            case _:
                return value

    whole: dict[str, Any] = filled(TEMPLATE)
    if number % 4 == 0:  # these are paid by themselves, and stand among the payments
        whole |= {"payable_amount": "120.00", "flags": [], "payee": None}
        whole["payment_means"] = [{"code": "58", "account": "DE89370400440532013000"}]
    return whole


def invoices(*, harmless: bool = False) -> Iterator[Invoice]:
    """Yield all invoices as an importer without any care would: nothing is cleaned."""
    for number in range(len(PAYLOADS)):
        yield from_plain(plain_invoice(number, harmless=harmless))


# --- what a terminal was told

_SEQUENCE = re.compile(
    "\x1b(?:"
    r"\[(?P<parameters>[0-?]*)(?P<ends>[ -/]*[@-~])"
    "|\\](?P<osc>[^\x07\x1b]*)(?:\x07|\x1b\\\\)"
    "|[PX^_][^\x1b]*\x1b\\\\"
    r"|[ -/]*[0-~])"
)
_UNSEEN = ("Cc", "Cf", "Zl", "Zp", "Cs")
_JOINERS = "\u200c\u200d"
"""Persian, Indic names and emoji need them; they stay."""


def told(output: bytes) -> set[str]:
    """Return each kind of thing that a terminal was told beside plain text."""
    text = output.decode(errors="surrogateescape")
    kinds = {_kind(found) for found in _SEQUENCE.finditer(text)}
    plain = _SEQUENCE.sub("", text)
    unseen = {c for c in plain if unicodedata.category(c) in _UNSEEN and c not in _JOINERS}
    return kinds | {ascii(character) for character in unseen}


def _kind(found: re.Match[str]) -> str:
    """Name a sequence without what differs from frame to frame: colours and positions."""
    if MARK in found[0]:
        return ascii(found[0])
    if found["ends"]:
        parameters = found["parameters"]
        mode = parameters if found["ends"] in ("h", "l", "p", "u", "t") else parameters[:1]
        return f"CSI {mode if not mode.isdigit() else ''} {found['ends']}"
    if found["osc"] is not None:
        return f"OSC {found['osc'].partition(';')[0]}"
    return ascii(found[0])
