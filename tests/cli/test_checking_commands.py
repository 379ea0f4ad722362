"""recover, doctor, policy: what is wrong is found, named, and told by the exit code."""

import sqlite3
from pathlib import Path

import pytest

from expense_agent.storage.sqlite.schema import SCHEMA_VERSION
from expense_agent.storage.sqlite.store_files import CHECKPOINTS_FILE, LEDGER_FILE
from tests.builders import an_invoice
from tests.cli.shell import Shell
from tests.storage.books import Books, behind_its_back, without_guards

BAD_POLICY = 'auto_approve_limt = "500.00"\n'


# --- doctor


def test_a_healthy_store_has_no_problems(filled: Shell) -> None:
    report = filled.data("doctor")
    assert (report["ok"], report["usable"], report["problems"]) == (True, True, [])
    assert (report["unfinished"], report["payments"], report["schema"]) == ([], 1, SCHEMA_VERSION)
    assert report["store"] == str(filled.store)
    assert report["sqlite"] == sqlite3.sqlite_version
    assert set(report["packages"]) >= {"langgraph", "textual"}
    ran = filled("doctor")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "ok")


def test_every_key_of_the_report_is_explained_in_the_help(filled: Shell) -> None:
    text = filled.plain("doctor", "--help").out
    for key in filled.data("doctor"):
        assert key in text


@pytest.mark.parametrize("name", ["", LEDGER_FILE, CHECKPOINTS_FILE])
def test_what_others_can_read_is_named(filled: Shell, name: str) -> None:
    path = filled.store / name
    path.chmod(path.stat().st_mode | 0o044)
    ran = filled("doctor", "--json")
    assert (ran.code, ran.json["problems"]) == (1, [f"others can read {path}"])
    told = filled("doctor")
    assert told.out.splitlines()[-1] in {"ok", "not ok"}  # a folder is made private by opening it


def test_what_was_cut_off_is_named_until_it_is_recovered(filled: Shell) -> None:
    made = Books(filled.store)
    known = made.register(an_invoice("90.00 EUR", number="CUT"))
    made.database.close()
    ran = filled("doctor", "--json")
    assert (ran.code, ran.json["unfinished"]) == (1, [known.id])
    assert ran.json["problems"] == ["1 invoice was cut off: run `recover`"]
    recovered = filled.data("recover")
    assert recovered == {"finished": [known.id], "failed": [], "set_aside": None, "held": []}
    assert filled.data("doctor")["ok"]
    assert filled.data("show", known.id)["state"] == "scheduled"
    again = filled("recover")
    assert (again.code, again.out) == (0, "0 finished, 0 failed\n")


def test_tampering_is_named(filled: Shell) -> None:
    with behind_its_back(filled.store.parent) as connection:
        without_guards(connection)
        connection.execute("DELETE FROM payments")
    ran = filled("doctor", "--json")
    assert ran.code == 1
    assert any("changed or gone" in problem for problem in ran.json["problems"])


def test_a_ledger_that_cannot_be_used_is_still_reported(filled: Shell) -> None:
    (filled.store / LEDGER_FILE).write_bytes(b"no database" * 1000)
    ran = filled("doctor", "--json")
    assert (ran.code, ran.json["usable"], ran.json["ok"]) == (3, False, False)
    assert "file is not a database" in ran.json["problems"][0]


def test_a_torn_ledger_is_reported(filled: Shell) -> None:
    path = filled.store / LEDGER_FILE
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    ran = filled("doctor", "--json")
    assert (ran.code in (1, 3), ran.json["ok"]) == (True, False)


@pytest.mark.parametrize("damage", [b"no database" * 1000, None])
def test_damaged_checkpoints_are_reported_and_the_ledger_still_read(
    filled: Shell, damage: bytes | None
) -> None:
    path = filled.store / CHECKPOINTS_FILE
    whole = path.read_bytes()
    path.write_bytes(damage or whole[:8000] + b"\xff" * 4000 + whole[12000:])
    ran = filled("doctor", "--json")
    assert (ran.code, ran.json["usable"], ran.json["payments"]) == (1, True, 1)
    assert all(problem.startswith(CHECKPOINTS_FILE) for problem in ran.json["problems"])
    assert len(filled.ids()) == 3


def test_lost_checkpoints_are_rebuilt_from_the_ledger(filled: Shell) -> None:
    for path in filled.store.glob(f"{CHECKPOINTS_FILE}*"):
        path.unlink()
    assert filled.data("recover")["failed"] == []
    (told,) = filled.data("approve", filled.ids()["OVER"])
    assert told["outcome"] == "scheduled"
    assert filled.data("doctor")["ok"]


def test_damaged_checkpoints_stop_decisions_and_recover_rebuilds_them(filled: Shell) -> None:
    over = filled.ids()["OVER"]
    (filled.store / CHECKPOINTS_FILE).write_bytes(b"no database" * 1000)
    ran = filled("approve", over)
    assert (ran.code, ran.out) == (3, "")
    assert "it is only a cache: run `recover`" in ran.err
    report = filled.data("recover")
    assert (filled.store / report["set_aside"]).read_bytes().startswith(b"no database")
    assert report["finished"] == [over]
    assert [d["approver"] for d in filled.data("show", over)["decisions"]] == ["ann"]
    assert filled.data("doctor")["ok"]


def test_an_invalid_policy_is_a_finding_of_the_doctor(filled: Shell) -> None:
    (filled.store / "policy.toml").write_text(BAD_POLICY)
    ran = filled("doctor", "--json")
    assert (ran.code, ran.json["payments"]) == (1, 1)
    assert "auto_approve_limt" in ran.json["problems"][0]


def test_a_store_whose_path_looks_like_a_url_is_examined(
    filled: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = tmp_path / "a?b#c%20 d"
    filled.store.rename(odd)
    assert Shell(odd, capsys).data("doctor")["ok"]


# --- policy


def test_the_built_in_policy_is_shown(shell: Shell) -> None:
    shown = shell.data("policy", "show")
    assert (shown["base_currency"], shown["auto_approve_limit"]) == ("EUR", "500.00")
    assert shown["holds"]["over_limit"] == "block"
    text = shell("policy", "show").out
    assert text.startswith("# from the built-in policy")
    assert 'auto_approve_limit = "500.00"' in text
    assert not shell.store.exists()


def test_what_is_shown_can_be_used_as_a_policy_file(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "shown.toml"
    file.write_text(shell("policy", "show").out)
    checked = shell.data("policy", "check", file)
    assert (checked["ok"], checked["file"], checked["problems"]) == (True, str(file), [])
    ran = shell.plain("--policy", file, "--store", shell.store, "policy", "show", "--json")
    assert ran.json["auto_approve_limit"] == "500.00"


def test_the_policy_of_the_store_is_used_unless_another_is_named(
    filled: Shell, tmp_path: Path
) -> None:
    (filled.store / "policy.toml").write_text('auto_approve_limit = "7.00"\n')
    assert filled.data("policy", "show")["auto_approve_limit"] == "7.00"
    other = tmp_path / "other.toml"
    other.write_text('auto_approve_limit = "8.00"\n')
    ran = filled.plain("--store", filled.store, "--policy", other, "policy", "show", "--json")
    assert ran.json["auto_approve_limit"] == "8.00"


def test_an_invalid_policy_is_named_by_check_and_refused_by_the_rest(filled: Shell) -> None:
    (filled.store / "policy.toml").write_text(BAD_POLICY)
    ran = filled("policy", "check", "--json")
    assert (ran.code, ran.json["ok"]) == (1, False)
    assert "auto_approve_limt" in ran.json["problems"][0]
    assert filled("policy", "check").out.splitlines()[-1] == "not valid"
    for command in (["queue"], ["policy", "show"], ["approve", "x"], ["import", "x.csv"]):
        refused = filled(*command)
        assert (refused.code, refused.out) == (2, "")
        assert "auto_approve_limt" in refused.err


def test_a_policy_file_that_is_not_there_is_named(shell: Shell, tmp_path: Path) -> None:
    missing = tmp_path / "missing.toml"
    ran = shell("policy", "check", missing)
    assert (ran.code, "missing.toml" in ran.out) == (1, True)
    used = shell.plain("--store", shell.store, "--policy", missing, "queue")
    assert (used.code, "missing.toml" in used.err) == (2, True)
