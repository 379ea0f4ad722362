"""The whole product in a real pseudo-terminal: the launcher, the store, the engine, the keys."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.benchmarks.terminal import Terminal, python

pytestmark = pytest.mark.process
LEAVES_SCREEN = b"\x1b[?1049l"
KEEPS_TITLE, GIVES_TITLE_BACK = b"\x1b[22;2t", b"\x1b[23;2t"
CSV = """number,supplier,issue_date,due_date,payable_amount,currency,account,description
R-1,Nordwind Logistik AG,2026-11-01,2026-12-01,1240.00,EUR,DE89370400440532013000,Pallet freight
R-2,Nordwind Logistik AG,2026-11-02,2026-12-02,880.50,EUR,DE89370400440532013000,Pallet freight
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "batch.csv").write_text(CSV)
    folder = tmp_path / "store"
    command(folder, "import", str(tmp_path / "batch.csv"))
    return folder


def command(store: Path, *words: str) -> str:
    line = [sys.executable, "-m", "tui", "--store", str(store), "--as", "ann", *words]
    return subprocess.run(line, capture_output=True, text=True, check=True).stdout


def opened(store: Path) -> Terminal:
    return Terminal(python("-m", "tui", "--store", str(store), "--as", "ann"))


def test_what_is_approved_by_key_is_in_the_ledger_after_quitting(store: Path) -> None:
    with opened(store) as terminal:
        terminal.seconds_until(b"engine ready")
        terminal.send(b"a")
        terminal.seconds_until(b"scheduled for 2026-12-0")
        terminal.seconds_until(b"\x1b]2;1 waiting - expense-agent\x1b\\")
        terminal.send(b"q")
        assert terminal.exit_code() == 0
        assert LEAVES_SCREEN in terminal.output
        assert terminal.output.count(KEEPS_TITLE) == 1
        assert terminal.output.rstrip().endswith(GIVES_TITLE_BACK)
    payments = json.loads(command(store, "payments", "--json"))
    assert len(payments) == 1
    assert len(json.loads(command(store, "queue", "--json"))) == 1


def test_a_thread_is_stepped_by_key_from_its_first_node_to_the_payment(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    folder.mkdir(mode=0o700)
    (folder / "policy.toml").write_text('mode = "step_by_step"\nauto_approve_limit = "2000.00"\n')
    (tmp_path / "batch.csv").write_text("\n".join(CSV.splitlines()[:2]))
    command(folder, "import", str(tmp_path / "batch.csv"))
    with opened(folder) as terminal:
        terminal.seconds_until(b"engine ready")
        terminal.send(b"S")
        for expected in (b"categorize", b"check policy", b"schedule payment", b"scheduled for"):
            terminal.seconds_until(expected)
            time.sleep(0.4)  # a key held down goes one step only
            terminal.send(b"n" if expected != b"scheduled for" else b"q")
        terminal.seconds_until(b"ordered by")  # back in the queue
        terminal.send(b"q")
        assert terminal.exit_code() == 0
    (payment,) = json.loads(command(folder, "payments", "--json"))
    assert payment["amount"] == "1240.00"
    assert json.loads(command(folder, "audit", "verify", "--json"))["ok"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_told_to_end_it_restores_the_terminal(store: Path, number: signal.Signals) -> None:
    with opened(store) as terminal:
        terminal.seconds_until(b"engine ready")
        terminal.signal(number)
        assert terminal.exit_code() == 128 + number
        assert LEAVES_SCREEN in terminal.output
        assert (KEEPS_TITLE in terminal.output) == (GIVES_TITLE_BACK in terminal.output)


def test_a_lost_terminal_ends_the_process(store: Path) -> None:
    with opened(store) as terminal:
        terminal.seconds_until(b"engine ready")
        terminal.hang_up()
        terminal.signal(signal.SIGHUP)
        terminal.process.wait(20)


def test_input_that_is_no_text_and_no_key_is_dropped_and_the_next_key_acts(store: Path) -> None:
    with opened(store) as terminal:
        terminal.seconds_until(b"engine ready")
        for nonsense in ("Müller".encode("latin-1"), b"\x1b[:8u", b"\x1b[99999999999;5u", b"\xff"):
            terminal.send(nonsense)
            time.sleep(0.1)  # each by itself: what stands beside it in one reading goes with it
        terminal.send(b"?")
        terminal.seconds_until(b"approve the marked invoices")
        terminal.send(b"\x1b")
        time.sleep(0.3)  # or it would be one key with the next letter
        terminal.send(b"q")
        assert terminal.exit_code() == 0
        assert b"Traceback" not in terminal.output


def test_told_to_end_behind_an_editor_it_ends_that_first(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\necho writing; exec sleep 600\n")
    editor.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(editor))
    with opened(store) as terminal:
        terminal.seconds_until(b"engine ready")
        terminal.send(b"E")
        terminal.seconds_until(b"writing")
        terminal.signal(signal.SIGTERM)
        assert terminal.exit_code() == 128 + signal.SIGTERM
        assert b"did not end in time" not in terminal.output


def test_a_store_that_cannot_be_used_is_told_with_code_3(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_text("this is no database, but something else altogether")
    with opened(tmp_path) as terminal:
        assert terminal.exit_code() == 3
        assert b"cannot be used" in terminal.output


def test_a_policy_that_cannot_be_read_is_told_with_code_2(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text('auto_aprove_limit = "500"')
    with opened(tmp_path) as terminal:
        assert terminal.exit_code() == 2
        assert b"auto_aprove_limit" in terminal.output


def test_a_batch_is_imported_decided_and_found_among_the_payments_in_one_sitting(
    tmp_path: Path,
) -> None:
    batch = tmp_path / "batch.csv"
    batch.write_text(CSV)
    store = tmp_path / "store"
    with opened(store) as terminal:
        terminal.seconds_until(b"engine ready")
        terminal.send(b"2")
        terminal.seconds_until(b"i chooses files to import")
        terminal.send(b"i")
        terminal.seconds_until(b"File or folder")
        terminal.send(str(batch).encode())
        terminal.send(b"\r")
        terminal.seconds_until(b"2 invoices: 2 waiting, in")
        terminal.send(b"1")
        terminal.seconds_until(b"Nordwind")  # an empty list fills by itself
        time.sleep(0.6)  # a deciding key counts only when the rows have rested for 0.3 s
        terminal.send(b"a")
        terminal.seconds_until(b"scheduled for 2026-12-0")
        terminal.send(b"3")
        terminal.seconds_until(b"approved by ann")
        terminal.send(b"q")
        assert terminal.exit_code() == 0
    (payment,) = json.loads(command(store, "payments", "--json"))
    assert payment["approved_by"] == ["ann"]
    assert len(json.loads(command(store, "queue", "--json"))) == 1
