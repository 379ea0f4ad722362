"""The lender of an approval's authority is named before it is given."""

from datetime import date
from decimal import Decimal
from pathlib import Path

from expense_agent.domain.money import Money
from expense_agent.domain.policy import Approver, Policy
from expense_agent.domain.tiers import Delegation
from tests.agents import an_office, approve, take, waiting
from tests.builders import an_invoice

POLICY = Policy(
    approvers=(
        Approver("mia", Money(Decimal("10000.00"), "EUR")),
        Approver("otto", Money(Decimal("600.00"), "EUR")),
    ),
    delegations=(Delegation("mia", "otto", date(2026, 11, 1), date(2026, 12, 1)),),
)


async def test_who_acts_with_lent_authority_reads_for_whom_before_they_approve(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path, POLICY) as office:
        ann, otto = office.person("ann"), office.person("otto")
        await take(ann, an_invoice("720.00 EUR"), an_invoice("550.00 EUR", number="R-2"))
        row = waiting(otto, "R-1001")
        assert (row.why_not, row.acts_for) == (None, "mia")
        assert waiting(otto, "R-2").acts_for is None  # within their own limit
        assert waiting(office.person("mia"), "R-1001").acts_for is None
        await approve(otto, row)
        (decided,) = otto.invoice(row.seen.invoice_id).decisions
        assert (decided.approver, decided.on_behalf_of) == ("otto", "mia")
