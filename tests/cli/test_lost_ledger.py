"""A ledger that is lost, or of yesterday: the store can be read, and nothing is paid again."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import pytest

from expense_agent.agent import open_agent
from expense_agent.errors import StoreReadOnly
from expense_agent.settings import settings_from
from expense_agent.storage.sqlite.schema import SCHEMA_VERSION
from expense_agent.storage.sqlite.store_files import CHECKPOINTS_FILE, LEDGER_FILE, SOURCES_FILE
from expense_agent.storage.sqlite.witnesses import HEAD_FILE
from tests.cli.shell import Ran, Shell
from tests.cli.test_paying_commands import POLICY

VERSION_1 = Path(__file__).parents[1] / "storage" / "version_1.zip"
"""A store of two invoices, as the program left it that did not know stores by an id."""
WITNESSES = (HEAD_FILE, CHECKPOINTS_FILE, SOURCES_FILE)


@pytest.fixture
def paid(filled: Shell, tmp_path: Path) -> Shell:
    """A shell on a store that has exported a payment; `before` is a copy from before that."""
    (filled.store / "policy.toml").write_text(POLICY, encoding="utf-8")
    shutil.copytree(filled.store, tmp_path / "before")
    filled.data("pay-run", "--output", tmp_path / "run.xml")
    return filled


def lost(ledger: Path) -> None:
    ledger.unlink()


def emptied(ledger: Path) -> None:
    ledger.write_bytes(b"")


def truncated(ledger: Path) -> None:
    ledger.write_bytes(ledger.read_bytes()[: ledger.stat().st_size // 2])


def overwritten(ledger: Path) -> None:
    ledger.write_bytes(b"no database" * 1000)


def begun_anew(ledger: Path) -> None:
    ledger.unlink()
    sqlite3.connect(ledger).execute("PRAGMA user_version=0").close()
    sqlite3.connect(ledger).execute("VACUUM").close()


def only(store: Path, *kept: str) -> None:
    """Leave only some of those who know the ledger."""
    for name in set(WITNESSES) - set(kept):
        for file in store.glob(f"{name}*"):
            file.unlink()


def is_refused(ran: Ran, *words: str) -> None:
    assert (ran.code, ran.out) == (3, "")
    for word in ("is open for reading only", "to go on: ", *words):
        assert word in ran.err


def is_read(ran: Ran, *words: str) -> None:
    assert ran.code == 0
    assert ran.json is not None
    assert "is open for reading only" in ran.err
    for word in words:
        assert word in ran.err


@pytest.mark.parametrize("how", [lost, emptied, truncated, overwritten, begun_anew])
def test_without_its_ledger_a_store_is_read_only_and_takes_nothing_in_again(
    paid: Shell, tmp_path: Path, how: Callable[[Path], None]
) -> None:
    ledger = paid.store / LEDGER_FILE
    how(ledger)
    there = ledger.read_bytes() if ledger.exists() else None
    for reading in ("queue", "payments", "audit", "metrics"):
        is_read(paid(reading, "--json"), LEDGER_FILE)
    known = ("4 threads in checkpoints.db", "1 kept file in sources.db", "newest head ", "-")
    is_refused(paid("import", tmp_path / "run.xml"), *known, "store restore FILE")
    for command in (("recover",), ("expire",), ("approve", "x"), ("pay-run", "--output", "x")):
        is_refused(paid(*command))
    looked = paid("doctor", "--json")
    assert (looked.code, looked.json["ok"], looked.json["usable"]) == (3, False, False)
    assert LEDGER_FILE in looked.json["problems"][0]
    proof = paid("audit", "verify", "--json")
    assert (proof.code, proof.json["ok"]) == (1, False)
    assert LEDGER_FILE in proof.json["findings"][0]
    assert (ledger.read_bytes() if ledger.exists() else None) == there, "nothing is begun anew"


@pytest.mark.parametrize("who", WITNESSES)
def test_any_of_its_neighbours_is_enough_to_miss_a_ledger(paid: Shell, who: str) -> None:
    (paid.store / LEDGER_FILE).unlink()
    only(paid.store, who)
    is_refused(paid("recover"), f"{who} can only come from one that was here")


@pytest.mark.parametrize("who", [HEAD_FILE, CHECKPOINTS_FILE])
def test_a_ledger_of_yesterday_pays_nothing_again(
    paid: Shell, tmp_path: Path, own_state: Path, who: str
) -> None:
    for number in paid.ids().values():
        paid("reject", number, "--reason", "not ours")
    shutil.copyfile(tmp_path / "before" / LEDGER_FILE, paid.store / LEDGER_FILE)
    only(paid.store, who)
    shutil.rmtree(own_state)
    is_refused(paid("pay-run", "--output", tmp_path / "again.xml"), f"not the one {who} saw last")
    is_read(paid("payments", "--json"))
    looked = paid("doctor", "--json")
    assert (looked.code, looked.json["usable"]) == (1, True)
    assert "ledger.db is not the one" in looked.json["problems"][0]
    assert not (tmp_path / "again.xml").exists()


def test_a_store_that_went_back_as_a_whole_is_known_by_what_its_user_saw(
    paid: Shell, tmp_path: Path
) -> None:
    shutil.rmtree(paid.store)
    shutil.copytree(tmp_path / "before", paid.store)
    is_refused(paid("pay-run", "--output", tmp_path / "again.xml"), "not the one you saw last")
    shutil.move(paid.store, tmp_path / "moved")
    paid.store = tmp_path / "moved"
    is_refused(paid("recover"), f"not the one you, in {tmp_path / 'store'}, saw last")


def test_a_ledger_of_another_store_is_not_taken(paid: Shell, tmp_path: Path) -> None:
    other = Shell(tmp_path / "other", paid._capsys)
    other.data("queue")
    shutil.copyfile(other.store / LEDGER_FILE, paid.store / LEDGER_FILE)
    is_refused(paid("recover"), "it belongs to store ")


def test_a_ledger_exchanged_under_an_open_session_is_not_written(
    paid: Shell, tmp_path: Path
) -> None:
    before = (tmp_path / "before" / LEDGER_FILE).read_bytes()
    ledger = paid.store / LEDGER_FILE
    for exchange in (ledger.write_bytes, lambda data: _replace(ledger, data)):
        shutil.copyfile(ledger, tmp_path / "right")
        agent = open_agent(settings_from(str(paid.store), None, "ann"))
        exchange(before)
        with pytest.raises(StoreReadOnly, match="was exchanged while it was open"):
            agent.treasury.run(tmp_path / "again.xml")
        agent.shut()
        assert ledger.read_bytes() == before
        shutil.copyfile(tmp_path / "right", ledger)
    assert not (tmp_path / "again.xml").exists()


def _replace(path: Path, data: bytes) -> None:
    path.unlink()
    path.write_bytes(data)


# --- what is as it should be


@pytest.mark.parametrize("gone", [WITNESSES, *((name,) for name in WITNESSES)])
def test_neighbours_that_are_missing_are_made_anew(
    paid: Shell, tmp_path: Path, gone: tuple[str, ...]
) -> None:
    only(paid.store, *(set(WITNESSES) - set(gone)))
    assert paid("recover").code == 0
    for number in paid.ids().values():
        paid("reject", number, "--reason", "not ours")
    ran = paid("pay-run", "--output", tmp_path / "again.xml")
    assert (ran.code, ran.out) == (0, "nothing to export\n")
    assert paid("doctor").code == 0


def test_a_store_is_moved_and_copied_and_each_goes_its_own_way(paid: Shell, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "before", tmp_path / "copy")
    shutil.move(paid.store, tmp_path / "moved")
    moved = Shell(tmp_path / "moved", paid._capsys)
    assert moved("approve", *moved.ids().values()).err == "1 of 3 not done\n"
    copied = Shell(tmp_path / "copy", paid._capsys)
    for shell in (copied, moved, copied):
        for number in list(shell.ids().values())[:1]:
            assert shell("reject", number, "--reason", "not ours").code == 0
    shutil.rmtree(copied.store)
    assert moved("recover").code == 0
    shutil.move(moved.store, paid.store)
    assert paid("recover").code == 0


def test_rubbish_where_heads_are_kept_says_nothing(paid: Shell, own_state: Path) -> None:
    (paid.store / HEAD_FILE).write_bytes(b"\xff{")
    for kept in (own_state / "ledgers").iterdir():
        kept.write_text('{"place": 1}', encoding="utf-8")
    assert paid("recover").code == 0


# --- of the version before


@pytest.fixture
def old(shell: Shell) -> Shell:
    with ZipFile(VERSION_1) as archive:
        archive.extractall(shell.store)
    return shell


def test_a_store_of_version_1_gets_to_know_itself(old: Shell) -> None:
    (waiting,) = old.ids().values()
    assert old("reject", waiting, "--reason", "not ours").code == 0
    assert old.data("audit", "verify")["ok"]
    with closing(sqlite3.connect(old.store / LEDGER_FILE)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    with ZipFile(VERSION_1) as archive:
        archive.extract(LEDGER_FILE, old.store)
    is_refused(old("recover"), "of an older version of the program than")
    assert [row["number"] for row in old.data("queue")] == ["OVER"], "it is read all the same"


def test_a_lost_ledger_of_version_1_is_missed(old: Shell) -> None:
    (old.store / LEDGER_FILE).unlink()
    is_refused(old("recover"), "checkpoints.db and sources.db can only come from one")
