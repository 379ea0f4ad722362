"""The invoice at a glance, and why it is here: each hold with its rule and its evidence."""

from collections.abc import Iterable

from textual.content import Content

from expense_agent.domain.invoice import Invoice
from expense_agent.domain.saving import discount_on
from tui.formatting import grouped, money, time_left
from tui.model.edit_form import candidates
from tui.safe_text import safe
from tui.sections.about import About
from tui.sections.line import GAP, MUTED, STRONG, WARNING, Line, line, text

_WORDS = {"block": "blocks", "warn": "look at"}


def why_here(about: About) -> list[Line]:
    """Return the holds, the most alarming first."""
    lines = [GAP]
    for number, hold in enumerate(about.detail.holds):
        word = _WORDS.get(hold.severity, hold.severity)
        style = "bold $text-error" if hold.severity == "block" else WARNING
        rule = (Content.assemble(" (", safe(hold.rule), ")"), MUTED)
        label = "" if number else "why here"
        lines.append(line(label, (f"{word}: ", style), safe(hold.reason, limit=400), rule))
        lines += [line("", ("  - ", MUTED), safe(proof, limit=300)) for proof in hold.evidence]
        if not hold.overridable:
            lines.append(line("", ("  approving cannot help: edit or reject it", style)))
    return lines if len(lines) > 1 else [*lines, line("why here", "no hold on it")]


def remark(about: About) -> list[Line]:
    """Say what is to be known first."""
    said = about.remark
    return [Line("now", safe(said, f"bold {WARNING}", limit=400))] if said else []


def facts(about: About) -> list[Line]:
    """Say who wants how much until when; what a person changed is marked."""
    invoice, detail = about.invoice, about.detail
    supplier = invoice.supplier
    payable = money(invoice.payable_amount, invoice.currency)
    expires = detail.request and time_left(detail.request.expires_at, about.now)
    return [
        line("invoice", (text(invoice.number), STRONG), "  ", text(detail.id)),
        line(
            "supplier",
            (text(supplier.name), STRONG),
            *_after([supplier.vat_id, supplier.country]),
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
            text(invoice.due_date),
            "   issued ",
            text(invoice.issue_date),
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
    sure = f"{suggestion.confidence if suggestion else 0:.0%} sure: " if detail.category else ""
    said = ["   ", sure, text(suggestion.why if suggestion else None)]
    mark = changed(about, "category")
    lines = [line("category", (text(label), STRONG), *(mark or said))]
    if found := candidates(detail):
        names = (f"{n} {about.categories.get(c, c)}" for n, c in enumerate(found, 1))
        lines.append(line("", "in question: ", text("  ".join(names))))
    return lines


def changed(about: About, name: str) -> list[Content]:
    """Mark a field that a person changed, for the next approver."""
    said = about.edited(name)
    return [Content("   "), safe(said, f"bold {WARNING}", limit=300)] if said else []


def _after(values: Iterable[str | None]) -> list[Content]:
    return [part for value in values if value for part in (Content("  "), safe(value))]


def _tax(invoice: Invoice) -> list[Content]:
    tax = grouped(invoice.tax_amount, invoice.currency)
    return [Content("   of it VAT "), safe(tax)] if tax else []


def _paid_before(invoice: Invoice) -> list[Line]:
    """Say what lies between the total and the payable amount, where something does."""
    between = (("prepaid", invoice.prepaid_amount), ("rounding", invoice.rounding_amount))
    stated = [(name, amount) for name, amount in between if amount]
    if not stated:
        return []
    shown = (("total", invoice.tax_inclusive_amount), *stated)
    words = (f"{name} {grouped(amount, invoice.currency)}" for name, amount in shown if amount)
    return [line("", safe("   ".join(words)))]


def _discount(about: About) -> list[Line]:
    """Say what paying today still saves, as it is never taken by itself."""
    if not about.invoice.discounts:
        return []
    saving = discount_on(about.invoice, about.now.date())
    if saving is None:
        return [line("discount", "none that still holds")]
    return [line("discount", (safe(str(saving)), STRONG), "   only by an edit of the amount")]
