"""Stores as version 1 left them, with what the guards of version 2 keep out."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from expense_agent.agent import ExpenseAgent
from expense_agent.domain.approval import ApprovalRequest
from expense_agent.storage.sqlite.schema import APPLICATION_ID, statements
from expense_agent.storage.sqlite.store_files import CHECKPOINTS_FILE, LEDGER_FILE, SOURCES_FILE
from expense_agent.storage.sqlite.witnesses import HEAD_FILE
from tests.agents import file_of

GUARDS = ("requests_in_time", "decisions_in_time", "edits_in_time", "payments_unasked",
          "invoices_unasked")  # fmt: skip


def ask_once_more(agent: ExpenseAgent, invoice_id: str) -> ApprovalRequest:
    """Open what was answered again, under another interrupt: what a comment in between did.

    From then on the store takes what version 1 took.
    """
    for name in GUARDS:
        file_of(agent).connection.execute(f"DROP TRIGGER IF EXISTS {name}")
    ledger, thread_id = agent._ledger, agent.invoice(invoice_id).thread_id
    last = ledger.requests.of_thread(thread_id)[-1].request
    ghost = replace(last, interrupt_id=last.interrupt_id[::-1])
    open_anew(agent, ghost)
    return ghost


def open_anew(agent: ExpenseAgent, request: ApprovalRequest) -> None:
    """Write a request down as it is, without a look at what has come of it."""
    with agent._ledger.transaction():
        known = agent._ledger.registered(request.thread_id)
        agent._ledger.requests.open(known, request)


def back_to_version_1(folder: Path) -> None:
    """Write a closed store anew as version 1 has it, row by row."""
    path, before = folder / LEDGER_FILE, folder / "before.db"
    path.rename(before)
    script = list(statements("schema_sqlite.sql"))
    tables = [statement for statement in script if "CREATE TABLE" in statement]
    with closing(sqlite3.connect(path, isolation_level=None)) as made:
        for statement in tables:
            made.execute(statement)
        made.execute("ATTACH ? AS before", (str(before),))
        there = "SELECT name FROM main.sqlite_schema WHERE type = 'table'"
        for (name,) in made.execute(f"{there} AND name NOT IN ('claims', 'edit_leases')"):
            columns = ", ".join(row[1] for row in made.execute(f"PRAGMA main.table_info({name})"))
            made.execute(f"INSERT INTO main.{name} ({columns}) SELECT {columns} FROM before.{name}")
        for statement in script:
            if statement not in tables:
                made.execute(statement)
        made.execute(f"PRAGMA application_id={APPLICATION_ID}")
        made.execute("PRAGMA user_version=1")
    before.unlink()
    (folder / HEAD_FILE).unlink()
    for name in (CHECKPOINTS_FILE, SOURCES_FILE):
        with closing(sqlite3.connect(folder / name, isolation_level=None)) as neighbour:
            neighbour.execute("DROP TABLE IF EXISTS ledger_seen")
