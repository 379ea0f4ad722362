"""Payments, steps and events as the service gives them: name only what the test is about."""

from typing import Any

from expense_agent.domain.audit import AuditEvent
from expense_agent.service import PaymentView, StepRow
from expense_agent.service.store_metrics import (
    Amounts,
    Metrics,
    ModelUsage,
    QueueAge,
    Rate,
    Spread,
)
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


NO_FIGURES = Metrics(
    as_of="2026-11-22T12:00:00.000Z",
    invoices={},
    touchless=Rate(0, 0),
    exceptions=Rate(0, 0),
    first_pass=Rate(0, 0),
    cycle_hours=Spread(0, None, None),
    cycle_hours_asked=Spread(0, None, None),
    decision_hours=Spread(0, None, None),
    queue_age=QueueAge(Spread(0, None, None), None, 0, {}),
    edits={},
    overrides={},
    expired=Rate(0, 0),
    duplicates=Amounts(0, {}),
    conflicts=Amounts(0, {}),
    spend_by_category=(),
    spend_by_supplier=(),
    per_day=(),
    evidence={},
    language_model=ModelUsage(),
    discount_lost=Amounts(0, {}),
)
"""Those of an empty store."""


def a_step(invoice_id: str = "inv-9", number: str = "R-9") -> StepRow:
    return StepRow(
        invoice_id=invoice_id,
        number=number,
        supplier="Nordwind Logistik AG",
        payable_amount="120.00",
        currency="EUR",
        step="categorize",
        proposed={"payable": "120.00 EUR", "supplier": "Nordwind Logistik AG"},
        since="2026-11-22T08:00:00Z",
        note="",
    )
