"""A store in which nothing may be written: it is read with a warning, acting is refused with 3."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from expense_agent.storage.sqlite.store_files import CHECKPOINTS_FILE, LEDGER_FILE
from tests.cli.shell import BATCH, Shell
from tests.closing_off import closed_off
from tests.storage.test_looking import KILLED

READING = (
    "queue", "queue --view steps", "queue --view stalled", "queue --view confirm", "show ID",
    "payments", "audit", "audit ID", "audit verify", "metrics", "doctor", "policy show",
    "categories", "pay-run --dry-run --format csv", "expire --dry-run",
)  # fmt: skip
WRITING_ELSEWHERE = ("evidence ID --output -", "journal --output -", "document ID")
ACTING = (
    "approve ID", "reject ID --reason no", "edit ID --payable-amount 1.00 --comment typo",
    "hold ID --until 2099-01-01", "release ID", "send-back ID --comment why", "comment ID noted",
    "undo ID --reason no", "reopen ID --reason no", "step ID", "expire", "remind", "recover",
    "import BATCH", "suppliers import BATCH", "attach ID BATCH",
    "pay-run --output OUT --format csv",
    "categories confirm ID", "categories learn BATCH",
)  # fmt: skip


@pytest.fixture(scope="module")
def store(imported: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One for all: no test can change it."""
    folder = shutil.copytree(imported, tmp_path_factory.mktemp("closed") / "store")
    with closed_off(folder):
        yield folder


@pytest.fixture
def closed(store: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(store, capsys)


@pytest.fixture
def over(closed: Shell) -> str:
    return closed.ids()["OVER"]


def words(command: str, invoice_id: str, tmp_path: Path) -> list[str]:
    batch = tmp_path / "batch.csv"
    batch.write_text(BATCH.replace("OVER", "NEW"), encoding="utf-8")
    names = {"ID": invoice_id, "BATCH": str(batch), "OUT": str(tmp_path / "out.csv")}
    return [names.get(word, word) for word in command.split()]


@pytest.mark.parametrize("command", READING)
def test_what_reads_gives_its_json_and_a_warning(
    closed: Shell, over: str, tmp_path: Path, command: str
) -> None:
    ran = closed(*words(command, over, tmp_path), "--json")
    assert ran.code == 0, ran.err
    json.loads(ran.out)
    if command != "policy show":  # it opens no store
        assert "is open for reading only" in ran.err


@pytest.mark.parametrize("command", WRITING_ELSEWHERE)
def test_what_takes_something_out_does(
    closed: Shell, over: str, tmp_path: Path, command: str
) -> None:
    ran = closed(*words(command, over, tmp_path))
    assert ran.code == 0, ran.err
    assert "is open for reading only" in ran.err


@pytest.mark.parametrize("command", ACTING)
def test_what_acts_is_refused_in_words(
    closed: Shell, over: str, tmp_path: Path, command: str
) -> None:
    ran = closed(*words(command, over, tmp_path))
    assert (ran.code, ran.out) == (3, ""), ran.err
    assert "is open for reading only" in ran.err
    assert not (tmp_path / "out.csv").exists()


def test_what_a_kill_left_in_both_files_is_read_from_copies(
    filled: Shell, over: str, tmp_path: Path
) -> None:
    before = filled.data("show", over)
    for name, mode in ((LEDGER_FILE, "DELETE"), (CHECKPOINTS_FILE, "WAL")):
        draft = tmp_path / name
        shutil.copyfile(filled.store / name, draft)
        subprocess.run([sys.executable, "-c", KILLED, str(draft), mode], check=False)
        for file in tmp_path.glob(f"{name}*"):
            shutil.copyfile(file, filled.store / file.name)
    with closed_off(filled.store):
        assert filled.data("show", over) == before
        proof = filled("audit", "verify", "--json").json
    assert proof["findings"] == ["the schema was changed: table notes"]
    assert proof["events"] > 0
