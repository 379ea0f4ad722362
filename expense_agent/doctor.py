"""The findings of `doctor`: versions, permissions, damage, and threads to be recovered.

It opens the ledger itself, so that an invalid policy or a damaged file is a finding, not its end.
"""

import stat
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from expense_agent import __version__
from expense_agent.books import SystemClock, open_store_of
from expense_agent.errors import PolicyInvalid, StoreUnusable
from expense_agent.in_force import policy_in_force
from expense_agent.settings import Settings
from expense_agent.storage.audit_table import AuditTrail
from expense_agent.storage.ledger import StoredLedger
from expense_agent.storage.payment_runs import PaymentRunTable
from expense_agent.storage.restorations import RestorationTable
from expense_agent.storage.sqlite.damage import HAS_WAL_RESET_BUG, SQLITE_VERSION, damage_of
from expense_agent.storage.sqlite.schema import SCHEMA_VERSION
from expense_agent.storage.sqlite.store_files import CHECKPOINTS_FILE, SOURCES_FILE
from expense_agent.storage.store import Store
from expense_agent.storage.verify import verify

_PACKAGES = ("langgraph", "langgraph-checkpoint-sqlite", "textual", "pydantic")
KEYS = {
    "ok": "whether there is nothing to do",
    "usable": "whether the ledger can be opened and read",
    "problems": "what a person should do something about",
    "version, python, sqlite, packages": "what runs here",
    "store, schema": "the folder, and the schema version this program knows",
    "read_only": "why nothing can be changed in the store; null: it can",
    "unfinished": "invoices that were cut off: `recover` finishes them",
    "held": "invoices that a session which lives is at: by whom, in which process, for what",
    "events, payments": "how much `audit verify` has proved",
    "wal_reset_bug": "whether this SQLite has it; the ledger is not exposed to it",
}
"""The keys of the report, with their meaning."""


def examine(settings: Settings) -> dict[str, Any]:
    """Look the store over."""
    problems = [f"others can read {path}" for path in _readable_by_others(settings.store)]
    problems += _policy_problems(settings)
    found: dict[str, Any] = {"usable": True, "read_only": None}
    found |= {"unfinished": [], "held": [], "events": None, "payments": None}
    try:
        with closing(open_store_of(settings)) as store:
            database = store.database
            found["read_only"] = database.why_read_only
            found["usable"] = database.doubt is None or database.doubt.readable
            found |= _look_into(store, settings.approver, problems)
    except StoreUnusable as unusable:
        found["usable"] = False
        problems.append(str(unusable))
    problems += _damage(settings.store / CHECKPOINTS_FILE, "only a cache: run `recover`")
    problems += _damage(settings.store / SOURCES_FILE, "only copies of files: move it away")
    return {
        "ok": not problems,
        "version": __version__,
        "python": sys.version.split()[0],
        "sqlite": SQLITE_VERSION,
        "packages": {name: version(name) for name in _PACKAGES},
        "store": str(settings.store),
        "schema": SCHEMA_VERSION,
        **found,
        "wal_reset_bug": HAS_WAL_RESET_BUG,
        "problems": problems,
    }


def _look_into(store: Store, approver: str, problems: list[str]) -> dict[str, Any]:
    database, clock = store.database, SystemClock()
    ends = StoredLedger(database, clock, store.session(approver)).open_ends()
    problems.extend(ends.problems)
    run = PaymentRunTable(database, clock, AuditTrail(database, clock)).unfinished()
    if run:
        problems.append(f"payment run {run.id} was cut off: `pay-run --output FILE` goes on")
    if waits := RestorationTable(database, clock, AuditTrail(database, clock)).open():
        problems.append(waits.sentence)
    proof = verify(database)
    problems.extend(proof.findings)
    return {
        "unfinished": [*ends.cut_off, *ends.failed],
        "held": [asdict(held) for held in ends.held],
        "events": proof.events,
        "payments": proof.payments,
    }


def _policy_problems(settings: Settings) -> list[str]:
    try:
        policy_in_force(settings)
    except (PolicyInvalid, StoreUnusable) as invalid:
        return str(invalid).splitlines()
    return []


def _damage(path: Path, what_to_do: str) -> list[str]:
    try:
        found = damage_of(path)
    except StoreUnusable as unusable:
        return [str(unusable)]
    cure = [f"{path.name} is damaged, and {what_to_do}"]
    return [*found, *cure] if found else []


def _readable_by_others(store: Path) -> Iterator[Path]:
    """Look before the store is opened: opening makes an old folder private again."""
    for path in (store, *sorted(store.glob("*.db*"))):
        with suppress(OSError):  # gone meanwhile, or kept from us, which is said elsewhere
            if stat.S_IMODE(path.stat().st_mode) & 0o077:
                yield path
