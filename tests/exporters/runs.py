"""Builds payment runs to be written: name only what the test is about."""

import hashlib
from decimal import Decimal

from expense_agent.domain.money import Money
from expense_agent.domain.payment_run import PAIN_09, Debtor, PaymentRun, RunLine, in_order, run_id
from tests.builders import NORDWIND_IBAN

BUYER = Debtor("Buyer GmbH", "DE02120300000000202051", "BYLADEM1001")
HEAD = f"17:{'ab' * 32}"


def a_line(
    amount: str = "120.00 EUR",
    *,
    name: str = "Nordwind Logistik AG",
    account: str | None = NORDWIND_IBAN,
    remittance: str = "R-1001",
    day: str = "2026-12-01",
    payment: int = 1,
) -> RunLine:
    number, _, currency = amount.partition(" ")
    return RunLine(
        payment_id=payment,
        invoice_id=f"inv{payment}",
        payment_key=hashlib.sha256(str(payment).encode()).hexdigest(),
        execution_date=day,
        amount=Money(Decimal(number), currency),
        name=name,
        account=account,
        remittance=remittance,
    )


def a_run(
    *lines: RunLine,
    format: str = PAIN_09,  # noqa: A002 - the field's name
    debtor: Debtor | None = BUYER,
) -> PaymentRun:
    ordered = in_order(lines or (a_line(),))
    name = run_id("2026-11-22", ordered)
    return PaymentRun(name, format, "2026-11-22T09:00:00.123Z", debtor, HEAD, ordered)
