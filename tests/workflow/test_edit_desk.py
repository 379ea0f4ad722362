"""The edit form's lease with two services on one store, and what an edit is foreseen to lead to."""

from pathlib import Path

import pytest

from expense_agent.domain.policy import Hold
from expense_agent.errors import RequestRefused
from expense_agent.service import AskedAgain, OpenEnds, Refused, Scheduled
from tests.agents import an_office, approve, edit, take, vanish, waiting
from tests.builders import OTHER_IBAN, an_invoice
from tests.fakes import FixedClock

SINCE = "2026-11-22T09:00"


async def test_others_are_told_who_edits_and_their_edit_is_refused_until_the_form_is_closed(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("720.00 EUR"))
        row = waiting(ann, "R-1001")
        invoice_id = row.seen.invoice_id
        assert bob.edit_desk.begin(invoice_id).by == "bob"
        (told,) = ann.edit_desk.under_way()
        assert (told.invoice_id, told.by) == (invoice_id, "bob")
        assert told.since.startswith(SINCE)
        assert ann.edit_desk.begin(invoice_id).by == "bob"
        (refused,) = await edit(ann, row, due_date="2026-12-24")
        assert isinstance(refused, Refused)
        assert refused.reason == "bob is editing it since 09:00 UTC"
        ann.edit_desk.end(invoice_id)  # only whose form it is can close it
        assert len(ann.edit_desk.under_way()) == 1
        bob.edit_desk.end(invoice_id)
        assert ann.edit_desk.under_way() == ()
        assert isinstance((await edit(ann, row, due_date="2026-12-24"))[-1], AskedAgain)


async def test_who_has_the_form_saves_and_whoever_decides_meanwhile_decides_what_they_saw(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("720.00 EUR"), an_invoice("730.00 EUR", number="R-2"))
        first, second = waiting(ann, "R-1001"), waiting(ann, "R-2")
        bob.edit_desk.begin(first.seen.invoice_id)
        assert isinstance((await edit(bob, first, due_date="2026-12-24"))[-1], AskedAgain)
        assert isinstance((await approve(ann, first))[-1], Refused)
        bob.edit_desk.begin(second.seen.invoice_id)
        assert isinstance((await approve(ann, second))[-1], Scheduled)
        (late,) = await edit(bob, second, due_date="2026-12-24")
        assert isinstance(late, Refused)
        assert "already approved by ann" in late.reason


async def test_a_crash_locks_nobody_out_and_time_does_not_let_anybody_in(tmp_path: Path) -> None:
    clock = FixedClock()
    async with an_office(tmp_path, clock=clock) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("720.00 EUR"))
        invoice_id = waiting(ann, "R-1001").seen.invoice_id
        bob.edit_desk.begin(invoice_id)
        clock.pass_time(hours=1)
        assert bob.edit_desk.begin(invoice_id).since.startswith(SINCE)
        assert ann.edit_desk.begin(invoice_id).by == "bob"
        vanish(bob)
        assert ann.edit_desk.under_way() == ()
        assert ann.edit_desk.begin(invoice_id).by == "ann"
        assert bob.edit_desk.begin(invoice_id).by == "ann"


async def test_whoever_quits_gives_back_what_they_had_open_and_nothing_of_others(
    tmp_path: Path,
) -> None:
    async with an_office(tmp_path) as office:
        ann, bob = office.person("ann"), office.person("bob")
        await take(ann, an_invoice("720.00 EUR"), an_invoice("730.00 EUR", number="R-2"))
        ann.edit_desk.begin(waiting(ann, "R-1001").seen.invoice_id)
        bob.edit_desk.begin(waiting(ann, "R-2").seen.invoice_id)
        office.opened.remove(bob)
        await bob.close()
        assert [lease.by for lease in ann.edit_desk.under_way()] == ["ann"]


async def test_a_lease_neither_stops_recovery_nor_counts_as_cut_off_work(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        ann = office.person("ann")
        await take(ann, an_invoice("720.00 EUR"))
        ann.edit_desk.begin(waiting(ann, "R-1001").seen.invoice_id)
        assert ann.open_ends() == OpenEnds()


@pytest.mark.parametrize(
    "changes",
    [
        {"payable_amount": "400.00"},
        {"account": OTHER_IBAN},
        {"category": "travel", "due_date": "2026-11-28"},
    ],
)
async def test_what_is_foreseen_is_what_is_asked_then(
    tmp_path: Path, changes: dict[str, str]
) -> None:
    def without_times(holds: tuple[Hold, ...]) -> list[tuple[str, str, str]]:
        return [(hold.rule, hold.severity, hold.reason) for hold in holds]

    async with an_office(tmp_path) as office:
        ann = office.person("ann")
        await take(ann, an_invoice("300.00 EUR"), an_invoice("720.00 EUR", number="R-2"))
        row = waiting(ann, "R-2")
        foreseen = ann.edit_desk.foresee(row.seen.invoice_id, changes)
        assert isinstance((await edit(ann, row, **changes))[-1], AskedAgain)
        assert without_times(foreseen.holds) == without_times(waiting(ann, "R-2").holds)
        assert foreseen.approvals_needed == 1


async def test_what_would_be_refused_is_refused_when_it_is_foreseen(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        ann = office.person("ann")
        await take(ann, an_invoice("720.00 EUR"))
        invoice_id = waiting(ann, "R-1001").seen.invoice_id
        with pytest.raises(RequestRefused, match="is not an amount"):
            ann.edit_desk.foresee(invoice_id, {"payable_amount": "12,5"})
        with pytest.raises(RequestRefused, match="changes nothing"):
            ann.edit_desk.foresee(invoice_id, {"payable_amount": "720.00"})


async def test_a_request_carries_what_may_be_changed_and_nothing_else_is(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        ann = office.person("ann")
        await take(ann, an_invoice("720.00 EUR"))
        row = waiting(ann, "R-1001")
        fields = ann.invoice(row.seen.invoice_id).edit_fields
        names = [field.name for field in fields]
        assert names == ["payable_amount", "currency", "category", "due_date", "account"]
        assert fields[0].currency == "EUR"
        (refused,) = await edit(ann, row, currency="USD")
        assert isinstance(refused, Refused)
        assert (
            "currency cannot be edited (the document's own; reject it if that is wrong)"
            in refused.reason
        )
