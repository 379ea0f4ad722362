"""Claims: one owner at a time, whatever the clock says while somebody waits for the lock."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from expense_agent.storage.claims import ClaimTable
from expense_agent.storage.database import Database
from tests.fakes import FixedClock


def test_a_claim_made_while_another_waits_for_the_lock_is_not_taken_for_one_of_the_future(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second looks at the clock, waits for the first to write, and must look again."""
    clock = FixedClock()
    database = Database(tmp_path / "store", 5.0)
    claims = ClaimTable(database, clock, 60.0)
    waits = threading.Event()
    begin = Database.transaction

    def transaction(self: Database) -> object:
        waits.set()
        return begin(self)

    with database.transaction(), ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(Database, "transaction", transaction)
        second = pool.submit(claims.take, "a thread", "second", "recovery")
        assert waits.wait(10)
        monkeypatch.undo()
        clock.pass_time(seconds=1)
        assert claims.take("a thread", "first", "resume")
        database.connection.execute("COMMIT")
        taken = second.result()
        database.connection.execute("BEGIN IMMEDIATE")  # for the end of the block
    assert not taken
    database.close()
