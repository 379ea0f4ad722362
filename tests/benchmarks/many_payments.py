"""A store with as many payments as wanted: some truly made and exported, the rest copies of them.

    python -m tests.benchmarks.many_payments FOLDER [PAYMENTS] [IMPORTED]

Nothing vouches for the copies, which are there to be read.
"""

import asyncio
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from zlib import crc32

from expense_agent.agent import open_agent
from expense_agent.service import Undo
from expense_agent.settings import Settings
from expense_agent.storage.sqlite.store_files import LEDGER_FILE
from tests.benchmarks.big_store import HEADER, bare, copied

_INVOICES = """
INSERT INTO invoices (invoice_id, thread_id, content_hash, body, number_key, kind, imported_by,
                      received_at, status, category, suggestion, round, steps)
SELECT i.invoice_id || '-' || n.n, i.thread_id || '-' || n.n, i.content_hash || '-' || n.n, i.body,
       i.number_key, i.kind, i.imported_by, i.received_at, i.status, i.category, i.suggestion,
       i.round, i.steps
FROM copies n JOIN payments p ON p.payment_id <= :there JOIN invoices i ON i.thread_id = p.thread_id
"""
_PAYMENTS = """
INSERT INTO payments (payment_id, thread_id, payment_key, payload_hash, amount_minor, currency,
    account, supplier, category, remittance, execution_date, fingerprint, approved_by, round,
    words, created_at)
SELECT p.payment_id + n.n * :there, p.thread_id || '-' || n.n,
    substr(hex(n.n), 1, 8) || '-' || p.payment_key, p.payload_hash, p.amount_minor + n.n,
    p.currency, p.account, p.supplier || ' ' || (n.n % 97), p.category, p.remittance,
    date(p.execution_date, (n.n % 300) || ' days'), p.fingerprint, p.approved_by, p.round,
    p.words || ' ' || (n.n % 97), p.created_at
FROM copies n JOIN payments p ON p.payment_id <= :there
"""
_EVENTS = """
INSERT INTO payment_events (payment_id, status, actor, at)
SELECT e.payment_id + n.n * :there, e.status, e.actor, e.at
FROM copies n JOIN payment_events e ON e.payment_id <= :there
"""


def make(folder: Path, payments: int, imported: int = 600) -> None:
    """Fill a new folder."""
    there = asyncio.run(_pay(folder, imported))
    with closing(sqlite3.connect(folder / LEDGER_FILE)) as connection:
        for setting in ("synchronous=OFF", "journal_mode=OFF", "cache_size=-400000"):
            connection.execute(f"PRAGMA {setting}")
        rounds = max(0, -(-payments // there) - 1)
        with bare(connection, "invoices", "payments", "payment_events"):
            for statement in (_INVOICES, _PAYMENTS, _EVENTS):
                connection.execute(copied(statement), {"there": there, "rounds": rounds})
        connection.execute("PRAGMA journal_mode=DELETE")


async def _pay(folder: Path, imported: int) -> int:
    """Import what is scheduled at once, export the earlier half, void some; give how many."""
    agent = open_agent(Settings(store=folder, approver="ines"))
    await agent.start()
    with tempfile.TemporaryDirectory() as made:
        listed = Path(made) / "suppliers.csv"
        names = "".join(f"{_name(n)},,{_account(n)},\n" for n in range(imported))
        listed.write_text(f"name,vat_id,account,category\n{names}", encoding="utf-8")
        agent.submit_suppliers(listed)
        table = Path(made) / "batch.csv"
        table.write_text(HEADER + "".join(map(_line, range(imported))), encoding="utf-8")
        await agent.submit([table])
    found = agent.payments()
    for payment in found[-imported // 20 :]:
        async for _ in agent.act(Undo(payment.invoice_id, payment.id, "a mistake")):
            pass
    _export(folder, len(found) // 2)
    await agent.close()
    return len(found)


def _export(folder: Path, count: int) -> None:
    """Note the first payments as exported, without their runs."""
    with (
        closing(sqlite3.connect(folder / LEDGER_FILE)) as connection,
        bare(connection, "payment_events"),
    ):
        connection.execute(
            "INSERT INTO payment_events SELECT payment_id, 'exported', 'ines', created_at"
            " FROM payments p WHERE payment_id <= ? AND NOT EXISTS (SELECT 1 FROM payment_events e"
            " WHERE e.payment_id = p.payment_id AND e.status = 'voided')",
            (count,),
        )


def _line(number: int) -> str:
    amount = f"{20 + number % 400}.{number % 100:02}"
    due = f"2027-{1 + number // 28 % 12:02}-{1 + number % 28:02}"
    supplier, account = _name(number), _account(number)
    return f"R-{number},{supplier},2026-11-01,{due},{amount},EUR,{account},Pallet freight\n"


def _name(number: int) -> str:
    """Return a name that is not one letter off another."""
    return f"Werk {crc32(b'%d' % number):08x} GmbH"


def _account(number: int) -> str:
    """Return an account with right check digits: one for all would be over the cumulative limit."""
    digits = f"{number:018}"
    return f"DE{98 - int(f'{digits}131400') % 97:02}{digits}"


def main() -> None:
    """Make a store as the command line says."""
    folder, *counts = sys.argv[1:]
    make(Path(folder), *map(int, counts or ["100000"]))


if __name__ == "__main__":
    main()
