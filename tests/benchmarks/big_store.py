"""A store with as many waiting requests as wanted: some truly imported, the rest copies of them.

    python -m tests.benchmarks.big_store FOLDER [WAITING] [IMPORTED]

Only what was imported can be decided: nothing vouches for the copies, which are there to be read.
"""

import asyncio
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from expense_agent.agent import open_agent
from expense_agent.settings import Settings
from expense_agent.storage.database import marks
from expense_agent.storage.sqlite.store_files import LEDGER_FILE

HEADER = "number,supplier,issue_date,due_date,payable_amount,currency,account,description\n"
ACCOUNTS = ("DE89370400440532013000", "GB82WEST12345698765432", "FR1420041010050500013M02606")
_INVOICES = """
INSERT INTO invoices (invoice_id, thread_id, content_hash, body, number_key, kind, imported_by,
                      received_at, status, category, suggestion, round, steps)
SELECT i.invoice_id || '-' || n.n, i.thread_id || '-' || n.n, i.content_hash || '-' || n.n, i.body,
       i.number_key, i.kind, i.imported_by, i.received_at, i.status, i.category, i.suggestion,
       i.round, i.steps
FROM copies n JOIN invoices i ON i.status = 'waiting' AND length(i.thread_id) = :length
ORDER BY n.n LIMIT :lacking
"""
_REQUESTS = """
INSERT INTO approval_requests (thread_id, interrupt_id, invoice_id, round, level, fingerprint,
    approvals_needed, account, category, holds, hold_words, policy_version, number,
    supplier, supplier_sort, payable, payable_minor, currency, due_date, hold_rank, signs,
    waiting_since, expires_at, seat, seats, preparers_may_approve, importers_may_edit, loss_day,
    loss_minor, standing, edit_schema)
SELECT r.thread_id || '-' || n.n, r.interrupt_id, r.invoice_id || '-' || n.n, r.round, r.level,
    r.fingerprint, r.approvals_needed, r.account, r.category, r.holds, r.hold_words,
    r.policy_version,
    r.number || '-' || n.n, r.supplier || ' ' || (n.n % 97), r.supplier_sort || ' ' || (n.n % 97),
    printf('%d.%02d', (r.payable_minor + n.n) / 100, (r.payable_minor + n.n) % 100),
    r.payable_minor + n.n, r.currency, date(r.due_date, (n.n % 60) || ' days'), r.hold_rank,
    r.signs, r.waiting_since, r.expires_at, r.seat, r.seats, r.preparers_may_approve,
    r.importers_may_edit, r.loss_day, r.loss_minor, r.standing, r.edit_schema
FROM copies n JOIN approval_requests r ON r.status = 'open' AND length(r.thread_id) = :length
ORDER BY n.n LIMIT :lacking
"""
_COPIES = (
    "WITH RECURSIVE copies (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies LIMIT :rounds) "
)


def make(folder: Path, waiting: int, imported: int = 600) -> None:
    """Fill a new folder."""
    asyncio.run(_import(folder, imported))
    with closing(sqlite3.connect(folder / LEDGER_FILE)) as connection:
        for setting in ("synchronous=OFF", "journal_mode=OFF", "cache_size=-400000"):
            connection.execute(f"PRAGMA {setting}")
        (there, length) = connection.execute(
            "SELECT count(*), max(length(thread_id)) FROM approval_requests WHERE status = 'open'"
        ).fetchone()
        lacking = max(0, waiting - there)
        rounds = -(-lacking // there)
        with bare(connection, "invoices", "approval_requests"):
            for statement in (_INVOICES, _REQUESTS):
                values = {"rounds": rounds, "length": length, "lacking": lacking}
                connection.execute(copied(statement), values)
        connection.execute("PRAGMA journal_mode=DELETE")


@contextmanager
def bare(connection: sqlite3.Connection, *tables: str) -> Iterator[None]:
    """Take guards and indexes away from tables, and make them again at the end."""
    made = connection.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('trigger', 'index')"
        f" AND tbl_name IN ({marks(tables)}) AND sql IS NOT NULL ORDER BY rowid",
        tables,
    ).fetchall()
    for kind, name, _ in made:
        connection.execute(f"DROP {kind} {name}")
    yield
    for _, _, sql in made:
        connection.execute(sql)
    connection.commit()


def copied(statement: str) -> str:
    """Put the list of copies, `:rounds` long, in front of the SELECT of an INSERT."""
    head, rest = statement.split("SELECT", 1)
    return f"{head}{_COPIES}SELECT{rest}"


async def _import(folder: Path, imported: int) -> None:
    agent = open_agent(Settings(store=folder, approver="ines"))
    await agent.start()
    with tempfile.TemporaryDirectory() as made:
        listed = Path(made) / "suppliers.csv"
        names = "".join(f"Supplier {number} GmbH,,{ACCOUNTS[0]},\n" for number in range(30))
        listed.write_text(f"name,vat_id,account,category\n{names}", encoding="utf-8")
        agent.submit_suppliers(listed)
        table = Path(made) / "batch.csv"
        table.write_text(HEADER + "".join(map(_line, range(imported))), encoding="utf-8")
        await agent.submit([table])
    await agent.close()


def _line(number: int) -> str:
    supplier = f"Supplier {number % 40} GmbH"
    account = ACCOUNTS[(number // 40) % 2 if number % 40 < 10 else 0]  # some are not the listed one
    amount = f"{600 + number * 7}.{number % 100:02}"
    due = f"2026-12-{1 + number % 28:02}"
    return f"R-{number},{supplier},2026-11-01,{due},{amount},EUR,{account},Pallet freight\n"


def main() -> None:
    """Make a store as the command line says."""
    folder, *counts = sys.argv[1:]
    make(Path(folder), *map(int, counts or ["100000"]))


if __name__ == "__main__":
    main()
