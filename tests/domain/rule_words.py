"""Short words in which tests ask a rule."""

from expense_agent.domain.category import Suggestion
from expense_agent.domain.facts import Facts, Twin
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import Hold, Policy
from expense_agent.domain.rules import Rule
from tests.builders import a_suggestion

NOBODY = Facts()


def holds(
    rule: Rule,
    invoice: Invoice,
    facts: Facts = NOBODY,
    policy: Policy | None = None,
    said: Suggestion | None = None,
) -> list[Hold]:
    return rule(invoice, said or a_suggestion(), facts, policy or Policy())


def hold(
    rule: Rule,
    invoice: Invoice,
    facts: Facts = NOBODY,
    policy: Policy | None = None,
    said: Suggestion | None = None,
) -> Hold:
    [only] = holds(rule, invoice, facts, policy, said)
    return only


def a_twin(
    layer: str = "number",
    *,
    invoice_id: str = "t1",
    number: str = "R-1000",
    dated: str = "2026-10-30",
    paid: bool = False,
    same_file: bool = False,
) -> Twin:
    return Twin(
        invoice_id=invoice_id,
        number=number,
        payable="120.00 EUR",
        status="scheduled" if paid else "waiting",
        received="2026-11-01",
        paid=paid,
        layer=layer,
        supplier="Nordwind Logistik AG",
        dated=dated,
        same_supplier=layer not in ("account", "copy"),
        same_file=same_file,
    )
