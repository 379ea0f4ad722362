"""Lines and VAT rows of nested records (JSON); numbers in the plain notation of JSON only."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from expense_agent.domain.discount import Discount
from expense_agent.domain.invoice import InvoiceLine, VatLine
from expense_agent.importers.amounts import NumberNotation
from expense_agent.importers.dates import DateNotation
from expense_agent.importers.problem import UnreadableError
from expense_agent.importers.texts import Texts, named

MOST_LINES = 10_000
"""Lines of one invoice; the longest real one has 53."""
_NUMBERS = NumberNotation(strict=True)


def lines_from(lines: Sequence[Mapping[str, str]], flags: list[str]) -> tuple[InvoiceLine, ...]:
    """Build the lines; raises UnreadableError naming line and field."""
    if len(lines) > MOST_LINES:
        raise UnreadableError(f"more than {MOST_LINES:,} lines")
    return tuple(_invoice_line(Texts(line, flags, f"lines[{i}]: ")) for i, line in enumerate(lines))


def vat_from(rows: Sequence[Mapping[str, str]], flags: list[str]) -> tuple[VatLine, ...]:
    """Build the VAT breakdown; raises UnreadableError naming row and field."""
    if len(rows) > MOST_LINES:
        raise UnreadableError(f"more than {MOST_LINES:,} rows of VAT")
    return tuple(_vat(Texts(row, flags, f"vat_breakdown[{i}]: ")) for i, row in enumerate(rows))


def discounts_from(rows: Sequence[Mapping[str, str]], flags: list[str]) -> tuple[Discount, ...]:
    """Build the discounts; raises UnreadableError naming row and field."""
    if len(rows) > MOST_LINES:
        raise UnreadableError(f"more than {MOST_LINES:,} discounts")
    texts = (Texts(row, flags, f"discounts[{i}]: ") for i, row in enumerate(rows))
    return tuple(map(_discount, texts))


def amounts_from(texts: Sequence[str], name: str) -> tuple[Decimal, ...]:
    """Read a list of amounts; raises UnreadableError."""
    return tuple(_read(text, f"{name}[{i}]") for i, text in enumerate(texts))


def _invoice_line(texts: Texts) -> InvoiceLine:
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
        counts=texts.values.get("counts") != "false",
    )


def _discount(texts: Texts) -> Discount:
    day = texts.get("last_day")
    try:
        last_day = DateNotation().read(day) if day else None
    except UnreadableError as error:
        raise UnreadableError(f"{texts.where}last day {error}") from None
    return Discount(
        percent=_number(texts, "percent"),
        last_day=last_day,
        base=_number(texts, "base"),
        text=texts.words("text", lines=True),
    )


def _vat(texts: Texts) -> VatLine:
    return VatLine(
        category=texts.get("category"),
        rate=_number(texts, "rate"),
        base=_number(texts, "base"),
        tax=_number(texts, "tax"),
    )


def _number(texts: Texts, name: str) -> Decimal | None:
    text = texts.values.get(name)
    return _read(text, texts.where + named(name)) if text else None


def _read(text: str, where: str) -> Decimal:
    try:
        return _NUMBERS.read(text).value
    except UnreadableError as error:
        raise UnreadableError(f"{where} {error}") from None
