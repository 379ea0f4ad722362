"""What an edit will lead to, as far as it can be told without the store. Pure.

The engine checks everything again; what is said here is what an approver should expect.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from expense_agent.domain.money import Money
from expense_agent.domain.policy import Policy
from expense_agent.service import InvoiceDetail, SupplierHistory


def effects(
    changes: Mapping[str, str],
    detail: InvoiceDetail,
    past: SupplierHistory,
    policy: Policy | None,
    today: date,
) -> list[str]:
    """Give what to expect, a sentence each."""
    found: list[str] = []
    if policy and (amount := changes.get("payable_amount")):
        before, currency = (
            detail.invoice.get("payable_amount"),
            detail.invoice.get("currency") or "",
        )
        found += _limits(before or "", amount, currency, policy)
    if account := changes.get("account"):
        found.append(_account(account, past))
    if due := changes.get("due_date"):
        found += ["the due date has passed already"] if date.fromisoformat(due) < today else []
    voided = detail.approvals_given
    if voided:
        found.append(f"voids {voided} earlier approval{'s'[: voided != 1]}")
    return [*found, "it is held as edited, and waits for a person with the new values"]


def _limits(before: str, after: str, currency: str, policy: Policy) -> Iterator[str]:
    """Say which lines of the policy the amount crosses, or stays beyond."""
    lines = [("the automatic limit", policy.automatic_limit.amount)]
    if policy.second_above is not None:
        lines.append(("the line for a second approver", policy.second_above))
    for name, limit in lines:
        was, will = (_above(amount, currency, limit, policy) for amount in (before, after))
        shown = Money(limit, policy.base_currency)
        if will is None:
            yield f"no exchange rate for {currency}: it cannot be compared with {name}"
        elif will:
            yield f"{'still over' if was else 'now over'} {name} {shown}"
        elif was:
            yield f"no longer over {name} {shown}"


def _above(amount: str, currency: str, limit: Decimal, policy: Policy) -> bool | None:
    if not amount:
        return False
    based = policy.in_base_currency(Money(Decimal(amount), currency))
    return None if based is None else based.amount > limit


def _account(account: str, past: SupplierHistory) -> str:
    known = next((one for one in past.accounts if one.account == account), None)
    if known:
        return f"the account is known: {known.origin}, since {known.since[:10]}"
    if past.accounts:
        return "the account is not one this supplier is known by: expect a hold on it"
    return "no account of this supplier is known yet"
