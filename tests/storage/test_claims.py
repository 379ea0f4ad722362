"""Claims and leases end with the process that holds them, at once, and with nothing else."""

import errno
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from expense_agent.errors import StoreUnusable
from expense_agent.storage.claim_table import ClaimTable
from expense_agent.storage.sqlite import schema as database_module
from expense_agent.storage.sqlite.ledger_file import SqliteDatabase
from expense_agent.storage.sqlite.schema import MIGRATIONS
from expense_agent.storage.sqlite.session_files import FOLDER, LockedPresence
from tests.builders import an_invoice
from tests.fakes import FixedClock
from tests.storage.books import Books, books

HOLDS = """
import os, sys, time
from pathlib import Path
from expense_agent.storage.claim_table import ClaimTable
from expense_agent.storage.sqlite.ledger_file import SqliteDatabase
from expense_agent.storage.sqlite.session_files import LockedPresence
from tests.fakes import FixedClock
store = Path(sys.argv[1])
database, presence = SqliteDatabase(store, 5.0), LockedPresence(store, "bob")
assert ClaimTable(database, FixedClock(), presence).take(sys.argv[2], "run", "resume")
if sys.argv[3] != "forks" or os.fork() == 0:
    print("held", flush=True)
time.sleep(60)
"""
ROOT = Path(__file__).parents[2]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Books]:
    with books(tmp_path) as opened:
        yield opened


@contextmanager
def another(made: Books, thread_id: str, how: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """Let another process hold the claim on a thread."""
    arguments = (str(made.database.folder), thread_id, how)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == b"held\n"
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def present(made: Books) -> list[str]:
    return sorted(path.name for path in (made.database.folder / FOLDER).iterdir())


def test_what_a_living_process_holds_is_named_also_when_it_is_stopped(made: Books) -> None:
    known = made.register()
    with another(made, known.thread_id) as process:
        process.send_signal(signal.SIGSTOP)
        assert not made.ledger.claims.take(known.thread_id, "mine", "recovery")
        held = made.ledger.claims.holder(known.thread_id)
        assert held
        assert (held.invoice_id, held.by, held.process) == (known.id, "bob", process.pid)
        assert str(held) == f"bob (process {process.pid}, decision) since 2026-11-22 09:00 UTC"
        ends = made.ledger.open_ends()
        assert (ends.cut_off, ends.held) == ((), (held,))


@pytest.mark.parametrize("how", ["", "forks"])
def test_what_a_killed_process_held_is_free_at_once(made: Books, how: str) -> None:
    """Also where it leaves a child that it has forked."""
    known = made.register()
    with another(made, known.thread_id, how) as process:
        (name,) = present(made)
        process.kill()
        process.wait()
        assert made.ledger.open_ends().cut_off == (known.id,)
        assert made.ledger.claims.take(known.thread_id, "mine", "recovery")
        assert name not in present(made)


def test_two_who_look_at_the_same_moment_both_see_that_it_is_dead(made: Books) -> None:
    known = made.register()
    with another(made, known.thread_id) as process:
        (name,) = present(made)
        looked_at = os.open(made.database.folder / FOLDER / name, os.O_RDONLY)
        process.kill()
        process.wait()
    fcntl.flock(looked_at, fcntl.LOCK_SH | fcntl.LOCK_NB)
    assert made.ledger.claims.holder(known.thread_id) is None
    os.close(looked_at)


def test_a_session_that_closes_lets_go_and_leaves_nothing(made: Books) -> None:
    thread = made.register().thread_id
    other = LockedPresence(made.database.folder, "bob")
    claims = ClaimTable(made.database, made.clock, other)
    assert claims.take(thread, "run", "import")
    assert not made.ledger.claims.take(thread, "mine", "recovery")
    other.close()
    assert made.ledger.claims.take(thread, "mine", "recovery")
    assert present(made) == [made.presence.name]


def test_whoever_comes_clears_away_what_the_dead_have_left(made: Books) -> None:
    folder = made.database.folder / FOLDER
    folder.mkdir()
    for name in ("1-0123456789ab", "2-0123456789ab.draft"):
        (folder / name).touch()
    assert present(made)[1:] == ["2-0123456789ab.draft"]
    assert made.presence.name
    assert present(made) == [made.presence.name]


def test_a_run_that_could_not_let_go_is_over_for_its_own_session(made: Books) -> None:
    known = made.register()
    made.ask(known)
    assert made.ledger.claims.take(known.thread_id, "run", "resume")
    made.ledger.claims.leave("run")
    assert made.ledger.unfinished() == [known.thread_id]
    assert made.ledger.claims.take(known.thread_id, "again", "recovery")


@pytest.mark.parametrize("name", ["", "../ledger.db", "1-0123456789ab/../../ledger.db", "1-x"])
def test_a_claim_that_names_no_session_is_void_and_nothing_is_removed(
    made: Books, name: str
) -> None:
    thread = made.register().thread_id
    assert made.presence.name
    with made.database.transaction():
        row = (thread, name, "run", "bob", "resume", "")
        made.database.write("INSERT INTO claims VALUES (?, ?, ?, ?, ?, ?)", *row)
    assert made.ledger.claims.take(thread, "mine", "recovery")
    assert made.database.path.exists()


def test_a_disk_without_such_locks_is_refused_in_words(
    made: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    thread = made.register().thread_id
    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(StoreUnusable, match=r"No locks available.*needs a disk with locks \(flock"):
        made.ledger.claims.take(thread, "mine", "recovery")
    assert present(made) == []


def test_claims_of_version_1_are_void_and_what_they_were_about_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(database_module, "MIGRATIONS", MIGRATIONS[:1])
        with closing(SqliteDatabase(tmp_path / "store", 5.0)) as old, old.transaction():
            old.write("INSERT INTO claims VALUES ('a thread', 'run', 'import', 1e12)")
            old.write("INSERT INTO edit_leases VALUES ('an id', 'run', 'bob', 1e12, 1e12)")
    with closing(SqliteDatabase(tmp_path / "store", 5.0)) as database:
        claims = ClaimTable(database, FixedClock(), LockedPresence(database.folder, "ann"))
        assert claims.parted()[1] == ["a thread"]
        assert database.all("SELECT * FROM edit_leases") == []


# --- edit leases


def test_an_edit_lease_is_one_editors_until_closed(made: Books) -> None:
    known = made.register(an_invoice("720.00 EUR"))
    leases = made.ledger.edit_leases
    mine = leases.take(known.id, "ines")
    assert leases.take(known.id, "ines") == mine, "its beginning is kept"
    assert leases.take(known.id, "bob") == mine
    assert leases.of_another(known.id, "bob") == mine
    assert leases.of_another(known.id, "ines") is None
    leases.release(known.id)
    assert leases.standing() == ()
