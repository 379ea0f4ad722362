"""One invoice as text to decide by: what, why it is here, where the money goes, what was done.

All that comes from data passes `safe`; nothing here is ever read as markup.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from textual.content import Content

from expense_agent.domain.invoice import from_plain
from expense_agent.domain.policy import Hold
from expense_agent.domain.saving import discount_on
from expense_agent.service import InvoiceDetail
from tui.formatting import account_blocks, day_and_time, grouped, money, time_left
from tui.safe_text import safe

_LABEL = 11
"""Cells of the label at the beginning of a line."""
_MUTED = "$text-muted"
_STRONG = "bold"
_WORDS = {"block": "blocks", "warn": "look at"}


@dataclass(frozen=True, slots=True)
class Line:
    """A label and what belongs to it; a long text goes on under its own beginning."""

    label: str
    text: Content


_GAP = Line("", Content(""))


def sheet(
    detail: InvoiceDetail, remark: str, categories: Mapping[str, str], now: datetime
) -> list[Line]:
    """Give the whole sheet; `remark` is what is to be known about it first ("" for nothing)."""
    blocks = (
        [Line("now", safe(remark, "bold $text-warning", limit=400))] if remark else [],
        _facts(detail, now),
        _why_here(detail.holds),
        _account(detail),
        _category(detail, categories),
        _lines(detail),
        _vat(detail),
        _approvals(detail),
        _edits(detail),
        _comments(detail),
        _payment(detail),
        _steps(detail),
        _origin(detail),
    )
    return [line for block in blocks for line in block]


def laid_out(lines: Iterable[Line], width: int) -> Content:
    """Set lines into `width` cells: labels in a column of their own, text wrapped beside it."""
    shown: list[Content] = []
    for line in lines:
        label = line.label.ljust(_LABEL)
        for part in line.text.wrap(max(_LABEL, width - _LABEL)) or [Content("")]:
            shown.append(Content.assemble((label, _MUTED), part))
            label = " " * _LABEL
    return Content("\n").join(shown)


def _line(label: str, *parts: Content | tuple[Content | str, str] | str) -> Line:
    styled = [
        part
        if isinstance(part, Content)
        else Content(part)
        if isinstance(part, str)
        else _styled(*part)
        for part in parts
    ]
    return Line(label, Content.assemble(*styled))


def _styled(part: Content | str, style: str) -> Content:
    return (part if isinstance(part, Content) else Content(part)).stylize(style)


def _text(value: Any, limit: int = 200) -> Content:
    return safe(str(value), limit=limit) if value not in (None, "") else Content("-")


def _facts(detail: InvoiceDetail, now: datetime) -> list[Line]:
    invoice = detail.invoice
    supplier = invoice.get("supplier") or {}
    payable = money(invoice.get("payable_amount") or "", invoice.get("currency") or "")
    expires = detail.request and time_left(detail.request.expires_at, now)
    means = [supplier.get("vat_id"), supplier.get("country")]
    return [
        _line("invoice", (_text(invoice.get("number")), _STRONG), "  ", _text(detail.id)),
        _line("supplier", (_text(supplier.get("name")), _STRONG), *_after(means)),
        _line("payable", (_text(payable), _STRONG), *_tax(invoice)),
        *_paid_before(invoice),
        _line(
            "due",
            _text(invoice.get("due_date")),
            "   issued ",
            _text(invoice.get("issue_date")),
            f"   expires in {expires}" if expires else f"   {detail.state}",
        ),
        *_discount(invoice, now),
    ]


def _after(values: Iterable[Any]) -> list[Content]:
    return [part for value in values if value for part in (Content("  "), safe(str(value)))]


def _tax(invoice: Mapping[str, Any]) -> list[Content]:
    tax = invoice.get("tax_amount")
    return [Content("   of it VAT "), safe(grouped(str(tax)))] if tax else []


def _paid_before(invoice: Mapping[str, Any]) -> list[Line]:
    """Say what lies between the total and the payable amount, where something does."""
    between = {"prepaid": invoice.get("prepaid_amount"), "rounding": invoice.get("rounding_amount")}
    stated = {name: amount for name, amount in between.items() if amount and Decimal(amount)}
    if not stated:
        return []
    total = {"total": invoice.get("tax_inclusive_amount") or "", **stated}
    words = (f"{name} {grouped(str(amount))}" for name, amount in total.items() if amount)
    return [_line("", safe("   ".join(words)))]


def _discount(invoice: Mapping[str, Any], now: datetime) -> list[Line]:
    """Say what paying today still saves, as it is never taken by itself."""
    if not invoice.get("discounts"):
        return []
    saving = discount_on(from_plain(invoice), now.date())
    if saving is None:
        return [_line("discount", "none that still holds")]
    return [_line("discount", (safe(str(saving)), _STRONG), "   only by an edit of the amount")]


def _why_here(holds: Iterable[Hold]) -> list[Line]:
    lines = [_GAP]
    for number, hold in enumerate(holds):
        word = _WORDS.get(hold.severity, hold.severity)
        style = "bold $text-error" if hold.severity == "block" else "$text-warning"
        rule = (Content.assemble(" (", safe(hold.rule), ")"), _MUTED)
        label = "" if number else "why here"
        lines.append(_line(label, (f"{word}: ", style), safe(hold.reason, limit=400), rule))
        lines += [_line("", ("  - ", _MUTED), safe(proof, limit=300)) for proof in hold.evidence]
        if not hold.overridable:
            lines.append(_line("", ("  approving cannot help: edit or reject it", style)))
    return lines if len(lines) > 1 else [*lines, _line("why here", "no hold on it")]


def _account(detail: InvoiceDetail) -> list[Line]:
    concerned = [hold for hold in detail.holds if "account" in hold.rule]
    known = "see why here" if concerned else "no hold on it"
    shown = account_blocks(detail.account) if detail.account else "none"
    means = detail.invoice.get("payment_means") or [{}]
    name = means[0].get("account_name")
    return [
        _line("account", (_text(shown), _STRONG), f"   {known}"),
        *([_line("", "in the name of ", _text(name))] if name else []),
    ]


def _category(detail: InvoiceDetail, categories: Mapping[str, str]) -> list[Line]:
    label = categories.get(detail.category or "", detail.category or "none")
    suggestion = detail.suggestion
    sure = f"   {suggestion.get('confidence') or 0:.0%} sure: "
    return [_line("category", (_text(label), _STRONG), sure, _text(suggestion.get("why")))]


def _lines(detail: InvoiceDetail) -> list[Line]:
    lines = detail.invoice.get("lines") or []
    shown = [_GAP] if lines else []
    for number, line in enumerate(lines):
        label = f"lines {len(lines)}" if not number else ""
        name = _text(line.get("name") or line.get("description"))
        shown.append(_line(label, name, *_quantity(line), *_net(line)))
    return shown


def _quantity(line: Mapping[str, Any]) -> list[Content]:
    if not line.get("quantity"):
        return []
    price = f" x {grouped(str(line['price']))}" if line.get("price") else ""
    return [Content("   "), safe(f"{line['quantity']} {line.get('unit') or ''}".strip() + price)]


def _net(line: Mapping[str, Any]) -> list[Content]:
    net = line.get("net_amount")
    return [Content("   "), safe(grouped(str(net))).stylize(_STRONG)] if net else []


def _vat(detail: InvoiceDetail) -> list[Line]:
    rows = detail.invoice.get("vat_breakdown") or []
    return [
        _line(
            "" if number else "VAT",
            safe(f"{row.get('category') or ''} {row.get('rate') or '-'} %".strip()),
            "   of ",
            safe(grouped(row.get("base") or "") or "-"),
            "   ",
            (safe(grouped(row.get("tax") or "") or "-"), _STRONG),
        )
        for number, row in enumerate(rows)
    ]


def _approvals(detail: InvoiceDetail) -> list[Line]:
    given = f"{detail.approvals_given} of {detail.approvals_needed}"
    return [
        _GAP,
        _line("approvals", given),
        *(
            _line(
                "",
                f"{day_and_time(d['decided_at'])}  ",
                _text(d["approver"]),
                (f"  {d['verdict']}  ", _STRONG),
                _text(d["reason"]) if d["reason"] else "",
            )
            for d in detail.decisions
        ),
    ]


def _edits(detail: InvoiceDetail) -> list[Line]:
    shown: list[Line] = []
    for edit in detail.edits:
        by = Content.assemble(_text(edit["editor"]), f", {day_and_time(edit['edited_at'])}: ")
        shown.append(_line("edited", by, _text(edit["comment"])))
        shown += [
            _line("", f"  {name.replace('_', ' ')}  ", _text(edit["before"].get(name)), "  ->  ",
                  (_text(after), _STRONG))
            for name, after in edit["after"].items()
        ]  # fmt: skip
    return shown


def _comments(detail: InvoiceDetail) -> list[Line]:
    return [
        _line("comment", _text(c["author"]), f", {day_and_time(c['at'])}: ", _text(c["text"], 400))
        for c in detail.comments
    ]


def _payment(detail: InvoiceDetail) -> list[Line]:
    paid = detail.payment
    if paid is None:
        return []
    amount = money(str(paid.get("amount") or ""), str(paid.get("currency") or ""))
    return [
        _line("payment", (_text(paid.get("status")), _STRONG), "  ", _text(amount), " on ",
              _text(paid.get("execution_date")), " to ", _text(paid.get("account"))),
    ]  # fmt: skip


def _steps(detail: InvoiceDetail) -> list[Line]:
    shown = [_GAP] if detail.steps else []
    for number, step in enumerate(detail.steps):
        at = day_and_time(step["at"]) if step.get("at") else ""
        node = str(step.get("node", "")).replace("_", " ")
        label = "" if number else "steps"
        shown.append(_line(label, f"{at}  ", _text(node), "  ", _text(step.get("note") or "")))
    return shown


def _origin(detail: InvoiceDetail) -> list[Line]:
    source = detail.invoice.get("source") or {}
    file = "/".join(PurePath(source.get("file") or "").parts[-2:])
    where = [file, source.get("location")]
    named = Content(", ").join(safe(str(part)) for part in where if part)
    at = day_and_time(detail.received_at)
    return [_line("read from", named), _line("imported", _text(detail.imported_by), f", {at}")]
