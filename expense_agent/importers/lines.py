"""Invoice lines of nested records (JSON); numbers in the plain notation of JSON only."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from expense_agent.domain.invoice import InvoiceLine
from expense_agent.importers.amounts import NumberNotation
from expense_agent.importers.problem import UnreadableError
from expense_agent.importers.texts import Texts, named

MOST_LINES = 10_000
"""Lines of one invoice; the longest real one has 53."""
_NUMBERS = NumberNotation(strict=True)


def lines_from(lines: Sequence[Mapping[str, str]], flags: list[str]) -> tuple[InvoiceLine, ...]:
    """Build the lines; raises UnreadableError naming line and field."""
    if len(lines) > MOST_LINES:
        raise UnreadableError(f"more than {MOST_LINES:,} lines")
    return tuple(_line(i, Texts(line, flags)) for i, line in enumerate(lines))


def _line(index: int, texts: Texts) -> InvoiceLine:
    try:
        return InvoiceLine(
            id=texts.get("id"),
            name=texts.words("name"),
            description=texts.words("description"),
            quantity=_number(texts, "quantity"),
            unit=texts.get("unit"),
            net_amount=_number(texts, "net_amount"),
            price=_number(texts, "price"),
            vat_category=texts.get("vat_category"),
            vat_rate=_number(texts, "vat_rate"),
        )
    except UnreadableError as error:
        raise UnreadableError(f"lines[{index}]: {error}") from None


def _number(texts: Texts, name: str) -> Decimal | None:
    text = texts.values.get(name)
    try:
        return _NUMBERS.read(text).value if text else None
    except UnreadableError as error:
        raise UnreadableError(f"{named(name)} {error}") from None
