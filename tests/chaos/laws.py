"""Laws of a store with one invoice after any two have acted on it.

Ledger, thread, queue and audit trail are each looked at by themselves. Every law gives sentences.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from langgraph.checkpoint.memory import InMemorySaver

from expense_agent.books import Books, SystemClock
from expense_agent.domain.approval import REFUSALS, Verdict
from expense_agent.domain.policy import Policy
from expense_agent.ports import Registered, RequestRecord
from expense_agent.service import QueueQuery
from expense_agent.settings import Settings
from expense_agent.storage.sqlite.checkpoints import Checkpoints
from expense_agent.storage.sqlite.folder_store import FolderStore
from expense_agent.storage.sqlite.ledger_file import SqliteDatabase
from expense_agent.workflow.graph import Graph, build_graph
from expense_agent.workflow.runner import config_of
from tests.chaos.pairs import Run
from tests.chaos.verbs import NAMES, REMARKS, STATES

FINAL = ("scheduled", "booked", "rejected", "expired")
RECORDED = {
    "approve": "SELECT approver FROM decisions WHERE verdict = 'approve'",
    "reject": "SELECT approver FROM decisions WHERE verdict = 'reject'",
    "hold": "SELECT approver FROM decisions WHERE verdict = 'hold'",
    "release": "SELECT approver FROM decisions WHERE verdict = 'release'",
    "send back": "SELECT approver FROM decisions WHERE verdict = 'send_back'",
    "edit": "SELECT editor FROM edits",
    "comment": "SELECT author FROM comments",
    "attach": "SELECT author FROM comments WHERE document IS NOT NULL",
    "undo": "SELECT taken_back_by FROM reversals",
    "reopen": "SELECT reopened_by FROM reopenings",
}
"""Where what a command says it has done must stand under the name of who did it."""


_GHOSTS = """
SELECT i.invoice_id, r.round, r.level, i.status FROM approval_requests r
JOIN invoices i ON i.thread_id = r.thread_id
WHERE r.status = 'open' AND (i.status IN ('scheduled', 'booked', 'rejected', 'expired')
  OR EXISTS (SELECT 1 FROM decisions d WHERE d.thread_id = r.thread_id AND (d.round > r.round
    OR d.round = r.round AND (d.level = r.level OR d.verdict <> 'approve')))
  OR EXISTS (SELECT 1 FROM edits e WHERE e.thread_id = r.thread_id AND e.round > r.round)
  OR EXISTS (SELECT 1 FROM reversals u WHERE u.thread_id = r.thread_id AND u.round > r.round)
  OR EXISTS (SELECT 1 FROM payments p WHERE p.thread_id = r.thread_id AND NOT EXISTS (
    SELECT 1 FROM payment_events v WHERE v.payment_id = p.payment_id AND v.status = 'voided')))
"""


_GRAPH = build_graph(InMemorySaver())


def ghosts(ledger: sqlite3.Connection) -> list[str]:
    """Say what is asked although something has come of it: at no point of a run is there any."""
    return [
        f"ghost: {invoice_id} is {status} and asked in round {at_round}, level {level}"
        for invoice_id, at_round, level, status in ledger.execute(_GHOSTS).fetchall()
    ]


def broken(store: Path) -> list[str]:
    """Say everything that is wrong with a store."""
    settings = Settings(store=store, approver="auditor")
    with closing(FolderStore(store, settings.busy_seconds)) as opened:
        books, database = Books(settings, Policy(), opened, SystemClock()), opened.database
        saver = Checkpoints(store, settings.busy_seconds)
        try:
            graph = _GRAPH.copy({"checkpointer": saver})
            return [*ghosts(database.connection), *_wrong(books, graph)]
        finally:
            saver.close()


def _wrong(books: Books, graph: Graph) -> Iterator[str]:
    yield from (f"stuck: {sentence}" for sentence in books.open_ends().sentences)
    yield from (f"unproved: {finding}" for finding in books.verify().findings)
    listed = [
        seen
        for held in (False, True)
        for row in books.rows(books.overview(QueueQuery(held=held)).keys)
        for seen in [row.seen.interrupt_id]
    ]
    asked: set[str] = set()
    for (thread_id,) in books._database.all("SELECT thread_id FROM invoices"):
        known = books._ledger.registered(thread_id)
        requests = books._ledger.requests.of_thread(thread_id)
        yield from _of_money(books, known)
        yield from _of_requests(known, requests)
        yield from _of_thread(graph, known, requests)
        asked |= {r.request.interrupt_id for r in requests if r.status == "open"}
    if set(listed) - asked or len(listed) != len(set(listed)):
        yield f"untrue: the queue lists {listed}, open are {asked}"


def _of_money(books: Books, known: Registered) -> Iterator[str]:
    """At most one payment stands, by approvals of its round, and nothing was answered after it."""
    payments = [p for p in books.payments() if p.invoice_id == known.id]
    standing = [p for p in payments if p.status != "voided"]
    if len(standing) > 1:
        yield f"paid {len(standing)} times: {known.id}"
    if bool(standing) != (known.status == "scheduled"):
        yield f"untrue: {known.id} is {known.status}, paid: {bool(standing)}"
    paid = books._ledger.payment_of(known.thread_id)
    decisions = [d for d in books._ledger.decisions(known.thread_id) if d.round == known.round]
    refused = [d.verdict.value for d in decisions if d.verdict in REFUSALS]
    if bool(refused) != (known.status in ("rejected", "expired")) and known.status != "stepping":
        yield f"untrue: {known.id} is {known.status} in a round that was answered by {refused}"
    if paid is None:
        return
    against = [d.verdict.value for d in decisions if d.verdict is not Verdict.APPROVE]
    approved = {d.approver for d in decisions if d.fingerprint == paid.fingerprint} - set(against)
    if against or paid.round != known.round or (known.edits and known.edits[-1].round > paid.round):
        yield f"paid against an answer: {known.id}, round {paid.round} of {known.round}, {against}"
    if paid.fingerprint and not approved:
        yield f"paid without its decision: {known.id}"


def _of_requests(known: Registered, requests: list[RequestRecord]) -> Iterator[str]:
    """An invoice waits when, and only when, something is open."""
    waiting = [r.request for r in requests if r.status == "open"]
    if bool(waiting) != (known.status == "waiting"):
        yield f"untrue: {known.id} is {known.status}, {len(waiting)} requests are open"


def _of_thread(graph: Graph, known: Registered, requests: list[RequestRecord]) -> Iterator[str]:
    """A thread asks what is open, and nothing once its invoice is finished."""
    snapshot = graph.get_state(config_of(known.thread_id))
    asks = {asked.id for task in snapshot.tasks for asked in task.interrupts}
    waiting = {r.request.interrupt_id for r in requests if r.status == "open"}
    if asks != waiting:
        yield f"disagrees: {known.id} asks {asks}, open are {waiting}"
    if known.status in FINAL and snapshot.tasks:
        yield f"disagrees: {known.id} is {known.status}, its thread goes on"


def untold(store: Path, state: str, verbs: tuple[str, str], runs: tuple[Run, Run]) -> list[str]:
    """Say where what the two were told is not what was written down."""
    said = [
        *_untold(store, verbs[0], NAMES[0], runs[0]),
        *_untold(store, verbs[1], NAMES[1], runs[1]),
    ]
    if set(verbs) & REMARKS.keys():
        said += _held_up(state, verbs, runs)
    return said


def _held_up(state: str, verbs: tuple[str, str], runs: tuple[Run, Run]) -> Iterator[str]:
    """A remark neither refuses nor delays, and is itself kept on what its author saw waiting."""
    for verb, run in zip(verbs, runs, strict=True):
        if run.waited:
            yield f"waited: {verb} beside a remark"
        if run.code and verb not in STATES[state].refused and "does not wait" not in run.said:
            yield f"refused: {verb} beside a remark: {run.said}"


def _untold(store: Path, verb: str, name: str, run: Run) -> Iterator[str]:
    if run.code not in (0, 1):
        yield f"broke: {verb} ended with {run.code}: {run.said}"
        return
    if '"failed"' in run.said and verb != "recover":
        yield f"failed: {verb}: {run.said}"
    if verb in RECORDED:
        with closing(SqliteDatabase(store, 5.0)) as database:
            names = [row[0] for row in database.all(RECORDED[verb])]
        if (name in names) != (run.code == 0):
            yield f"untold: {verb} ended with {run.code}, written down by {names}: {run.said}"
    if verb == "recover" and run.code == 0 and json.loads(run.said)["failed"]:
        yield f"failed: recover: {run.said}"
