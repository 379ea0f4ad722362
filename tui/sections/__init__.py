"""One invoice as text to decide by, in sections; one file for each question an approver asks.

All that comes from data passes `safe`; nothing here is ever read as markup.
"""

from tui.sections.about import About
from tui.sections.document_section import attached, lines, origin, vat
from tui.sections.facts_section import category, facts, remark, why_here
from tui.sections.line import GAP, Line, Section, laid_out
from tui.sections.money_section import before, budget, payment, usual
from tui.sections.people_section import agent, approvals, comments, edits, steps
from tui.sections.supplier_section import account, known_accounts, past_invoices

__all__ = ["About", "Line", "Section", "laid_out", "sections", "sheet"]

_PREVIEW = (
    remark, facts, why_here, account, usual, before, budget, category, lines, vat, approvals,
    edits, comments, attached, payment, steps, origin,
)  # fmt: skip
"""The preview beside the list: everything in one column, the most needed first."""


def sheet(about: About) -> list[Line]:
    """Return everything in one column."""
    return [line for block in _PREVIEW for line in block(about)]


def sections(about: About) -> tuple[Section, ...]:
    """Return the sections of the detail screen."""
    why = [remark, facts, payment, why_here, account, usual, before, budget, category]
    return (
        Section("Why here", tuple(line for block in why for line in block(about))),
        _titled("Lines", *lines(about), *vat(about)),
        _titled("People", *approvals(about), *edits(about), *comments(about)),
        _titled("Agent", *agent(about), *steps(about)),
        _titled("Documents", *origin(about), *attached(about)),
        _titled("Supplier", *known_accounts(about), *past_invoices(about)),
    )


def _titled(title: str, *content: Line) -> Section:
    kept = content[1:] if content[:1] == (GAP,) else content
    return Section(title, kept)
