"""The JSON of the commands: one function for each shape of the contract, from a typed view.

Scripts rely on the names that stand here, whatever the fields of a view are called.
"""

from typing import Any

from expense_agent.domain.audit import AuditEvent
from expense_agent.service import PaymentView

Shape = dict[str, Any]


def payment_shape(payment: PaymentView) -> Shape:
    """Return a payment as `payments` prints it."""
    return {
        "id": payment.id,
        "invoice_id": payment.invoice_id,
        "supplier": payment.supplier,
        "account": payment.account,
        "amount": payment.amount,
        "currency": payment.currency,
        "status": payment.status,
        "execution_date": payment.execution_date,
        "payment_key": payment.payment_key,
        "approved_by": list(payment.approved_by),
        "remittance": payment.remittance,
        "replaces": payment.replaces,
        "run": payment.run,
        "end_to_end_id": payment.end_to_end_id,
    }


def event_shape(event: AuditEvent) -> Shape:
    """Return an event of the trail as `audit` prints it."""
    return {
        "seq": event.seq,
        "at": event.at,
        "actor": event.actor,
        "action": event.action,
        "invoice_id": event.invoice_id,
        "details": event.details,
    }
