"""The effects of an edit: holds that go, come and stay, and approvals it voids. Pure.

It is what the rules say of the edited invoice now; the engine checks everything again.
"""

from collections.abc import Iterator

from expense_agent.service import Foreseen, InvoiceDetail

_OF_THE_EDIT = "edited"
"""The hold that every edit brings: said once, at the end."""


def effects(detail: InvoiceDetail, foreseen: Foreseen) -> Iterator[tuple[str, str]]:
    """Yield what to expect: a word ("gone", "new", "stays", "") and a sentence each."""
    before = {(hold.rule, hold.reason): hold for hold in detail.holds}
    after = {(hold.rule, hold.reason): hold for hold in foreseen.holds if _is_other(hold.rule)}
    for name, hold in after.items():
        if name not in before:
            yield "new", hold.reason
    for name, hold in before.items():
        if name not in after and _is_other(hold.rule):
            yield "gone", hold.reason
    for name, hold in after.items():
        if name in before:
            yield "stays", hold.reason
    if foreseen.approvals_needed != detail.approvals_needed:
        yield "", f"needs {foreseen.approvals_needed} approvals, not {detail.approvals_needed}"
    if voided := detail.approvals_given:
        yield "", f"voids {voided} earlier approval{'s'[: voided != 1]}"
    yield "", "it is held as edited, and waits for a person with the new values"


def _is_other(rule: str) -> bool:
    return rule != _OF_THE_EDIT
