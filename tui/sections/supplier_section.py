"""The supplier: its accounts, and its earlier invoices."""

from tui.formatting import account_blocks, crop, grouped
from tui.safe_text import inert, safe
from tui.sections.about import About
from tui.sections.line import GAP, Line, line

_INVOICES_SHOWN = 12


def known_accounts(about: About) -> list[Line]:
    """Return the accounts there is a reason to trust."""
    if about.past is None:
        return []
    found = [
        line(
            "" if number else "accounts",
            safe(account_blocks(known.account)),
            safe(f"   {known.origin}, since {known.since[:10]}"),
        )
        for number, known in enumerate(about.past.accounts)
    ]
    return found or [line("accounts", "none is known yet")]


def past_invoices(about: About) -> list[Line]:
    """Return the newest invoices of the supplier, one a line."""
    if about.past is None:
        return []
    found = about.past.invoices
    lines = [
        line("" if number else "invoices", safe(
            f"{one.issue_date or one.received_at[:10]}  {crop(inert(one.number) or '-', 14)} "
            f"{grouped(one.payable_amount, one.currency) or 'none':>12} {one.currency}  "
            f"{one.state}  {one.id}"
        ))
        for number, one in enumerate(found[:_INVOICES_SHOWN])
    ]  # fmt: skip
    more = len(found) - _INVOICES_SHOWN
    last = [line("", f"and {more} more")] if more > 0 else []
    return [GAP, *(lines or [line("invoices", "the first of this supplier")]), *last]
