"""Two invoices side by side, field by field; what differs is marked, not by colour alone."""

from collections.abc import Iterator

from textual.content import Content

from expense_agent.domain.invoice import InvoiceLine
from expense_agent.domain.money import plain
from expense_agent.service import InvoiceDetail
from tui.formatting import account_blocks, crop, day_and_time, grouped
from tui.safe_text import inert, safe

_LABEL = 17


def fields(detail: InvoiceDetail) -> Iterator[tuple[str, str]]:
    """Yield what is compared: a label and a value, the most telling first."""
    invoice, code = detail.invoice, detail.invoice.currency
    yield "id", detail.id
    yield "is", detail.state
    yield "supplier", invoice.supplier.name or ""
    yield "VAT id", invoice.supplier.vat_id or ""
    yield "number", invoice.number or ""
    yield "issue date", str(invoice.issue_date or "")
    yield "due date", str(invoice.due_date or "")
    yield "payable", f"{grouped(invoice.payable_amount, code)} {code}"
    yield "VAT", grouped(invoice.tax_amount, code)
    yield "account", account_blocks(detail.account or "")
    yield "category", detail.category or ""
    yield "purchase order", invoice.purchase_order or ""
    yield "buyer reference", invoice.buyer_reference or ""
    yield "remittance", invoice.remittance or ""
    for number, line in enumerate(invoice.lines, start=1):
        yield f"line {number}", _line(line, code)
    source = invoice.source
    yield "read from", f"{source.file.rsplit('/', 1)[-1]} {source.location or ''}"
    yield "received", f"{day_and_time(detail.received_at)} by {detail.imported_by}"


def _line(line: InvoiceLine, code: str) -> str:
    quantity = "" if line.quantity is None else plain(line.quantity)
    name = line.name or line.description or ""
    return f"{quantity} {name} {grouped(line.net_amount, code)}".strip()


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
