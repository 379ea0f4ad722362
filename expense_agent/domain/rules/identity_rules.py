"""Whether the supplier can be who the e-invoice says it is."""

from expense_agent.domain.category import Suggestion
from expense_agent.domain.en16931 import is_e_invoice
from expense_agent.domain.facts import Facts
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import Hold, Policy
from expense_agent.domain.rules.common import held
from expense_agent.domain.vat import vat_id_problem


def vat_id_wrong(inv: Invoice, _s: Suggestion, _f: Facts, policy: Policy) -> list[Hold]:
    """Point out a VAT id that cannot be right: in real data a wrong one means something.

    Tables are not looked at: there it is a column that somebody has typed.
    """
    vat_id = inv.supplier.vat_id
    problem = vat_id_problem(vat_id) if vat_id and is_e_invoice(inv) else None
    return held(policy, "vat_id_wrong", problem) if problem else []
