"""The payment, made or to be made."""

from tui.formatting import account_blocks, money
from tui.sections.about import About
from tui.sections.line import STRONG, Line, line, text


def payment(about: About) -> list[Line]:
    """Return the payment, with who approved it."""
    paid = about.detail.payment
    if paid is None:
        return []
    amount = money(paid.amount, paid.currency)
    account = account_blocks(paid.account or "no account")
    by = ", ".join(paid.approved_by) or "nobody: a clean policy result"
    return [
        line("payment", (text(paid.status), STRONG), "  ", text(amount), " on ",
             text(paid.execution_date), " to ", text(account)),
        line("", "  approved by ", text(by)),
    ]  # fmt: skip
