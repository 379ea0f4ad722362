"""The supplier: its accounts, whether this one is known, and its earlier invoices."""

from tui.formatting import account_blocks, crop, grouped
from tui.safe_text import inert, safe
from tui.sections.about import About
from tui.sections.facts_section import changed
from tui.sections.line import GAP, STRONG, WARNING, Line, Part, line, text

_ACCOUNTS_SHOWN = 2
"""Known accounts named beside one that is none of them."""


def account(about: About) -> list[Line]:
    """Say where the money would go, and why that account is trusted or not."""
    shown = account_blocks(about.detail.account) if about.detail.account else "none"
    name = next((means.account_name for means in about.invoice.payment_means[:1]), None)
    return [
        line("account", (text(shown), STRONG), "   ", *_trust(about), *changed(about, "account")),
        *([line("", "in the name of ", text(name))] if name else []),
    ]


def _trust(about: About) -> list[Part]:
    detail, past = about.detail, about.past
    if past and detail.account is None and past.accounts:
        newest = past.accounts[0]
        where = account_blocks(newest.account)
        said = f"known by now: {where}, {newest.origin} {newest.since[:10]}"
        return [(safe(said), WARNING)]
    if past is None or detail.account is None:
        concerned = any("account" in hold.rule for hold in detail.holds)
        return ["see why here" if concerned else "no hold on it"]
    known = [known for known in past.accounts if known.account == detail.account]
    if known:
        said = ", ".join(f"{one.origin} {one.since[:10]}" for one in known)
        return [safe(f"known: {said}")]
    if past.accounts:
        others = list(dict.fromkeys(one.account for one in past.accounts))[:_ACCOUNTS_SHOWN]
        said = ", ".join(account_blocks(account) for account in others)
        return [(safe(f"not the known one: {said}"), f"bold {WARNING}")]
    return [("no account of this supplier is known yet", WARNING)]


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
