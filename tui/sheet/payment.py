"""The payment, made or to be made."""

from tui.formatting import account_blocks, money
from tui.sheet.about import About
from tui.sheet.line import STRONG, Line, line, text


def payment(about: About) -> list[Line]:
    """Return the payment, with who approved it."""
    paid = about.detail.payment
    if paid is None:
        return []
    amount = money(str(paid.get("amount") or ""), str(paid.get("currency") or ""))
    account = account_blocks(str(paid.get("account") or "no account"))
    by = ", ".join(paid.get("approved_by") or ()) or "nobody: a clean policy result"
    return [
        line("payment", (text(paid.get("status")), STRONG), "  ", text(amount), " on ",
             text(paid.get("execution_date")), " to ", text(account)),
        line("", "  approved by ", text(by)),
    ]  # fmt: skip
