"""The view "mine", the reason on a row and the engine say the same of every request."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expense_agent.domain.approval import Seen, Verdict
from expense_agent.domain.authority import Asked, Authority, authority, too_late
from expense_agent.domain.chain import chain_for
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Approver, Hold, Policy
from expense_agent.domain.reach import Reach
from expense_agent.domain.tiers import ANYBODY, Delegation, Tier, name_seat, role_seat
from expense_agent.errors import RequestRefused
from expense_agent.ports import Registered, utc
from expense_agent.service import QueueQuery, QueueRow
from expense_agent.storage.queue_reader import QueueReader
from expense_agent.views import parse
from expense_agent.workflow.decisions import Desk
from tests.builders import an_invoice
from tests.storage.books import OVER_LIMIT, Books, books

EXAMPLES = int(os.environ.get("EXPENSE_AGENT_REACH", "40"))
PEOPLE = ("ann", "bob", "cyd", "dora", "ed")
ROLES = ("treasury", "budget")
AMOUNTS = ("EUR", "GBP", "-5.00 EUR", "40.00 EUR", "40.01 EUR", "100.00 EUR", "100.01 EUR",
           "44.00 USD", "44.01 USD", "110.00 USD", "110.01 USD", "6535 JPY", "6536 JPY", "9.00 GBP",
           "99999999.00 EUR")  # fmt: skip
STUCK = Hold("several_accounts", "block", "two accounts", overridable=False)
TODAY = date(2026, 11, 22)

limits = st.sampled_from([None, Money(Decimal(40), "EUR"), Money(Decimal(100), "EUR")])
seats = st.sampled_from(
    [ANYBODY, *map(role_seat, ROLES), *(name_seat(name) for name in PEOPLE[:2])]
)


@st.composite
def tiers(draw: st.DrawFn, number: int) -> Tier:
    return Tier(
        f"tier{number}",
        tuple(draw(st.lists(seats, min_size=1, max_size=3))),
        draw(st.sampled_from([None, Decimal(40), Decimal(100)])),
        categories=draw(st.sampled_from([(), ("vehicles",)])),
        parallel=draw(st.booleans()),
    )


@st.composite
def delegations(draw: st.DrawFn, principals: list[str]) -> Delegation:
    principal = draw(st.sampled_from(principals))
    delegate = draw(st.sampled_from([name for name in PEOPLE if name != principal]))
    begins = TODAY + timedelta(days=draw(st.sampled_from([0, 0, -2, -3, 1])))
    return Delegation(principal, delegate, begins, begins + timedelta(days=2), draw(limits))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    names = draw(st.lists(st.sampled_from(PEOPLE), unique=True, max_size=4))
    lent = draw(st.lists(delegations(names), max_size=2)) if names else []
    return Policy(
        approvers=tuple(
            Approver(name, draw(limits), tuple(draw(st.sets(st.sampled_from(ROLES)))))
            for name in names
        ),
        tiers=tuple(draw(tiers(number)) for number in range(draw(st.integers(0, 2)))),
        delegations=tuple(lent),
        second_above=draw(st.sampled_from([None, Decimal(40)])),
        parallel_above=draw(st.sampled_from([None, Decimal(100)])),
        preparers_may_approve=draw(st.booleans()),
        exchange_rates={"USD": Decimal("1.10"), "JPY": Decimal("163.37")},
    )


def later() -> st.SearchStrategy[Callable[[Policy], Policy]]:
    """The changes of a policy between the day of the question and the day of the answer."""
    return st.one_of(
        st.just(lambda policy: policy),
        st.just(lambda policy: replace(policy, preparers_may_approve=True)),
        policies().map(lambda other: lambda _: other),
    )


@st.composite
def stories(draw: st.DrawFn) -> dict[str, Any]:
    """The events of one invoice before somebody looks at the queue."""
    return {
        "amount": draw(st.sampled_from(AMOUNTS)),
        "importer": draw(st.sampled_from(PEOPLE)),
        "editor": draw(st.sampled_from([None, None, *PEOPLE])),
        "holds": draw(st.sampled_from([(OVER_LIMIT,), (OVER_LIMIT, STUCK)])),
        "hours": draw(st.sampled_from([72, 72, 72, -1])),
        "approvers": draw(st.lists(st.sampled_from(PEOPLE), max_size=2)),
        "first_level": draw(st.integers(0, 2)),
    }


class Asking:
    """Asks and answers by the policy, as the workflow does, without its threads."""

    def __init__(self, made: Books, policy: Policy) -> None:
        self.made = made
        self.policy = policy
        self.desk = Desk(made.ledger, policy, made.clock, ("vehicles",))

    def tell(self, number: int, story: dict[str, Any]) -> None:
        """Let an invoice come, be edited, asked about, and approved as far as people may."""
        made = self.made
        known = made.register(an_invoice(story["amount"], number=f"N{number}"), story["importer"])
        if story["editor"]:
            made.ask(known, f"edited-{known.id}")
            made.edit(known, 2, by=story["editor"], due_date="2026-12-30")
            known = made.ledger.registered(known.thread_id)
        self._ask(known, story, (1,))
        for who in story["approvers"]:
            self._approve(known, story, who)

    def _ask(self, known: Registered, story: dict[str, Any], levels: tuple[int, ...]) -> None:
        chain = chain_for(known.invoice, "vehicles", self.policy)
        if chain.parallel:
            given = {d.level for d in self.made.ledger.decisions(known.thread_id)}
            levels = tuple(n for n in range(1, len(chain.seats) + 1) if n not in given)
        if not levels or max(levels) > len(chain.seats):
            return
        self.made.ask_all(
            known,
            *(
                self.made.request(
                    known,
                    f"{known.id}-{level}",
                    at_round=known.round,
                    level=level,
                    needed=len(chain.seats),
                    holds=story["holds"],
                    seats=chain.seats,
                    category=None,  # nothing is taught here
                    expires_at=utc(self.made.clock.now() + timedelta(hours=story["hours"])),
                    preparers_may_approve=self.policy.preparers_may_approve
                    or not self.policy.approvers,
                )
                for level in levels
            ),
        )

    def _approve(self, known: Registered, story: dict[str, Any], who: str) -> None:
        waiting = [
            record.request
            for record in self.made.ledger.requests.of_thread(known.thread_id)
            if record.status == "open"
        ]
        if not waiting:
            return
        request = waiting[story["first_level"] % len(waiting)]
        taken = accepts(self.desk, Seen(known.id, request.interrupt_id, "f1"), who, keep=True)
        if taken and len(waiting) == 1:
            self._ask(known, story, (request.level + 1,))

    def open_now(self) -> list[Seen]:
        """Return every open request, also those that a list shows another one for."""
        return [
            Seen(row["invoice_id"], row["interrupt_id"], row["fingerprint"])
            for row in self.made.database.all(
                "SELECT * FROM approval_requests WHERE status = 'open' AND held_until IS NULL"
            )
        ]

    def reader(self, who: str, policy: Policy) -> QueueReader:
        def judged(asked: Asked) -> Authority:
            if late := too_late(asked.expires_at, utc(self.made.clock.now())):
                return Authority(late)
            return authority(who, asked, policy, self.made.clock.now().date())

        return QueueReader(self.made.database, judged, Reach(who, policy))


class _UndoneError(Exception):
    """Takes a decision back that was only tried."""


def accepts(desk: Desk, seen: Seen, who: str, *, keep: bool = False) -> bool:
    """Whether the engine takes an approval; the database's own guards have their say, too."""
    try:
        with nullcontext() if keep else undone(desk):
            desk.decide(seen, Verdict.APPROVE, who, "")
    except RequestRefused:
        return False
    return True


@contextmanager
def undone(desk: Desk) -> Iterator[None]:
    """Let a decision be taken, and take it back."""
    with suppress(_UndoneError), desk.ledger.transaction():
        yield
        raise _UndoneError


def asked_for(reader: QueueReader, text: str, now: datetime) -> list[QueueRow]:
    query = QueueQuery(parse(text, now))
    keys = reader.overview(query, utc(now)).keys
    assert reader.counts([query], utc(now)) == [len(keys)], "counts and lists agree"
    return reader.rows(keys)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(policies(), st.lists(stories(), min_size=1, max_size=4), later())
def test_what_is_said_to_be_mine_is_what_the_engine_takes(
    tmp_path: Path,
    policy: Policy,
    told: list[dict[str, Any]],
    changed: Callable[[Policy], Policy],
) -> None:
    with tempfile.TemporaryDirectory(dir=tmp_path) as folder, books(Path(folder)) as made:
        asking = Asking(made, policy)
        for number, story in enumerate(told):
            asking.tell(number, story)
        policy = changed(policy)  # what waits was asked on the terms of the day it was asked
        desk, now = Desk(made.ledger, policy, made.clock, ()), made.clock.at
        for who in (*PEOPLE, "nobody"):
            reader = asking.reader(who, policy)
            every = asked_for(reader, "", now)
            accepted = {row.key for row in every if accepts(desk, row.seen, who)}
            takes = {seen.invoice_id for seen in asking.open_now() if accepts(desk, seen, who)}
            assert takes == {row.seen.invoice_id for row in every if row.key in accepted}
            shown = [row.seen.invoice_id for row in every]
            assert sorted(shown) == sorted({seen.invoice_id for seen in asking.open_now()})
            assert {row.key for row in every if row.why_not is None} == accepted
            mine, other, stuck = (
                {row.key for row in asked_for(reader, f"state:{state}", now)}
                for state in ("mine", "other", "stuck")
            )
            assert mine == accepted, f"{who}: mine"
            assert mine | other | stuck == {row.key for row in every}
            assert not mine & other | mine & stuck | other & stuck
            begun = {row.key for row in every if row.approved_by}
            assert {row.key for row in asked_for(reader, "state:second", now)} == begun


def test_of_a_pair_the_one_that_is_left_is_the_second_approval(tmp_path: Path) -> None:
    with books(tmp_path) as made:
        known = made.register(an_invoice("700.00 EUR"))
        pair = [made.request(known, f"i{level}", level=level, needed=2) for level in (1, 2)]
        made.ask_all(known, *pair)
        query = QueueQuery(parse("state:second", made.clock.at))
        assert not made.overview(query).keys
        made.decide(known, pair[1], by="ann")
        (row,) = made.queue.rows(made.overview(query).keys)
        assert (row.level, row.approved_by) == (1, ("ann",))


def test_a_delegation_counts_from_its_first_to_its_last_day(tmp_path: Path) -> None:
    lent = Delegation("ann", "bob", TODAY, TODAY + timedelta(days=1))
    policy = Policy(approvers=(Approver("ann"),), delegations=(lent,))
    with books(tmp_path) as made:
        made.ask(made.register())
        reader = Asking(made, policy).reader("bob", policy)
        counted = {
            day: reader.counts([QueueQuery(parse("state:mine", made.clock.at))], day)
            for day in ("2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24")
        }
        assert list(counted.values()) == [[0], [1], [1], [0]]
