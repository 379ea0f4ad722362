"""Reads a dated file of exchange rates: of each currency the newest that is not ahead of today.

Columns date, currency, rate (units for one unit of base currency), in any order. A file that is
wrong anywhere is refused whole: a limit compared by half a file's rates would be no limit.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from expense_agent.domain.money import EXPONENTS
from expense_agent.errors import PolicyInvalid
from expense_agent.named_file import read_text

KEY = "exchange_rates_file"
_COLUMNS = {"date", "currency", "rate"}
_MOST_BYTES = 10_000_000
_MOST_PROBLEMS = 20
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_RATE = re.compile(r"(?=.*[1-9])\d{1,9}(\.\d{1,10})?", re.ASCII)


def read_rates(policy: Path, name: str, today: date) -> dict[str, tuple[date, Decimal]]:
    """Return day and rate by currency; the name is meant beside the policy file."""
    newest: dict[str, tuple[date, Decimal]] = {}
    problems = []
    for line, row in _rows(policy, policy.parent / name):
        try:
            day, currency, rate = _read(row)
        except ValueError as problem:
            problems.append(f"{KEY}: line {line}: {problem}")
            if len(problems) == _MOST_PROBLEMS:
                break
            continue
        if day <= today and day >= newest.get(currency, (day, rate))[0]:
            newest[currency] = (day, rate)
    if problems:
        raise PolicyInvalid(policy, problems)
    return newest


def _rows(policy: Path, path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    try:
        reader = csv.DictReader(io.StringIO(read_text(path, _MOST_BYTES), newline=""), strict=True)
        missing = _COLUMNS - set(reader.fieldnames or ())
        if missing:
            raise PolicyInvalid(policy, [f"{KEY}: no column {', '.join(sorted(missing))}"])
        for row in reader:
            yield reader.line_num, {name: row[name] or "" for name in _COLUMNS}
    except OSError as error:
        reason = f"{KEY}: {path.name} cannot be read: {error.strerror}"
        raise PolicyInvalid(policy, [reason]) from error
    except csv.Error as error:
        raise PolicyInvalid(policy, [f"{KEY}: {path.name} is not CSV in UTF-8"]) from error
    except ValueError as error:
        raise PolicyInvalid(policy, [f"{KEY}: {path.name} {error}"]) from error


def _read(row: Mapping[str, str]) -> tuple[date, str, Decimal]:
    day, currency, rate = (row[name].strip() for name in ("date", "currency", "rate"))
    if not _DATE.fullmatch(day):
        raise ValueError(f"{day!r} is not a date such as 2026-11-02")
    if currency not in EXPONENTS:
        raise ValueError(f"{currency!r} is not a currency code of ISO 4217, such as USD")
    if not _RATE.fullmatch(rate):
        raise ValueError(f"{rate!r} is not a rate above zero, such as 1.08")
    return date.fromisoformat(day), currency, Decimal(rate)
