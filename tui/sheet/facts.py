"""The invoice at a glance: supplier, amount, due date and category."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from textual.content import Content

from expense_agent.domain.invoice import from_plain
from expense_agent.domain.saving import discount_on
from tui.formatting import grouped, money, time_left
from tui.model.candidates import candidates
from tui.safe_text import safe
from tui.sheet.about import About
from tui.sheet.line import STRONG, WARNING, Line, line, text


def remark(about: About) -> list[Line]:
    """Say what is to be known first."""
    said = about.remark
    return [Line("now", safe(said, f"bold {WARNING}", limit=400))] if said else []


def facts(about: About) -> list[Line]:
    """Say who wants how much until when; what a person changed is marked."""
    invoice, detail = about.invoice, about.detail
    supplier = invoice.get("supplier") or {}
    payable = money(invoice.get("payable_amount") or "", invoice.get("currency") or "")
    expires = detail.request and time_left(detail.request.expires_at, about.now)
    return [
        line("invoice", (text(invoice.get("number")), STRONG), "  ", text(detail.id)),
        line(
            "supplier",
            (text(supplier.get("name")), STRONG),
            *_after([supplier.get("vat_id"), supplier.get("country")]),
        ),
        line(
            "payable",
            (text(payable), STRONG),
            *_tax(invoice),
            *changed(about, "payable_amount"),
        ),
        *_paid_before(invoice),
        line(
            "due",
            text(invoice.get("due_date")),
            "   issued ",
            text(invoice.get("issue_date")),
            f"   expires in {expires}" if expires else f"   {detail.state}",
            *changed(about, "due_date"),
        ),
        *_discount(about),
    ]


def category(about: About) -> list[Line]:
    """Say what it is booked as, and how sure the agent was."""
    detail = about.detail
    label = about.categories.get(detail.category or "", detail.category or "none")
    suggestion = detail.suggestion
    sure = f"{suggestion.get('confidence') or 0:.0%} sure: " if detail.category else ""
    said = ["   ", sure, text(suggestion.get("why"))]
    mark = changed(about, "category")
    lines = [line("category", (text(label), STRONG), *(mark or said))]
    if found := candidates(detail):
        names = (f"{n} {about.categories.get(c, c)}" for n, c in enumerate(found, 1))
        lines.append(line("", "in question: ", text("  ".join(names))))
    return lines


def currency_of(invoice: Mapping[str, Any]) -> str:
    """Return the currency of an invoice as it was read."""
    return str(invoice.get("currency") or "")


def changed(about: About, name: str) -> list[Content]:
    """Mark a field that a person changed, for the next approver."""
    said = about.edited(name)
    return [Content("   "), safe(said, f"bold {WARNING}", limit=300)] if said else []


def _after(values: Iterable[Any]) -> list[Content]:
    return [part for value in values if value for part in (Content("  "), safe(str(value)))]


def _tax(invoice: Mapping[str, Any]) -> list[Content]:
    tax = invoice.get("tax_amount")
    return [Content("   of it VAT "), safe(grouped(str(tax), currency_of(invoice)))] if tax else []


def _paid_before(invoice: Mapping[str, Any]) -> list[Line]:
    """Say what lies between the total and the payable amount, where something does."""
    between = {"prepaid": invoice.get("prepaid_amount"), "rounding": invoice.get("rounding_amount")}
    stated = {name: amount for name, amount in between.items() if amount and Decimal(amount)}
    if not stated:
        return []
    total = {"total": invoice.get("tax_inclusive_amount") or "", **stated}
    code = currency_of(invoice)
    words = (f"{name} {grouped(str(amount), code)}" for name, amount in total.items() if amount)
    return [line("", safe("   ".join(words)))]


def _discount(about: About) -> list[Line]:
    """Say what paying today still saves, as it is never taken by itself."""
    if not about.invoice.get("discounts"):
        return []
    saving = discount_on(from_plain(about.invoice), about.now.date())
    if saving is None:
        return [line("discount", "none that still holds")]
    return [line("discount", (safe(str(saving)), STRONG), "   only by an edit of the amount")]
