"""Decides, from the first rows of a table, how its columns write amounts, dates and currency.

A column that proves nothing itself is read as the others of its kind in the same table are.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from expense_agent.importers.amounts import NumberNotation, named_currency, notation_of
from expense_agent.importers.assemble import Notations
from expense_agent.importers.dates import DateNotation, is_ambiguous, order_of
from expense_agent.importers.headers import AMOUNT_FIELDS, DATE_FIELDS, Columns
from expense_agent.importers.mapping import ColumnMapping
from expense_agent.importers.problem import Problem, UnreadableError
from expense_agent.importers.text import shown

N = TypeVar("N", NumberNotation, DateNotation)


def notations_of(
    columns: Columns, rows: Sequence[Sequence[str]], mapping: ColumnMapping
) -> tuple[Notations, list[Problem]]:
    """Decide for every column; give problems where the values leave it open or disagree."""
    amounts, problems = _amounts(columns, _texts(columns, AMOUNT_FIELDS, rows), mapping)
    dates, more = _dates(columns, _texts(columns, DATE_FIELDS, rows), mapping)
    notations = Notations(amounts, dates, mapping.currency, columns.currency)
    return notations, problems + more + _no_currency(columns, rows, notations)


def _texts(
    columns: Columns, fields: Sequence[str], rows: Sequence[Sequence[str]]
) -> dict[str, list[str]]:
    """Return the values of each column of a kind that is there."""
    at = {field: columns.at[field] for field in fields if field in columns.at}
    return {
        field: [text for row in rows if i < len(row) and (text := row[i].strip())]
        for field, i in at.items()
    }


def _amounts(
    columns: Columns, texts: Mapping[str, list[str]], mapping: ColumnMapping
) -> tuple[dict[str, NumberNotation], list[Problem]]:
    if mapping.decimal:
        return dict.fromkeys(texts, NumberNotation(mapping.decimal)), []
    reason = (
        "some values have a decimal point, others a decimal comma; "
        'say decimal = "." or decimal = "," in a mapping file'
    )
    return _each(columns, texts, notation_of, lambda found: bool(found.decimal), reason)


def _dates(
    columns: Columns, texts: Mapping[str, list[str]], mapping: ColumnMapping
) -> tuple[dict[str, DateNotation], list[Problem]]:
    if mapping.date_order:
        return dict.fromkeys(texts, DateNotation(mapping.date_order, chosen=True)), []
    advice = 'say date_order = "dmy" or "mdy" in a mapping file'
    reason = f"some values begin with the day, others with the month; {advice}"
    found, problems = _each(columns, texts, order_of, lambda found: bool(found.order), reason)
    for field, notation in found.items():
        unclear = next((text for text in texts[field] if is_ambiguous(text)), None)
        if unclear and notation.order is None:
            where = f"column {columns.header(field)}"
            problems.append(Problem(where, f"{shown(unclear)} may be two different days; {advice}"))
    return found, problems


def _each(
    columns: Columns,
    texts: Mapping[str, list[str]],
    decide: Callable[[Sequence[str]], N | None],
    is_decided: Callable[[N], bool],
    reason: str,
) -> tuple[dict[str, N], list[Problem]]:
    found: dict[str, N] = {}
    problems = []
    together = decide([text for column in texts.values() for text in column])
    for field, column in texts.items():
        own = decide(column)
        if own is None:
            problems.append(Problem(f"column {columns.header(field)}", reason))
        elif is_decided(own) or together is None or together.contested:
            found[field] = own
        else:
            found[field] = together
    return found, problems


def _no_currency(
    columns: Columns, rows: Sequence[Sequence[str]], notations: Notations
) -> list[Problem]:
    """Say once for the whole table that nothing in it names a currency."""
    if "currency" in columns.at or notations.currency or notations.header_currency:
        return []
    texts = _texts(columns, ("payable_amount",), rows).get("payable_amount", [])
    notation = notations.amounts.get("payable_amount", NumberNotation())
    if not texts or any(_names_currency(text, notation) for text in texts):
        return []
    reason = 'no column names a currency; name it in a mapping file (--mapping): currency = "EUR"'
    return [Problem("column currency", reason)]


def _names_currency(text: str, notation: NumberNotation) -> bool:
    try:
        return named_currency(notation.read(text).mark) is not None
    except UnreadableError:
        return False
