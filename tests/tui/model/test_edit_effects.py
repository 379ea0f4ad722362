from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from expense_agent.domain.policy import Policy
from expense_agent.service import InvoiceDetail, KnownAccount, SupplierHistory
from tests.builders import NORDWIND_IBAN, OTHER_IBAN
from tests.tui.fake_service import FakeService, a_row
from tui.model.edit_effects import effects

KNOWN = SupplierHistory((), (KnownAccount(NORDWIND_IBAN, "last paid", "2026-10-01T00:00:00Z"),))
POLICY = Policy(second_above=Decimal("1000.00"))


def a_detail(**changes: Any) -> InvoiceDetail:
    return replace(FakeService([a_row(1)]).invoice("inv-1"), **changes)


def told(changes: dict[str, str], **more: Any) -> str:
    given = {"detail": a_detail(), "past": KNOWN, "policy": POLICY, "today": date(2026, 11, 22)}
    return "; ".join(effects(changes, **{**given, **more}))


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("1100.00", "still over the automatic limit 500.00 EUR; still over the line for a second"),
        ("700.00", "still over the automatic limit 500.00 EUR; no longer over the line"),
        ("400.00", "no longer over the automatic limit 500.00 EUR; no longer over the line"),
    ],
)
def test_which_lines_of_the_policy_an_amount_crosses(amount: str, expected: str) -> None:
    assert told({"payable_amount": amount}).startswith(expected)


def test_without_a_rate_nothing_is_claimed() -> None:
    invoice = {**a_detail().invoice, "currency": "ISK"}
    said = told({"payable_amount": "7"}, detail=a_detail(invoice=invoice))
    assert "no exchange rate for ISK" in said


def test_an_account_is_known_or_a_hold_is_to_be_expected() -> None:
    assert "the account is known: last paid, since 2026-10-01" in told({"account": NORDWIND_IBAN})
    assert "expect a hold on it" in told({"account": OTHER_IBAN})
    assert "no account of this supplier" in told({"account": OTHER_IBAN}, past=SupplierHistory())


def test_earlier_approvals_are_voided_and_a_person_looks_again() -> None:
    said = told({"due_date": "2026-11-01"}, detail=a_detail(approvals_given=2))
    assert said == (
        "the due date has passed already; voids 2 earlier approvals;"
        " it is held as edited, and waits for a person with the new values"
    )
