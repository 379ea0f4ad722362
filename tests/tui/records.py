"""Payments and events of the trail as the service gives them: name only what the test is about."""

from typing import Any

from expense_agent.domain.audit import AuditEvent
from expense_agent.service import PaymentView
from tests.builders import NORDWIND_IBAN


def a_payment(
    number: int,
    amount: str = "240.00",
    *,
    status: str = "scheduled",
    supplier: str = "Nordwind Logistik AG",
    currency: str = "EUR",
    approved_by: tuple[str, ...] = (),
    invoice_id: str | None = None,
) -> PaymentView:
    return PaymentView(
        id=number,
        invoice_id=invoice_id or f"inv-{number}",
        supplier=supplier,
        account=NORDWIND_IBAN,
        amount=amount,
        currency=currency,
        status=status,
        execution_date="2026-11-24",
        payment_key=f"key-{number}",
        approved_by=approved_by,
        remittance=f"R-{number}",
    )


def an_event(
    seq: int,
    action: str = "received",
    *,
    actor: str = "agent",
    invoice_id: str | None = None,
    **details: Any,
) -> AuditEvent:
    return AuditEvent(
        seq=seq,
        at=f"2026-11-22T{seq // 60 % 24:02}:{seq % 60:02}:00Z",
        actor=actor,
        action=action,
        invoice_id=invoice_id or f"inv-{seq}",
        details=details,
    )
