"""The product does what a simple model says, whatever two people do in whatever order.

`EXPENSE_AGENT_CHAOS=100000 pytest tests/chaos/test_model.py` takes as many steps as wanted.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from expense_agent.agent import ExpenseAgent
from expense_agent.domain.approval import Seen, Verdict
from expense_agent.domain.policy import Policy
from expense_agent.domain.supplier import Supplier
from expense_agent.errors import RequestRefused
from expense_agent.service import (
    Approve,
    AskedAgain,
    Comment,
    Edit,
    Event,
    PutOnHold,
    QueueQuery,
    Refused,
    Reject,
    Rejected,
    Release,
    Scheduled,
    SendBack,
)
from tests.agents import Office, expire
from tests.builders import NORDWIND_IBAN, OTHER_IBAN, an_invoice
from tests.chaos.model import LIMIT, SECOND_ABOVE, Item, Model
from tests.fakes import FixedClock
from tests.process.conftest import MEMORY
from tests.process.scenario import HOLDS

STEPS = int(os.environ.get("EXPENSE_AGENT_CHAOS", "150"))
IN_A_RUN = 50
POLICY = Policy(
    auto_approve_limit=LIMIT,
    second_above=SECOND_ABOVE,
    default_severity="off",
    severities=dict.fromkeys(HOLDS, "block"),
)
OUTCOMES: dict[type[Event], str] = {
    Refused: "refused",
    Scheduled: "scheduled",
    AskedAgain: "waiting",
    Rejected: "rejected",
}

people = st.sampled_from(("ann", "bob"))
suppliers = st.sampled_from(("Nordwind", "Quendel"))
accounts = st.sampled_from((NORDWIND_IBAN, OTHER_IBAN, "FR1420041010050500013M02606"))
amounts = st.sampled_from([Decimal(text) for text in ("120.00", "480.00", "720.00", "6000.00")])
which = st.integers(0, 99)
"""Which of those that wait, or that were looked at."""
stale = st.sampled_from((False, False, False, True))
"""Whether one acts on what one has looked at some time ago."""


@dataclass(frozen=True)
class Look:
    """The row somebody saw, and its name in the model."""

    number: str
    version: int
    seen: Seen


class TwoPeople(RuleBasedStateMachine):
    """One store, two sessions, one clock."""

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory(dir=MEMORY)
        self.loop = asyncio.Runner()
        self.clock = FixedClock()
        self.office = Office(Path(self.folder.name) / "store", POLICY, self.clock)
        self.sessions: dict[str, ExpenseAgent] = {}
        self.model = Model(self.clock)
        self.looks: list[Look] = []
        self.ids: dict[str, str] = {}
        self.first: dict[str, Item] = {}

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            findings = self.session("ann").verify().findings
            self.loop.run(self.office.close())
            self.loop.close()
            self.folder.cleanup()
            assert findings == ()

    # --- what people do

    @rule(supplier=suppliers, amount=amounts, account=accounts, who=people)
    def take(self, supplier: str, amount: Decimal, account: str, who: str) -> None:
        self.take_in(f"R-{len(self.model.items)}", Item(supplier, amount, account), who)

    @precondition(lambda self: self.model.items)
    @rule(at=which, who=people)
    def take_what_is_here(self, at: int, who: str) -> None:
        number = list(self.model.items)[at % len(self.model.items)]
        self.take_in(number, replace(self.first[number]), who)

    @rule(supplier=suppliers, account=accounts)
    def list_account(self, supplier: str, account: str) -> None:
        listed = Supplier(name=supplier, country="DE")
        self.session("ann")._suppliers.add(listed, account, None, "ann")
        self.model.list_account(supplier, account)

    @precondition(lambda self: self.waiting)
    @rule(at=which, old=stale, who=people)
    def approve(self, at: int, who: str, *, old: bool) -> None:
        look = self.look(at, old=old)
        done = self.told(self.session(who).act(Approve(look.seen)))
        assert done == self.model.approve(look.number, look.version, who)

    @precondition(lambda self: self.waiting)
    @rule(at=which, old=stale, who=people)
    def approve_and_die(self, at: int, who: str, *, old: bool) -> None:
        """Die between the decision and the run; then somebody recovers."""
        look = self.look(at, old=old)
        wanted = self.model.approve(look.number, look.version, who)
        try:
            self.session(who)._desk.decide(look.seen, Verdict.APPROVE, who, "")
        except RequestRefused:
            assert wanted == "refused"
        self.restart(who)
        self.recover("ann")

    @precondition(lambda self: self.waiting)
    @rule(at=which, old=stale, who=people)
    def reject(self, at: int, who: str, *, old: bool) -> None:
        look = self.look(at, old=old)
        done = self.told(self.session(who).act(Reject(look.seen, "no")))
        assert done == self.model.reject(look.number, look.version)

    @precondition(lambda self: self.waiting)
    @rule(at=which, old=stale, who=people, amount=amounts, account=accounts)
    def edit(self, at: int, who: str, amount: Decimal, account: str, *, old: bool) -> None:
        look = self.look(at, old=old)
        changes = {"payable_amount": str(amount), "account": account}
        done = self.told(self.session(who).act(Edit(look.seen, changes, "as agreed")))
        assert done == self.model.edit(look.number, look.version, amount, account)

    @precondition(lambda self: self.waiting)
    @rule(at=which, old=stale, who=people, days=st.sampled_from((0, 1, 5)))
    def park(self, at: int, who: str, days: int, *, old: bool) -> None:
        look, until = self.look(at, old=old), self.clock.at.date() + timedelta(days=days)
        done = self.told(self.session(who).act(PutOnHold(look.seen, until, "wait")))
        assert done == self.model.park(look.number, look.version, until)

    @precondition(lambda self: self.waiting)
    @rule(at=which, old=stale, who=people)
    def release(self, at: int, who: str, *, old: bool) -> None:
        look = self.look(at, old=old)
        done = self.told(self.session(who).act(Release(look.seen)))
        assert done == self.model.release(look.number, look.version)

    @precondition(lambda self: self.waiting)
    @rule(at=which, old=stale, who=people)
    def send_back(self, at: int, who: str, *, old: bool) -> None:
        look = self.look(at, old=old)
        done = self.told(self.session(who).act(SendBack(look.seen, "ours?")))
        assert done == self.model.send_back(look.number, look.version)

    @precondition(lambda self: self.looks)
    @rule(at=which, who=people)
    def comment(self, at: int, who: str) -> None:
        look = self.look(at, old=True)
        done = self.told(self.session(who).act(Comment(look.seen.invoice_id, "a word")))
        assert done == self.model.comment(look.number)

    @rule(hours=st.sampled_from((-2, 7, 31, 80)))
    def pass_time(self, hours: int) -> None:
        self.clock.pass_time(hours=hours)

    @rule(who=people)
    def expire(self, who: str) -> None:
        async def sweep() -> None:
            agent = self.session(who)
            await agent.start()
            await expire(agent)

        self.loop.run(sweep())
        self.model.expire()

    @rule(who=people)
    def restart(self, who: str) -> None:
        if agent := self.sessions.pop(who, None):
            self.office.opened.remove(agent)
            self.loop.run(agent.close())

    @rule(who=people)
    def recover(self, who: str) -> None:
        assert self.loop.run(self.session(who).recover()).failed == ()

    # --- what must be so then

    @invariant()
    def all_is_as_the_model_says(self) -> None:
        if not hasattr(self, "loop"):
            return
        agent = self.session("ann")
        found = {number: agent.invoice(self.ids[number]).state for number in self.model.items}
        assert found == {number: item.status for number, item in self.model.items.items()}
        paid = {p.remittance: (p.amount, p.account) for p in agent.payments()}
        assert paid == self.model.paid
        assert len(agent.payments()) == len(paid)
        assert self.open() == {
            number: (item.amount, tuple(sorted(item.approved_by)), item.parked)
            for number, item in self.model.items.items()
            if item.status == "waiting"
        }

    # --- how it is asked

    def open(self) -> dict[str, tuple[Decimal, tuple[str, ...], bool]]:
        agent = self.session("ann")
        keys = [k for held in (False, True) for k in agent.overview(QueueQuery(held=held)).keys]
        return {
            row.number: (
                Decimal(row.payable_amount),
                tuple(sorted(row.approved_by)),
                row.held_until is not None,
            )
            for row in agent.rows(keys)
        }

    @property
    def waiting(self) -> list[str]:
        return [number for number, item in self.model.items.items() if item.status == "waiting"]

    def look(self, at: int, *, old: bool) -> Look:
        if not (old and self.looks):
            number = self.waiting[at % len(self.waiting)]
            request = self.session("bob").invoice(self.ids[number]).request
            assert request
            self.looks.append(Look(number, self.model.items[number].version, request.seen))
            return self.looks[-1]
        return self.looks[at % len(self.looks)]

    def session(self, who: str) -> ExpenseAgent:
        if who not in self.sessions:
            self.sessions[who] = self.office.person(who)
        return self.sessions[who]

    def told(self, events: AsyncIterator[Event]) -> str:
        async def last() -> Event:
            return [event async for event in events][-1]

        return OUTCOMES[type(self.loop.run(last()))]

    def take_in(self, number: str, item: Item, who: str) -> None:
        """Import as a session does; what was read is remembered, to import it once more."""
        self.first.setdefault(number, replace(item))
        invoice = an_invoice(
            f"{item.amount} EUR", number=number, supplier=item.supplier, account=item.account
        )
        agent = self.session(who)
        self.loop.run(agent.start())
        (taken,) = agent._worker.engine.intake.take([(invoice, 0)])
        self.ids[number] = taken.invoice_id
        assert taken.outcome == self.model.take(number, item)


TwoPeople.TestCase.settings = settings(
    max_examples=max(1, STEPS // IN_A_RUN),
    stateful_step_count=IN_A_RUN,
    deadline=None,
    derandomize=STEPS <= 1000,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to shrink takes longer than to read
    suppress_health_check=list(HealthCheck),
)
TestTwoPeople = TwoPeople.TestCase
