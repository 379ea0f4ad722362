"""The holder of a thread keeps others off it, and is named; nobody waits or holds for ever."""

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest

from expense_agent.errors import StoreUnusable
from expense_agent.service import Approve, Failed, OpenEnds, Refused, Scheduled, Submitted
from expense_agent.workflow import claim_guard
from expense_agent.workflow.runner import config_of
from tests.agents import Office, an_office, approve, edit, take, vanish, waiting
from tests.builders import an_invoice


async def held_by_bob(office: Office) -> str:
    """Let bob hold the thread of a waiting invoice; give the invoice's id."""
    ann, bob = office.person("ann"), office.person("bob")
    await take(ann, an_invoice("720.00 EUR"))
    known = ann.invoice(waiting(ann, "R-1001").seen.invoice_id)
    assert bob._ledger.claims.take(known.thread_id, "run", "resume")
    return known.id


async def test_an_answer_waits_for_who_holds_it_only_so_long_and_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with an_office(tmp_path) as office:
        invoice_id = await held_by_bob(office)
        ann, bob = office.opened
        monkeypatch.setattr(claim_guard, "PATIENCE_SECONDS", 0.1)
        failed = (await approve(ann, waiting(ann, "R-1001")))[-1]
        assert isinstance(failed, Failed)
        assert failed.reason.startswith("1 invoice is held by bob (process ")
        assert failed.reason.endswith("what was answered is kept")
        assert (await ann.recover()).held[0].by == "bob"
        vanish(bob)
        assert (await ann.recover()).finished == (invoice_id,)
        assert len(ann.payments()) == 1


async def test_an_answer_goes_on_at_once_when_who_held_it_dies(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        await held_by_bob(office)
        ann, bob = office.opened
        running = asyncio.create_task(approve(ann, waiting(ann, "R-1001")))
        await asyncio.sleep(0.2)
        assert not running.done()
        vanish(bob)
        assert isinstance((await running)[-1], Scheduled)


async def test_an_edit_is_refused_with_the_name_of_who_holds_it(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        await held_by_bob(office)
        ann, bob = office.opened
        (refused,) = await edit(ann, waiting(ann, "R-1001"), due_date="2026-12-24")
        assert isinstance(refused, Refused)
        assert "is held by bob (process " in refused.reason
        vanish(bob)
        assert len(await edit(ann, waiting(ann, "R-1001"), due_date="2026-12-24")) > 1


async def test_an_answer_is_carried_out_though_whoever_gave_it_goes_away(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        ann = office.person()
        await take(ann, an_invoice("720.00 EUR"))
        async with aclosing(ann.act(Approve(waiting(ann, "R-1001").seen))) as events:  # type: ignore[type-var]
            assert isinstance(await anext(events), Submitted)
        await office.close()
        later = office.person()
        assert len(later.payments()) == 1
        assert later.open_ends() == OpenEnds()


async def test_what_cannot_be_begun_is_left_to_recovery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with an_office(tmp_path) as office:
        filling = office.person()
        await take(filling, an_invoice("720.00 EUR"))
        ann = office.person()
        with monkeypatch.context() as broken:
            broken.setattr("expense_agent.engine.open_engine", lambda *_: int("no engine"))
            with pytest.raises(ValueError, match="no engine"):
                await approve(ann, waiting(ann, "R-1001"))
        assert ann.open_ends().held == ()
        assert len((await ann.recover()).finished) == 1


async def test_a_chunk_that_broke_off_is_finished_by_the_same_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(_: object) -> None:
        raise StoreUnusable("store", "the disk is full")

    async with an_office(tmp_path) as office:
        ann = office.person()
        await ann.start()
        with monkeypatch.context() as full:
            full.setattr(ann._worker.engine.intake, "_run", broken_off)
            with pytest.raises(StoreUnusable):
                await take(ann, an_invoice("120.00 EUR"))
        assert ann.payments() == []
        assert len((await ann.recover()).finished) == 1
        assert len(ann.payments()) == 1


async def test_a_thread_that_could_not_write_its_end_is_ended_by_recovery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its payment is in the ledger, so no status tells that the thread goes on."""
    async with an_office(tmp_path) as office:
        ann = office.person()
        await take(ann, an_invoice("720.00 EUR"))
        row = waiting(ann, "R-1001")
        known = ann.invoice(row.seen.invoice_id)
        runner = ann._worker.engine.runner
        saver = ann._worker.engine.savers[0]
        written = type(saver).aput

        async def full(self: object, *given: object) -> object:
            if ann._ledger.payment_of(known.thread_id):
                raise StoreUnusable("store", "the disk is full")
            return await written(self, *given)

        with monkeypatch.context() as patch:
            patch.setattr(type(saver), "aput", full)
            told = (await approve(ann, row))[-1]
        assert isinstance(told, Failed)
        assert ann.open_ends().cut_off == (known.id,)
        assert (await ann.recover()).finished == (known.id,)
        assert not (await runner._graph.aget_state(config_of(known.thread_id))).tasks
        assert ann.open_ends() == OpenEnds()
        assert len(ann.payments()) == 1
