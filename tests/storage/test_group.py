"""A group commit: one commit for many threads, and each answers for itself."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from expense_agent.errors import RequestRefused, StoreUnusable
from expense_agent.storage.database import GroupCommit
from expense_agent.storage.sqlite.ledger_file import SqliteDatabase
from tests.storage.test_database import claim, claims

THREADS = 8


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    opened = SqliteDatabase(tmp_path / "store", 5.0)
    yield opened
    opened.close()


def all_at_once(database: SqliteDatabase, refused: int = -1) -> tuple[list[object], int]:
    """Write from many threads while the first commit is held up; give results and commits."""
    group, commits = GroupCommit(database), []
    begun, everybody_waits = threading.Event(), threading.Event()

    def write(number: int) -> str:
        if number == 0:
            begun.set()
            everybody_waits.wait(10)
        claim(database, f"thread-{number}")
        if number == refused:
            raise RequestRefused("not this one")
        commits.append(threading.get_ident())
        return f"done {number}"

    def run(number: int) -> object:
        try:
            return group.run(lambda: write(number))
        except RequestRefused as refusal:
            return str(refusal)

    with ThreadPoolExecutor(THREADS) as pool:
        first = pool.submit(run, 0)
        begun.wait(10)
        rest = [pool.submit(run, number) for number in range(1, THREADS)]
        while len(group._waiting) < THREADS - 1:
            threading.Event().wait(0.001)
        everybody_waits.set()
        return [one.result() for one in (first, *rest)], len(set(commits))


def test_what_waits_for_a_commit_is_written_by_the_next_one_together(
    database: SqliteDatabase,
) -> None:
    results, threads_that_wrote = all_at_once(database)
    assert results == [f"done {number}" for number in range(THREADS)]
    assert threads_that_wrote == 2
    assert claims(database) == [f"thread-{number}" for number in range(THREADS)]


def test_what_one_of_them_refuses_is_undone_alone(database: SqliteDatabase) -> None:
    results, _ = all_at_once(database, refused=3)
    assert results[3] == "not this one"
    assert claims(database) == [f"thread-{n}" for n in range(THREADS) if n != 3]


def test_inside_a_transaction_it_is_a_part_of_that_one(database: SqliteDatabase) -> None:
    group = GroupCommit(database)

    def written_and_undone() -> None:
        with database.transaction():
            group.run(lambda: claim(database, "inner"))
            raise RequestRefused("all of it")

    with pytest.raises(RequestRefused):
        written_and_undone()
    assert claims(database) == []


def test_a_commit_that_fails_is_told_to_everybody_and_the_next_one_works(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "store", 0.05)
    other = SqliteDatabase(tmp_path / "store", 0.05)
    group = GroupCommit(database)
    with other.transaction(), ThreadPoolExecutor(2) as pool:
        tries = [pool.submit(group.run, lambda n=n: claim(database, f"{n}")) for n in range(2)]
        for one in tries:
            with pytest.raises(StoreUnusable, match="locked"):
                one.result()
    group.run(lambda: claim(database, "later"))
    assert claims(database) == ["later"]
    database.close()
    other.close()
