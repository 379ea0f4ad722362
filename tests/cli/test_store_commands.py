"""store backup, restore, reconcile: back from a copy, and nothing paid a second time."""

import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from expense_agent.storage.payment_runs import PaymentRunTable
from expense_agent.storage.sqlite.ledger_file import SqliteDatabase
from expense_agent.storage.sqlite.store_files import CHECKPOINTS_FILE, LEDGER_FILE, SOURCES_FILE
from tests.cli.shell import Shell
from tests.cli.test_paying_commands import POLICY
from tests.storage.test_exchange import killed_at

APPROVERS = f"""{POLICY}
[[approvers]]
name = "mia"
[[approvers]]
name = "otto"
"""
MORE = """\
Invoice Number,Invoice Date,Due Date,Supplier,VAT ID,IBAN,Description,Amount Due,Currency
LATER,2026-11-05,2099-12-01,Nordwind Logistik AG,DE1,DE89370400440532013000,Freight,90.00,EUR
"""


@pytest.fixture
def office(filled: Shell) -> Shell:
    """A shell on a store with one scheduled payment and three that wait."""
    (filled.store / "policy.toml").write_text(POLICY, encoding="utf-8")
    return filled


@pytest.fixture
def backup(office: Shell, tmp_path: Path) -> Path:
    office.data("store", "backup", tmp_path / "backup.zip")
    return tmp_path / "backup.zip"


@pytest.fixture
def restored(office: Shell, backup: Path, tmp_path: Path) -> Shell:
    """A store that was restored after its payment had left in run.xml."""
    office.data("pay-run", "--output", tmp_path / "run.xml")
    office.data("store", "restore", backup, "--reason", "a try")
    return office


def refused(ran: Any, said: str, code: int = 1) -> None:
    assert (ran.code, ran.out) == (code, ""), ran.err
    assert said in ran.err


def statuses(shell: Shell) -> dict[str, tuple[str, str | None]]:
    """Return status and run of every payment, by what it is for."""
    return {p["remittance"]: (p["status"], p["run"]) for p in shell.data("payments")}


# --- backup


def test_a_backup_is_one_private_file_that_names_its_head(office: Shell, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    with closing(SqliteDatabase(office.store, 5.0)) as other, other.transaction():
        other.write("INSERT INTO model_usage VALUES ('today', 1, 1, 1, 1, '')")
        report = office.data("store", "backup", file)  # while somebody writes
    assert (report["files"], report["bytes"]) == (4, file.stat().st_size)
    assert report["head"] == office.data("audit", "verify")["head"]
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    before = file.read_bytes()
    refused(office("store", "backup", file), "exists: choose another name", code=2)
    assert file.read_bytes() == before


def test_what_cannot_be_proved_is_not_backed_up(office: Shell, tmp_path: Path) -> None:
    with closing(sqlite3.connect(office.store / LEDGER_FILE)) as connection, connection:
        connection.execute("DROP TRIGGER audit_stay")
        connection.execute("DELETE FROM audit WHERE seq = 2")
    refused(office("store", "backup", tmp_path / "b.zip"), "the copy cannot be proved: ")
    (office.store / LEDGER_FILE).unlink()
    ran = office("store", "backup", tmp_path / "b.zip")
    assert ran.code == 1
    assert "there is nothing to copy: ledger.db is missing" in ran.err
    assert not (tmp_path / "b.zip").exists()


# --- restore


def test_a_good_and_newer_ledger_is_only_set_aside_with_a_reason(
    office: Shell, backup: Path, tmp_path: Path
) -> None:
    run = office.data("pay-run", "--output", tmp_path / "run.xml")["run"]
    refused(office("store", "restore", backup), "is good, and newer than the backup (event 10)")
    ledger = (office.store / LEDGER_FILE).read_bytes()
    (office.store / "policy.toml").write_text("", encoding="utf-8")
    report = office.data("store", "restore", backup, "--reason", "wrong import")
    assert (report["files"], report["forgotten_runs"], report["expected"]) == (4, [run], 1)
    aside = office.store / report["set_aside"]
    assert (aside / LEDGER_FILE).read_bytes() == ledger
    assert (aside / "policy.toml").read_text(encoding="utf-8") == ""
    assert (office.store / "policy.toml").read_text(encoding="utf-8") == POLICY
    last = office.data("audit")[-1]
    assert (last["action"], last["details"]["from_head"]) == ("restored", report["head"])
    assert last["details"]["reason"] == "wrong import"
    again = office.data("store", "restore", backup)
    assert (again["set_aside"], again["waits"]) == (None, report["waits"])
    assert office.data("audit", "verify")["ok"]


@pytest.mark.parametrize("how", ["lost", "of yesterday", "moved to a new disk"])
def test_a_lost_ledger_comes_back_without_a_reason_and_its_files_are_counted(
    office: Shell, backup: Path, tmp_path: Path, how: str
) -> None:
    ledger = office.store / LEDGER_FILE
    before = ledger.read_bytes()
    office.data("pay-run", "--output", tmp_path / "run.xml")
    if how == "lost":
        ledger.unlink()
    elif how == "of yesterday":
        ledger.write_bytes(before)
    else:
        shutil.rmtree(office.store)
        office.store = tmp_path / "new" / "disk"
    report = office.data("store", "restore", backup)
    assert report["expected"] == 1
    assert office("recover").code == 0
    assert office.store.stat().st_mode & 0o777 == 0o700
    office.data("store", "reconcile", tmp_path / "run.xml")
    assert statuses(office)["CLEAN"][0] == "exported"


def test_nobody_else_may_be_in_the_store(office: Shell, backup: Path) -> None:
    with closing(SqliteDatabase(office.store, 5.0)):
        refused(office("store", "restore", backup), "another session has it open", code=3)
    assert office("store", "restore", backup).code == 0


def cut(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[:-2000])


def changed(backup: Path) -> None:
    """Change a row of the ledger inside, and the sums of the file with it."""
    with zipfile.ZipFile(backup) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[LEDGER_FILE] = parts[LEDGER_FILE].replace(b"Nordwind", b"Sudwinds")
    with zipfile.ZipFile(backup, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def emptied(backup: Path) -> None:
    backup.write_bytes(b"")


def something_else(backup: Path) -> None:
    with zipfile.ZipFile(backup, "w") as archive:
        archive.writestr("manifest.json", '{"format": "x", "files": {}}')


@pytest.mark.parametrize("spoil", [cut, changed, emptied, something_else])
def test_what_is_no_whole_backup_changes_nothing(
    office: Shell, backup: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(backup)
    before = (office.store / LEDGER_FILE).read_bytes()
    ran = office("store", "restore", backup, "--reason", "a try")
    refused(ran, "is no whole backup of a store")
    assert (office.store / LEDGER_FILE).read_bytes() == before
    assert not list(office.store.glob(".restore-*"))


def test_a_backup_of_another_store_is_refused(office: Shell, backup: Path, tmp_path: Path) -> None:
    other = Shell(tmp_path / "other", office._capsys)
    (tmp_path / "more.csv").write_text(MORE, encoding="utf-8")
    other("import", tmp_path / "more.csv")
    ran = other("store", "restore", backup, "--reason", "a try")
    refused(ran, "restore it into another folder")


@pytest.mark.parametrize("step", [2, 8])
def test_killed_in_the_middle_it_is_carried_through(
    office: Shell, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    office.data("pay-run", "--output", tmp_path / "run.xml")
    with monkeypatch.context() as patch:
        killed_at(step, patch)
        assert office("store", "restore", backup, "--reason", "a try").code == 130
    assert statuses(office)["CLEAN"][0] == "scheduled"
    assert office.data("store", "restore", backup)["set_aside"] is None
    (aside,) = office.store.glob("before-restore-*")
    assert {LEDGER_FILE, CHECKPOINTS_FILE, SOURCES_FILE} <= {path.name for path in aside.iterdir()}
    assert office.data("audit", "verify")["ok"]


# --- reconcile


def test_nothing_leaves_until_the_payment_files_are_given_back(
    restored: Shell, tmp_path: Path
) -> None:
    file, again = tmp_path / "run.xml", tmp_path / "again.xml"
    waits = "pay-run waits for 1 payment file written since the backup, 0 given back"
    refused(restored("pay-run", "--output", again), waits)
    looked = restored("doctor", "--json")
    assert (looked.code, waits in looked.json["problems"][0]) == (1, True)
    assert waits in restored.data("pay-run", "--dry-run")["notes"][0]
    assert restored("reject", restored.ids()["OVER"], "--reason", "all else works").code == 0
    report = restored.data("store", "reconcile", file, by="tess")
    (run,) = report["runs"]
    assert (report["files"], report["bytes"], report["waits"]) == (1, file.stat().st_size, None)
    assert (run["exported"], run["remembered"], run["twice"]) == (1, 0, [])
    assert report["head"] == restored.data("audit", "verify")["head"]
    assert statuses(restored)["CLEAN"] == ("exported", run["run"])
    assert restored("pay-run", "--output", again).out == "nothing to export\n"
    restored.data("pay-run", "--again", run["run"], "--output", again)
    assert again.read_bytes() == file.read_bytes()
    assert restored("doctor").code == 0


def test_what_the_ledger_does_not_know_is_paid_no_second_time(
    office: Shell, backup: Path, tmp_path: Path
) -> None:
    (tmp_path / "more.csv").write_text(MORE, encoding="utf-8")
    office.data("import", tmp_path / "more.csv")
    office.data("approve", office.ids()["OVER"])
    run = office.data("pay-run", "--format", "csv", "--output", tmp_path / "run.csv")["run"]
    office.data("store", "restore", backup, "--reason", "a try")
    (report,) = office.data("store", "reconcile", tmp_path / "run.csv")["runs"]
    assert (report["exported"], report["remembered"]) == (1, 2)
    office.data("import", tmp_path / "more.csv")
    office.data("approve", office.ids()["OVER"])
    assert statuses(office) == dict.fromkeys(("CLEAN", "LATER", "OVER"), ("exported", run))
    assert office("pay-run", "--output", tmp_path / "x.xml").out == "nothing to export\n"
    assert office.data("audit", "verify")["ok"]


def test_an_invoice_that_was_paid_otherwise_is_held_until_it_says_so(
    office: Shell, backup: Path, tmp_path: Path
) -> None:
    over = office.ids()["OVER"]
    office.data("edit", over, "--payable-amount", "700.00", "--comment", "as agreed")
    office.data("approve", over)
    run = office.data("pay-run", "--output", tmp_path / "run.xml")["run"]
    office.data("store", "restore", backup, "--reason", "a try")
    office.data("store", "reconcile", tmp_path / "run.xml")
    said = f"payment run {run} has paid 700.00 EUR into GB82WEST12345698765432 for it already"
    assert said in office("approve", over).out
    office.data("edit", over, "--payable-amount", "700.00", "--comment", "as agreed")
    assert [hold["rule"] for hold in office.data("show", over)["holds"]].count("duplicate") == 0
    office.data("approve", over)
    assert statuses(office)["OVER"] == ("exported", run)
    assert office.data("audit", "verify")["ok"]


def test_what_stood_for_a_payment_that_was_taken_back_keeps_that_from_leaving(
    office: Shell, backup: Path, tmp_path: Path
) -> None:
    (clean,) = (payment["invoice_id"] for payment in office.data("payments"))

    def taken_back_and_approved() -> None:
        office.data("undo", clean, "--reason", "a mistake")
        office.data("approve", clean)

    taken_back_and_approved()
    run = office.data("pay-run", "--output", tmp_path / "run.xml")["run"]
    office.data("store", "restore", backup, "--reason", "a try")
    (report,) = office.data("store", "reconcile", tmp_path / "run.xml")["runs"]
    assert (report["exported"], report["remembered"]) == (0, 1)
    ran = office("pay-run", "--output", tmp_path / "x.xml")
    assert (ran.out, f"payment run {run} has paid" in ran.err) == ("nothing to export\n", True)
    taken_back_and_approved()
    assert sorted(p["status"] for p in office.data("payments")) == ["exported", "voided"]
    assert office("pay-run", "--output", tmp_path / "x.xml").err == ""
    assert office.data("audit", "verify")["ok"]


def test_a_run_that_the_backup_had_half_done_is_finished_by_its_file(
    office: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(PaymentRunTable, "export", cut)
        assert office("pay-run", "--output", tmp_path / "run.xml").code == 130
    office.data("store", "backup", tmp_path / "b.zip")
    office.data("pay-run", "--output", tmp_path / "run.xml")
    office.data("store", "restore", tmp_path / "b.zip", "--reason", "a try")
    (run,) = office.data("store", "reconcile", tmp_path / "run.xml")["runs"]
    assert statuses(office)["CLEAN"] == ("exported", run["run"])


def shortened(file: Path) -> None:
    """Take a payment out, as somebody might before the bank gets it."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(lines[:-1]), encoding="utf-8")


def raised(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("120.00", "920.00", 1), encoding="utf-8")


def test_only_our_own_files_are_taken(restored: Shell, tmp_path: Path) -> None:
    other = Shell(tmp_path / "other", restored._capsys)
    shutil.copyfile(restored.store / "policy.toml", tmp_path / "p.toml")
    (tmp_path / "more.csv").write_text(MORE, encoding="utf-8")
    other.data("--policy", tmp_path / "p.toml", "import", tmp_path / "more.csv")
    other.data("--policy", tmp_path / "p.toml", "pay-run", "--output", tmp_path / "other.xml")
    raised_file = tmp_path / "raised.xml"
    shutil.copyfile(tmp_path / "run.xml", raised_file)
    raised(raised_file)
    files = [tmp_path / name for name in ("other.xml", "raised.xml", "more.csv", "p.toml", "none")]
    ran = restored("store", "reconcile", *files, "--json")
    assert (ran.code, ran.json["files"]) == (1, 0)
    reasons = [one["reason"] for one in ran.json["refused"]]
    for reason, said in zip(
        reasons,
        (
            "it was not written here",
            "it was changed after it was written: its sum is another",
            "no payment file of this program",
            "no payment file of this program",
            "No such file",
        ),
        strict=True,
    ):
        assert said in reason
    assert restored("store", "reconcile", tmp_path / "run.xml").code == 0
    ran = restored("store", "reconcile", tmp_path / "run.xml")
    assert (ran.code, "is known already" in ran.err) == (1, True)


def test_a_store_that_was_never_restored_waits_for_nothing(office: Shell, tmp_path: Path) -> None:
    office.data("pay-run", "--output", tmp_path / "run.xml")
    ran = office("store", "reconcile", tmp_path / "run.xml")
    assert (ran.code, "is known already" in ran.err) == (1, True)
    ran = office("store", "reconcile", "--none", "--reason", "none")
    refused(ran, "it was never restored")


@pytest.mark.parametrize(
    "words", [(), ("--none",), ("--reason", "x"), ("--none", "--reason", ""), ("",)]
)
def test_reconcile_wants_files_or_a_reasoned_none(office: Shell, words: tuple[str, ...]) -> None:
    assert office("store", "reconcile", *words).code == 2


def test_without_approvers_one_person_says_that_there_were_none(
    office: Shell, backup: Path, tmp_path: Path
) -> None:
    office.data("store", "restore", backup, "--reason", "a try")
    ran = office("pay-run", "--output", tmp_path / "run.xml")
    refused(ran, "says that there are no more")
    report = office.data("store", "reconcile", "--none", "--reason", "nothing was paid since")
    assert report["waits"] is None
    assert office.data("pay-run", "--output", tmp_path / "run.xml")["payments"] == 1


def test_with_approvers_two_of_them_say_so(office: Shell, tmp_path: Path) -> None:
    (office.store / "policy.toml").write_text(APPROVERS, encoding="utf-8")
    office.data("store", "backup", tmp_path / "b.zip")
    office.data("store", "restore", tmp_path / "b.zip")
    none = ("store", "reconcile", "--none", "--reason", "I asked the bank")
    refused(office(*none, by="zoe"), "approver")
    assert "mia has: another must, too" in office.data(*none, by="mia")["waits"]
    refused(office(*none, by="mia"), "you have said so already")
    assert office("pay-run", "--output", tmp_path / "run.xml").code == 1
    assert office.data(*none, by="otto")["waits"] is None
    assert office.data("pay-run", "--output", tmp_path / "run.xml")["payments"] == 1


def test_where_nobody_knows_how_many_there_were_somebody_must_say_so(
    restored: Shell, backup: Path, tmp_path: Path, own_state: Path
) -> None:
    shutil.rmtree(own_state)
    elsewhere = Shell(tmp_path / "another machine", restored._capsys)
    assert elsewhere.data("store", "restore", backup)["expected"] is None
    waits = elsewhere.data("store", "reconcile", tmp_path / "run.xml")["waits"]
    assert "the payment files written since the backup, 1 given back" in waits
    report = elsewhere.data("store", "reconcile", "--none", "--reason", "that was all")
    assert (report["waits"], statuses(elsewhere)["CLEAN"][0]) == (None, "exported")


def test_a_restored_store_put_back_as_it_was_before_is_not_taken(restored: Shell) -> None:
    (aside,) = restored.store.glob("before-restore-*")
    shutil.copyfile(aside / LEDGER_FILE, restored.store / LEDGER_FILE)
    refused(restored("recover"), "it is from before the store was restored", code=3)


def test_restored_twice_both_times_are_given_back(
    restored: Shell, backup: Path, tmp_path: Path
) -> None:
    (tmp_path / "more.csv").write_text(MORE, encoding="utf-8")
    restored.data("store", "reconcile", tmp_path / "run.xml")
    restored.data("import", tmp_path / "more.csv")
    restored.data("pay-run", "--output", tmp_path / "second.xml")
    again = restored.data("store", "restore", backup, "--reason", "once more")
    assert again["expected"] == 2
    files = [tmp_path / "second.xml", tmp_path / "run.xml"]
    assert "2 payment files" in restored.data("store", "reconcile", files[0])["waits"]
    assert restored.data("store", "reconcile", files[1])["waits"] is None
    restored.data("import", tmp_path / "more.csv")
    assert {status for status, _ in statuses(restored).values()} == {"exported"}
    assert restored.data("audit", "verify")["ok"]
