"""Commands that decide, return or comment. Each result is told; none is assumed."""

import argparse
import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from expense_agent.cli.opening import Agent, acting, opened, with_agent
from expense_agent.cli.output import print_json
from expense_agent.domain.approval import Seen
from expense_agent.domain.invisible_chars import safe
from expense_agent.errors import UnknownInvoice, UsageProblem
from expense_agent.service import (
    Approve,
    AskedAgain,
    Booked,
    Comment,
    Edit,
    Event,
    Expire,
    Failed,
    Noted,
    Paused,
    PutOnHold,
    Refused,
    Reject,
    Rejected,
    Release,
    Reopen,
    Scheduled,
    SendBack,
    Step,
    Undo,
)
from expense_agent.service.category_review import CategoryAnswer
from expense_agent.settings import Settings
from expense_agent.streams import tell

Result = dict[str, Any]
Act = Callable[[Agent, Seen], AsyncIterator[Event]]
_BAD = ("refused", "failed")


def approve(arguments: argparse.Namespace, settings: Settings) -> int:
    """Resume requests with approve."""
    if arguments.expect and len(arguments.ids) > 1:
        raise UsageProblem("--expect names what one request showed: give one ID")

    def act(agent: Agent, seen: Seen) -> AsyncIterator[Event]:
        return agent.act(Approve(seen, arguments.comment or "", bulk=len(arguments.ids) > 1))

    return _each(arguments, settings, arguments.ids, act)


def reject(arguments: argparse.Namespace, settings: Settings) -> int:
    """Resume requests with reject."""

    def act(agent: Agent, seen: Seen) -> AsyncIterator[Event]:
        return agent.act(Reject(seen, arguments.reason))

    return _each(arguments, settings, arguments.ids, act)


def edit(arguments: argparse.Namespace, settings: Settings) -> int:
    """Change a waiting request; it comes back with a new fingerprint."""
    named = ("payable_amount", "category", "due_date", "account", "offset")
    changes = {name: str(value) for name in named if (value := getattr(arguments, name))}
    if not changes:
        raise UsageProblem(
            "nothing to change: give --payable-amount, --category, --due-date, --account, --offset"
        )

    def act(agent: Agent, seen: Seen) -> AsyncIterator[Event]:
        return agent.act(Edit(seen, changes, arguments.comment))

    return _each(arguments, settings, [arguments.id], act)


async def changed_category(agent: Agent, answer: CategoryAnswer) -> CategoryAnswer:
    """Carry out what is said of the category of a waiting invoice: an edit, asked again."""
    try:
        seen = await asyncio.to_thread(_seen, agent, answer.invoice_id, None)
    except UnknownInvoice as unknown:
        return replace(answer, outcome="refused", reason=str(unknown))
    changes = {"category": answer.category or ""}
    last: Event | None = None
    async for event in agent.act(Edit(seen, changes, "category confirmed")):
        last = event
    told = _told(last)
    if told["outcome"] in ("refused", "failed"):
        return replace(answer, outcome="refused", reason=told["reason"])
    return replace(answer, outcome="corrected", reason=f"asked again: {told['reason']}")


def hold(arguments: argparse.Namespace, settings: Settings) -> int:
    """Put a request on hold until a day."""

    def act(agent: Agent, seen: Seen) -> AsyncIterator[Event]:
        return agent.act(PutOnHold(seen, arguments.until, arguments.reason or ""))

    return _each(arguments, settings, [arguments.id], act)


def release(arguments: argparse.Namespace, settings: Settings) -> int:
    """End a hold before its day."""

    def act(agent: Agent, seen: Seen) -> AsyncIterator[Event]:
        return agent.act(Release(seen))

    return _each(arguments, settings, [arguments.id], act)


def send_back(arguments: argparse.Namespace, settings: Settings) -> int:
    """Return a request to the agent for another look, with a question."""

    def act(agent: Agent, seen: Seen) -> AsyncIterator[Event]:
        return agent.act(SendBack(seen, arguments.comment))

    return _each(arguments, settings, [arguments.id], act)


def comment(arguments: argparse.Namespace, settings: Settings) -> int:
    """Append a remark to a waiting request."""
    return _noted(arguments, settings, arguments.text, None, done="noted")


def attach(arguments: argparse.Namespace, settings: Settings) -> int:
    """Attach a document to a waiting request."""
    return _noted(arguments, settings, arguments.comment or "", arguments.file, done="attached")


def _noted(
    arguments: argparse.Namespace,
    settings: Settings,
    text: str,
    document: Path | None,
    *,
    done: str,
) -> int:
    """Append a remark to what waits at this moment, also if it is answered in the next."""

    def act(agent: Agent, seen: Seen) -> AsyncIterator[Event]:
        waits = (row for row in agent.requests_of(seen.invoice_id) if row.status == "open")
        asked = next((row.seen.interrupt_id for row in waits), None)
        return agent.act(Comment(seen.invoice_id, text, document, asked))

    return _each(arguments, settings, [arguments.id], act, done=done)


def step(arguments: argparse.Namespace, settings: Settings) -> int:
    """Go on with threads that are stepped through: one node each."""

    async def run(agent: Agent) -> list[Result]:
        nodes = {row.invoice_id: row.step for row in await asyncio.to_thread(agent.steps)}
        results = []
        for invoice_id in dict.fromkeys(arguments.ids):
            wanted = Step(invoice_id, nodes.get(invoice_id, ""))
            results.append(_told(await _last(agent.act(wanted))))
        return results

    return _report(with_agent(settings, run), as_json=arguments.json)


def undo(arguments: argparse.Namespace, settings: Settings) -> int:
    """Take back a decision whose payment has not been exported."""

    async def one(agent: Agent) -> Event | None:
        payment = (await asyncio.to_thread(agent.invoice, arguments.id)).payment
        standing = payment and payment.status != "voided"
        seen = payment.id if payment and standing else None
        return await _last(agent.act(Undo(arguments.id, seen, arguments.reason)))

    return _one(arguments, settings, one)


def reopen(arguments: argparse.Namespace, settings: Settings) -> int:
    """Ask again about an expired or rejected invoice."""

    async def one(agent: Agent) -> Event | None:
        return await _last(agent.act(Reopen(arguments.id, arguments.reason)))

    return _one(arguments, settings, one)


def expire(arguments: argparse.Namespace, settings: Settings) -> int:
    """Close requests past their time: never by approving."""
    nothing = "no request is past its time"
    if arguments.dry_run:
        with opened(settings) as books:
            due = books.overdue.expiring()
        results = [_result(seen.invoice_id, "waiting", "past its time") for seen in due]
        return _report(results, as_json=arguments.json, nothing=nothing)

    async def run(agent: Agent) -> list[Result]:
        due = await asyncio.to_thread(agent.overdue.expiring)
        expired = [_told(await _last(agent.act(Expire(seen)))) for seen in due]
        await asyncio.to_thread(agent.reminder.remind)
        return expired

    return _report(with_agent(settings, run), as_json=arguments.json, nothing=nothing)


def _one(
    arguments: argparse.Namespace,
    settings: Settings,
    act: Callable[[Agent], Coroutine[Any, Any, Event | None]],
) -> int:
    """Act on one invoice that need not be waiting; tell under which id it is asked about now."""

    async def run(agent: Agent) -> list[Result]:
        told = _told(await act(agent))
        return [{**told, "id": arguments.id, "asked_as": told["id"]}]

    return _report(with_agent(settings, run), as_json=arguments.json)


async def _last(events: AsyncIterator[Event]) -> Event | None:
    last: Event | None = None
    async for event in events:
        last = event
    return last


def remind_(arguments: argparse.Namespace, settings: Settings) -> int:
    """Remind of requests whose time runs out; for cron, as `expire`."""
    with acting(settings) as books:
        told = books.reminder.remind()
    results = [
        _result(one.invoice_id, "failed" if one.problem else "reminded", one.problem or "in time")
        for one in told
    ]
    nothing = "no request runs out that nobody was reminded of"
    return _report(results, as_json=arguments.json, nothing=nothing)


def _each(
    arguments: argparse.Namespace,
    settings: Settings,
    ids: Sequence[str],
    act: Act,
    *,
    done: str = "",
) -> int:
    """Act on every id, several at once; one result an id, in order; `done` as in `_report`."""
    expected = getattr(arguments, "expect", None)

    async def one(agent: Agent, invoice_id: str) -> Result:
        try:
            seen = await asyncio.to_thread(_seen, agent, invoice_id, expected)
        except UnknownInvoice as unknown:
            return _result(invoice_id, "refused", str(unknown))
        return _told(await _last(act(agent, seen)))

    async def run(agent: Agent) -> list[Result]:
        limit = asyncio.Semaphore(settings.at_once)

        async def bounded(invoice_id: str) -> Result:
            async with limit:
                return await one(agent, invoice_id)

        once = dict.fromkeys(ids)
        return list(await asyncio.gather(*(bounded(invoice_id) for invoice_id in once)))

    return _report(with_agent(settings, run), as_json=arguments.json, done=done)


def _seen(agent: Agent, invoice_id: str, expected: str | None) -> Seen:
    """Address the request that waits, or the last one that did: its answer is the refusal."""
    requests = agent.requests_of(invoice_id)
    if not requests:
        state = agent.invoice(invoice_id).state
        raise UnknownInvoice(invoice_id, f"{invoice_id} is {state}: nobody was asked about it")
    mine = next(
        (row for row in requests if row.status == "open" and row.why_not is None), requests[0]
    )
    return Seen(mine.seen.invoice_id, mine.seen.interrupt_id, expected or mine.seen.fingerprint)


def _told(event: Event | None) -> Result:
    """Put the last event of a run into the contract's words."""
    match event:
        case Scheduled():
            reason = f"{event.amount} {event.currency} on {event.execution_date}"
            return _result(event.invoice_id, "scheduled", reason)
        case Booked():
            return _result(event.invoice_id, "booked", "nothing to transfer")
        case Rejected(expired=True):  # the contract knows no outcome of its own for it
            expired = f"expired, not paid: {event.reason}"
            return _result(event.invoice_id, "rejected", expired, event.by) | {"state": "expired"}
        case Rejected():
            return _result(event.invoice_id, "rejected", event.reason, event.by)
        case AskedAgain():
            return _result(event.invoice_id, event.outcome, event.why) | {
                "fingerprint": event.fingerprint
            }
        case Noted():
            reason = f"kept; the invoice was {event.why}"
            return _result(event.invoice_id, event.state, reason)
        case Paused():
            so_far = f"{event.note}; " if event.note else ""
            reason = f"{so_far}the next step is {event.step}"
            return _result(event.invoice_id, "waiting", reason) | {"step": event.step}
        case Refused():
            return _result(event.invoice_id, "refused", event.reason, event.by)
        case Failed():
            return _result(event.invoice_id, "failed", event.reason)
        case _:
            raise AssertionError(f"a run ended with {event}")


def _result(invoice_id: str, outcome: str, reason: str, by: str | None = None) -> Result:
    return {"id": invoice_id, "outcome": outcome, "reason": reason, "by": by}


def _report(
    results: list[Result], *, as_json: bool, done: str = "", nothing: str = "nothing to do"
) -> int:
    """Tell the results; a person reads `done` of what changed no state, and `nothing` of none."""
    if as_json:
        print_json(results)
    else:
        for result in results:
            by = f" (by {result['by']})" if result["by"] else ""
            word = done if done and result["outcome"] not in _BAD else result["outcome"]
            said = "" if "state" in result else f"{word}: "  # else the reason begins with it
            print(safe(f"{result['id']}  {said}{result['reason']}{by}"))
        if not results:
            tell(nothing)
    bad = [result for result in results if result["outcome"] in _BAD]
    if bad and not as_json:
        tell(f"{len(bad)} of {len(results)} not done")
    return 1 if bad else 0
