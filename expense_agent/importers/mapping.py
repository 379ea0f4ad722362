"""The user's answer to what a table leaves open: which column is what, which notation, currency.

A TOML file of a few lines; it serves CSV columns and JSON keys alike.
"""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from expense_agent.domain.money import EXPONENTS
from expense_agent.errors import UsageProblem
from expense_agent.importers.headers import INVOICE_FIELDS
from expense_agent.named_file import read_toml

DATE_ORDERS = ("dmy", "mdy", "ymd")
DECIMALS = (".", ",")
ROWS = ("invoice", "lines")


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """The user's description of a table. Empty: everything is found in the table itself."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Field name of the `invoice` shape -> header of its column."""
    currency: str | None = None
    """ISO 4217 code for rows that name no currency themselves."""
    date_order: str | None = None
    """"dmy", "mdy" or "ymd"."""
    decimal: str | None = None
    """The decimal sign, "." or ","."""
    row: str = "invoice"
    """"invoice": a row is an invoice; "lines": rows of one supplier and number are its lines."""
    delimiter: str | None = None
    header_row: int | None = None
    """Line of the header, counted from 1."""


def load_mapping(path: Path) -> ColumnMapping:
    """Read a mapping file; raises UsageProblem naming file, key and the nearest valid key."""
    try:
        data = read_toml(path)
    except OSError as error:
        raise UsageProblem(f"the mapping {path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise UsageProblem(f"the mapping {path} cannot be read: it {error}") from error
    for key, value in data.items():
        check = _CHECKS.get(key)
        if check is None:
            _unknown(path, key, _CHECKS)
        if reason := check(value):
            raise UsageProblem(f"{path}: {key}: {reason}")
    for name in data.get("columns", {}):
        if name not in INVOICE_FIELDS:
            _unknown(path, f"columns.{name}", [f"columns.{known}" for known in INVOICE_FIELDS])
    return ColumnMapping(**data)


def _unknown(path: Path, key: str, known: Mapping[str, Any] | list[str]) -> NoReturn:
    longer = [name for name in known if name.startswith(key)]
    near = longer or difflib.get_close_matches(key, list(known), n=1, cutoff=0.0)
    raise UsageProblem(f"{path}: no such key {key!r}; did you mean {near[0]!r}?")


def _columns(value: object) -> str | None:
    if isinstance(value, dict) and all(isinstance(header, str) for header in value.values()):
        return None
    return 'expected a table of field = "Header"'


def _currency(value: object) -> str | None:
    known = isinstance(value, str) and value in EXPONENTS
    return None if known else f"{value!r} is not an ISO 4217 currency code such as EUR"


def _one_of(*allowed: str) -> Callable[[object], str | None]:
    def check(value: object) -> str | None:
        return None if value in allowed else f"{value!r} is none of {', '.join(allowed)}"

    return check


def _delimiter(value: object) -> str | None:
    fits = isinstance(value, str) and len(value) == 1 and value not in '"\r\n '
    return None if fits else f"{value!r} is not one character that can separate columns"


def _header_row(value: object) -> str | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return None if fits else f"{value!r} is not a line number"


_CHECKS: dict[str, Callable[[object], str | None]] = {
    "columns": _columns,
    "currency": _currency,
    "date_order": _one_of(*DATE_ORDERS),
    "decimal": _one_of(*DECIMALS),
    "row": _one_of(*ROWS),
    "delimiter": _delimiter,
    "header_row": _header_row,
}
