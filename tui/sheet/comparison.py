"""Two invoices side by side, field by field; what differs is marked, not by colour alone."""

from collections.abc import Iterator, Mapping
from typing import Any

from textual.content import Content

from expense_agent.service import InvoiceDetail
from tui.formatting import account_blocks, crop, day_and_time, grouped
from tui.safe_text import inert, safe
from tui.sheet.facts import currency_of

_LABEL = 17
_FIELDS = ("number", "issue_date", "due_date", "purchase_order", "buyer_reference", "remittance")


def fields(detail: InvoiceDetail) -> Iterator[tuple[str, str]]:
    """Yield what is compared: a label and a value, the most telling first."""
    invoice = detail.invoice
    supplier = invoice.get("supplier") or {}
    yield "id", detail.id
    yield "is", detail.state
    yield "supplier", supplier.get("name") or ""
    yield "VAT id", supplier.get("vat_id") or ""
    for name in _FIELDS[:3]:
        yield name.replace("_", " "), str(invoice.get(name) or "")
    code = currency_of(invoice)
    yield "payable", f"{grouped(invoice.get('payable_amount') or '', code)} {code}"
    yield "VAT", grouped(str(invoice.get("tax_amount") or ""), code)
    yield "account", account_blocks(detail.account or "")
    yield "category", detail.category or ""
    for name in _FIELDS[3:]:
        yield name.replace("_", " "), str(invoice.get(name) or "")
    for number, line in enumerate(invoice.get("lines") or [], start=1):
        yield f"line {number}", _line(line, code)
    source = invoice.get("source") or {}
    yield (
        "read from",
        f"{str(source.get('file') or '').rsplit('/', 1)[-1]} {source.get('location') or ''}",
    )
    yield "received", f"{day_and_time(detail.received_at)} by {detail.imported_by}"


def _line(line: Mapping[str, Any], code: str) -> str:
    name = line.get("name") or line.get("description") or ""
    net = grouped(str(line.get("net_amount") or ""), code)
    return f"{line.get('quantity') or ''} {name} {net}".strip()


def side_by_side(left: InvoiceDetail, right: InvoiceDetail, width: int) -> Content:
    """Set two invoices into columns; `=` stands between what is equal, `<>` between the rest."""
    first, second = dict(fields(left)), dict(fields(right))
    room = (width - _LABEL - 4) // 2
    lines = [_head("this one", "the other", room)]
    for label in dict.fromkeys([*first, *second]):
        mine, other = first.get(label, ""), second.get(label, "")
        same = mine.casefold().split() == other.casefold().split()
        sign, style = ("= ", "") if same else ("<>", "bold $text-warning")
        lines.append(
            Content.assemble(
                (label.ljust(_LABEL), "$text-muted"),
                safe(crop(inert(mine) or "-", room), style),
                (f" {sign} ", style or "$text-muted"),
                safe(crop(inert(other) or "-", room), style),
            )
        )
    return Content("\n").join(lines)


def _head(left: str, right: str, room: int) -> Content:
    return Content.styled(f"{'':{_LABEL}}{left:{room}}    {right}", "bold")
