"""Privacy: files of the store, accounts, and what a stray variable would send away."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest

from expense_agent.storage.sqlite.store_files import CHECKPOINTS_FILE
from tests.agents import an_office, approve, take, waiting
from tests.builders import an_invoice

CANARY = "FR1420041010050500013M02606"
TRACING = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2")


@pytest.fixture
def careless() -> Iterator[None]:
    """A person whose files everybody may read and write."""
    usual = os.umask(0)
    yield
    os.umask(usual)


@pytest.mark.usefixtures("careless")
async def test_nobody_else_can_read_any_file_of_the_store_at_any_time(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        seen = set()
        with agent._ledger.transaction():
            agent._ledger.claims.take("a thread", "me", "a test")
            for path in (office.folder, *office.folder.rglob("*")):
                assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
                seen.add(path.name)
        assert {"ledger.db-journal", "checkpoints.db-wal", "checkpoints.db-shm"} <= seen


async def test_no_account_stands_in_the_trail_or_beside_the_checkpoints(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR", account=CANARY))
        await approve(agent, waiting(agent, "R-1001"))
        assert agent.payments()[0].account == CANARY
        assert CANARY not in json.dumps([asdict(event) for event in agent.history()])
        with closing(sqlite3.connect(office.folder / CHECKPOINTS_FILE)) as connection:
            beside = connection.execute("SELECT thread_id, metadata FROM checkpoints").fetchall()
        assert beside
        assert CANARY not in str(beside)


@pytest.mark.parametrize("name", TRACING)
def test_a_stray_variable_sends_nothing_away(name: str) -> None:
    ask = (
        "import expense_agent; from langsmith.utils import tracing_is_enabled;"
        " print(tracing_is_enabled())"
    )
    environ = {**os.environ, name: "true", "LANGSMITH_API_KEY": "none"}
    done = subprocess.run(
        [sys.executable, "-c", ask], env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
