"""approve, reject, edit, expire: every result is told, every refusal with its reason."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from expense_agent.storage.sqlite.store_files import LEDGER_FILE
from tests.builders import OTHER_IBAN
from tests.cli.shell import Shell, impatient
from tests.storage.books import behind_its_back

RESULT = {"id", "outcome", "reason", "by"}
TWO_APPROVERS = """
[[approvers]]
name = "ann"
limit = "1000.00"
[[approvers]]
name = "bob"
[[approvers]]
name = "ines"
[approvals]
second_above = "1000.00"
"""


def result(shell: Shell, *arguments: object, code: int = 0, by: str = "ann") -> dict[str, Any]:
    """Run a deciding command about one invoice."""
    ran = shell(*arguments, "--json", by=by)
    assert ran.code == code, ran.out + ran.err
    (told,) = ran.json
    assert told.keys() >= RESULT
    return dict(told)


def state(shell: Shell, invoice_id: str) -> str:
    return str(shell.data("show", invoice_id)["state"])


# --- approve


def test_an_approval_schedules_what_was_shown(filled: Shell) -> None:
    over = filled.ids()["OVER"]
    told = result(filled, "approve", over, "--comment", "as ordered")
    assert (told["id"], told["outcome"]) == (over, "scheduled")
    assert told["reason"] == "720.00 EUR on 2099-12-02"
    shown = filled.data("show", over)
    assert (shown["state"], shown["payment"]["approved_by"]) == ("scheduled", ["ann"])
    assert (
        shown["decisions"][0] | {"verdict": "approve", "approver": "ann"} == shown["decisions"][0]
    )
    assert [comment["text"] for comment in shown["comments"]] == ["as ordered"]
    assert "OVER" not in filled.ids()
    assert filled.data("audit", "verify")["ok"]


def test_approving_twice_names_who_decided(filled: Shell) -> None:
    over = filled.ids()["OVER"]
    result(filled, "approve", over, by="ann")
    told = result(filled, "approve", over, code=1, by="bob")
    assert (told["outcome"], told["by"]) == ("refused", "ann")
    assert told["reason"].startswith("already approved by ann at ")
    assert len(filled.data("payments")) == 2
    plain = filled("approve", over, by="bob")
    assert (plain.code, "by ann" in plain.out) == (1, True)
    assert plain.err == "1 of 1 not done\n"


def test_several_are_approved_in_one_call_each_with_its_result(filled: Shell) -> None:
    ids = filled.ids()
    asked = [ids["OVER"], "zzzzzz", ids["NOBANK"], ids["OTHER"], ids["OVER"]]
    ran = filled("approve", *asked, "--json")
    assert ran.code == 1
    assert [told["id"] for told in ran.json] == asked[:4]
    assert [told["outcome"] for told in ran.json] == [
        "scheduled", "refused", "refused", "scheduled"
    ]  # fmt: skip
    assert "no invoice zzzzzz" in ran.json[1]["reason"]
    assert "edit or reject it: " in ran.json[2]["reason"]


def test_what_nobody_was_asked_about_cannot_be_approved(filled: Shell) -> None:
    (payment,) = filled.data("payments")
    told = result(filled, "approve", payment["invoice_id"], code=1)
    assert told["reason"] == f"{payment['invoice_id']} is scheduled: nobody was asked about it"


def test_what_transfers_nothing_is_booked(shell: Shell, tmp_path: Path) -> None:
    batch = tmp_path / "free.csv"
    batch.write_text(
        "Invoice Number,Invoice Date,Supplier,IBAN,Amount Due,Currency\n"
        "FREE,2026-11-01,A,DE89370400440532013000,0.00,EUR\n"
    )
    shell.data("import", batch)
    free = shell.ids()["FREE"]
    told = result(shell, "approve", free)
    assert (told["outcome"], told["reason"]) == ("booked", "nothing to transfer")
    assert state(shell, free) == "booked"
    assert shell.data("payments") == []
    assert shell.data("audit", "verify")["ok"]


@pytest.mark.parametrize("command", [("approve",), ("edit", "--due-date", "2099-01-01",
                                                    "--comment", "x")])  # fmt: skip
def test_with_expect_only_what_was_seen_is_acted_on(
    filled: Shell, command: tuple[str, ...]
) -> None:
    over = filled.ids()["OVER"]
    name, *options = command
    told = result(filled, name, over, *options, "--expect", "0123456789abcdef", code=1)
    assert told["outcome"] == "refused"
    assert "it changed since you looked" in told["reason"]
    fingerprint = filled.data("show", over)["fingerprint"]
    result(filled, name, over, *options, "--expect", fingerprint)


def test_expect_is_about_one_request(filled: Shell) -> None:
    ran = filled("approve", "a", "b", "--expect", "f")
    assert (ran.code, "give one ID" in ran.err) == (2, True)


def test_the_policy_says_who_may(filled: Shell) -> None:
    ids = filled.ids()
    (filled.store / "policy.toml").write_text(TWO_APPROVERS)
    nobody = result(filled, "approve", ids["OVER"], code=1, by="mallory")
    assert nobody["reason"].startswith(
        "mallory is not an approver of the policy; start with --as NAME"
    )
    importer = result(filled, "approve", ids["OVER"], code=1, by="ines")
    assert importer["reason"].startswith("you imported it")
    limited = result(filled, "approve", ids["OTHER"], code=1, by="ann")
    assert limited["reason"].startswith("over your limit 1,000.00 EUR")
    assert len(filled.data("payments")) == 1


# --- reject


def test_a_rejection_closes_the_invoice_with_its_reason(filled: Shell) -> None:
    over = filled.ids()["OVER"]
    told = result(filled, "reject", over, "--reason", "ordered by nobody")
    assert told == {"id": over, "outcome": "rejected", "reason": "ordered by nobody", "by": "ann"}
    shown = filled.data("show", over)
    assert (shown["state"], shown["payment"], shown["fingerprint"]) == ("rejected", None, None)
    late = result(filled, "approve", over, code=1, by="bob")
    assert late["reason"].startswith("already rejected by ann at ")


@pytest.mark.parametrize("reason", [[], ["--reason", ""], ["--reason", " \t"]])
def test_a_rejection_needs_a_reason(filled: Shell, reason: list[str]) -> None:
    over = filled.ids()["OVER"]
    ran = filled("reject", over, *reason)
    assert (ran.code, ran.out, "reason" in ran.err) == (2, "", True)
    assert state(filled, over) == "waiting"


# --- edit


def test_an_edit_comes_back_with_a_new_fingerprint_and_before_and_after(filled: Shell) -> None:
    over = filled.ids()["OVER"]
    before = filled.data("show", over)["fingerprint"]
    told = result(
        filled, "edit", over, "--payable-amount", "700.00", "--category", "office",
        "--due-date", "2099-11-30", "--account", "DE89 3704 0044 0532 0130 00",
        "--comment", "agreed", by="eve",
    )  # fmt: skip
    assert told["outcome"] == "waiting"
    shown = filled.data("show", over)
    assert shown["fingerprint"] == told["fingerprint"] != before
    (edit,) = shown["edits"]
    assert (edit["editor"], edit["comment"]) == ("eve", "agreed")
    assert edit["before"]["payable_amount"] == "720.00"
    assert edit["after"]["account"] == "DE89370400440532013000"
    assert shown["invoice"]["payable_amount"] == "700.00"
    assert shown["category"] == "office"


def test_what_was_seen_before_the_edit_cannot_be_approved(filled: Shell) -> None:
    over = filled.ids()["OVER"]
    seen = filled.data("show", over)["fingerprint"]
    result(filled, "edit", over, "--payable-amount", "7000.00", "--comment", "more", by="eve")
    told = result(filled, "approve", over, "--expect", seen, code=1)
    assert "it changed since you looked" in told["reason"]
    assert len(filled.data("payments")) == 1


def test_an_edit_below_the_limit_still_waits_for_a_person(filled: Shell) -> None:
    over = filled.ids()["OVER"]
    told = result(filled, "edit", over, "--payable-amount", "10", "--comment", "less", by="eve")
    assert told["outcome"] == "waiting"
    assert filled.data("show", over)["holds"][0]["rule"] == "edited"
    assert result(filled, "approve", over)["reason"] == "10.00 EUR on 2099-12-02"


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--payable-amount", "١٢٣", "is not an amount like 1240.00"),
        ("--payable-amount", "\uff11\uff12\uff13", "is not an amount"),
        ("--payable-amount", "5_95", "is not an amount"),
        ("--payable-amount", "1e5", "is not an amount"),
        ("--payable-amount", "NaN", "is not an amount"),
        ("--payable-amount", "Infinity", "is not an amount"),
        ("--payable-amount", "0x10", "is not an amount"),
        ("--payable-amount", "1,000.00", "is not an amount"),
        ("--payable-amount", "+5", "is not an amount"),
        ("--payable-amount=-5", None, "is not an amount"),
        ("--payable-amount", "0", "must be above zero"),
        ("--payable-amount", "0.00", "must be above zero"),
        ("--payable-amount", "1.005", "EUR has 2 decimals"),
        ("--payable-amount", "1.0000", "is not an amount"),
        ("--payable-amount", "9" * 14, "is not an amount"),
        ("--account", "DE88370400440532013000", "check digits are wrong"),
        ("--account", "DE8937040044053201300", "has 22 characters, this one 21"),
        ("--account", "\uff24\uff25\uff18\uff19", "neither an IBAN nor an account number"),
        ("--account", "DE89\u200b370400440532013000", "neither an IBAN nor"),
        ("--category", "yachts", "no category 'yachts'; there are "),
        ("--payable-amount", "720.00", "the edit changes nothing"),
        ("--account", OTHER_IBAN, "the edit changes nothing"),
    ],
)
def test_an_edit_that_cannot_be_meant_is_refused_in_words(
    imported: Path, capsys: pytest.CaptureFixture[str], option: str, value: str | None, said: str
) -> None:
    shell = Shell(imported, capsys)  # nothing changes, so the store of all tests will do
    over = shell.ids()["OVER"]
    given = [option] if value is None else [option, value]
    told = result(shell, "edit", over, *given, "--comment", "x", code=1)
    assert told["outcome"] == "refused"
    assert said in told["reason"]
    assert shell.data("show", over)["edits"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--comment", "x"], "nothing to change"),
        (["--payable-amount", "1"], "--comment"),
        (["--comment", "x", "--due-date", "2026-02-30"], "there is no 2026-02-30"),
        (["--comment", "x", "--due-date", "30.11.2026"], "is not a date like 2026-12-01"),
        (["--comment", "x", "--due-date", "2026-1-1"], "is not a date like 2026-12-01"),
        (["--comment", "x", "--due-date", "٢٠٢٦-01-01"], "is not a date like 2026-12-01"),
        (["--comment", "x", "--due-date", "20261130"], "is not a date like 2026-12-01"),
        (["--comment", "x", "--due-date", "0001-01-01"], "lies outside of 1900 to 2199"),
    ],
)
def test_an_edit_that_makes_no_sense_as_written_is_wrong_usage(
    filled: Shell, arguments: list[str], said: str
) -> None:
    ran = filled("edit", filled.ids()["OVER"], *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_an_edit_of_what_no_longer_waits_is_refused(filled: Shell) -> None:
    over = filled.ids()["OVER"]
    result(filled, "reject", over, "--reason", "no", by="bob")
    told = result(filled, "edit", over, "--payable-amount", "1", "--comment", "x", code=1)
    assert (told["by"], told["reason"].startswith("already rejected by bob")) == ("bob", True)


def test_a_missing_bank_account_is_edited_then_approved(filled: Shell) -> None:
    nobank = filled.ids()["NOBANK"]
    result(filled, "edit", nobank, "--account", OTHER_IBAN, "--comment", "by phone", by="eve")
    assert result(filled, "approve", nobank)["outcome"] == "scheduled"
    assert filled.data("show", nobank)["payment"]["account"] == OTHER_IBAN


# --- a second approver


def test_a_second_approver_is_another_person(filled: Shell) -> None:
    (filled.store / "policy.toml").write_text('[approvals]\nsecond_above = "1000.00"\n')
    other = filled.ids()["OTHER"]
    result(filled, "edit", other, "--payable-amount", "1300", "--comment", "x", by="eve")
    first = result(filled, "approve", other, by="ann")
    assert (first["outcome"], first["reason"]) == ("waiting", "waiting for a second approver")
    shown = filled.data("show", other)
    assert (shown["approvals_given"], shown["approvals_needed"]) == (1, 2)
    again = result(filled, "approve", other, code=1, by="ann")
    assert again["reason"] == "you have approved it already: another person must decide"
    assert result(filled, "approve", other, by="bob")["outcome"] == "scheduled"
    assert filled.data("show", other)["payment"]["approved_by"] == ["ann", "bob"]
    assert filled.data("audit", "verify")["ok"]


# --- expire


def test_nothing_expires_before_its_time(filled: Shell) -> None:
    assert filled.data("expire") == []
    assert filled.data("expire", "--dry-run") == []
    assert len(filled.ids()) == 3


def expired(shell: Shell, tmp_path: Path, invoice_id: str) -> None:
    """Let the time of a request run out, instead of waiting for an hour."""
    with behind_its_back(tmp_path) as connection:
        connection.execute("DROP TRIGGER IF EXISTS requests_as_shown")
        connection.execute(
            "UPDATE approval_requests SET expires_at = '2026-01-01T00:00:00.000Z'"
            " WHERE invoice_id = ?",
            (invoice_id,),
        )
    assert [r["id"] for r in shell.data("expire", "--dry-run")] == [invoice_id]


def test_expiry_closes_and_never_approves_and_is_told_as_expiry(
    shell: Shell, tmp_path: Path
) -> None:
    batch = tmp_path / "two.csv"
    batch.write_text("Invoice Number,Invoice Date,Supplier,IBAN,Amount Due,Currency\n"
                     "1,2026-11-01,A,DE89370400440532013000,720.00,EUR\n"
                     "2,2026-11-01,B,GB82WEST12345698765432,730.00,EUR\n")  # fmt: skip
    shell.store.mkdir()
    (shell.store / "policy.toml").write_text("request_ttl_hours = 1\n")
    shell.data("import", batch)
    first, second = shell.ids().values()
    expired(shell, tmp_path, first)
    told = result(shell, "approve", first, code=1)
    assert told["reason"].startswith("the request expired at 2026-01-01")
    assert state(shell, first) == "waiting"
    (closed,) = shell.data("expire")
    assert (closed["id"], closed["outcome"], closed["by"]) == (first, "rejected", "clock")
    assert closed["state"] == state(shell, first) == "expired"
    assert closed["reason"] == "expired, not paid: nobody decided in time"
    expired(shell, tmp_path, second)
    said = shell("expire").out
    assert said == f"{second}  expired, not paid: nobody decided in time (by clock)\n"
    assert "already expired by clock" in result(shell, "approve", first, code=1)["reason"]
    assert shell.data("payments") == []


# --- a store that cannot be used


@pytest.mark.parametrize(("lock", "code"), [("EXCLUSIVE", 3), ("IMMEDIATE", 1)])
def test_a_locked_store_is_told_as_such_and_nothing_is_recorded(
    filled: Shell, monkeypatch: pytest.MonkeyPatch, lock: str, code: int
) -> None:
    over = filled.ids()["OVER"]
    impatient(monkeypatch)
    with closing(sqlite3.connect(filled.store / LEDGER_FILE, isolation_level=None)) as holder:
        holder.execute(f"BEGIN {lock}")
        ran = filled("approve", over)
    assert ran.code == code
    assert "database is locked" in ran.out + ran.err
    assert state(filled, over) == "waiting"
    assert filled.data("show", over)["decisions"] == []


def test_after_a_remark_the_refusal_names_who_decided_and_not_the_request_it_closed(
    filled: Shell,
) -> None:
    over = filled.ids()["OVER"]
    ran = filled("comment", over, "asked them", by="ann")
    assert ran.out == f"{over}  noted: waiting for a person\n"
    result(filled, "approve", over)
    told = result(filled, "approve", over, code=1, by="bob")
    assert told["reason"].startswith("already approved by ann")


@pytest.mark.parametrize("command", [("expire",), ("expire", "--dry-run"), ("remind",)])
def test_a_command_that_found_nothing_to_do_says_so(
    filled: Shell, command: tuple[str, ...]
) -> None:
    ran = filled(*command)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.startswith("no request ")
    assert filled.data(*command) == []
