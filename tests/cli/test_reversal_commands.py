"""undo, reopen: what was decided is asked about again, and everything stays on record."""

from tests.cli.shell import Shell
from tests.cli.test_deciding_commands import result


def paid_id(shell: Shell) -> str:
    (payment,) = shell.data("payments")
    return str(payment["invoice_id"])


def test_a_payment_is_taken_back_and_waits(filled: Shell) -> None:
    clean = paid_id(filled)
    told = result(filled, "undo", clean, "--reason", "wrong account")
    assert (told["id"], told["outcome"], told["asked_as"]) == (clean, "waiting", clean)
    assert [p["status"] for p in filled.data("payments")] == ["voided"]
    assert filled.data("payments", "--status", "scheduled") == []
    shown = filled.data("show", clean)
    assert shown["holds"][0]["rule"] == "taken_back"
    assert shown["reversals"][0]["reason"] == "wrong account"
    assert "taken back" in filled("show", clean).out
    assert result(filled, "approve", clean)["outcome"] == "scheduled"
    assert filled.data("audit", "verify")["ok"]


def test_a_rejection_is_taken_back_or_reopened(filled: Shell) -> None:
    ids = filled.ids()
    for number in ("OVER", "OTHER"):
        result(filled, "reject", ids[number], "--reason", "not ours")
    assert result(filled, "undo", ids["OVER"], "--reason", "it is")["asked_as"] == ids["OVER"]
    told = result(filled, "reopen", ids["OTHER"], "--reason", "it is")
    assert (told["id"], told["outcome"]) == (ids["OTHER"], "waiting")
    assert filled.ids()["OTHER"] == told["asked_as"] != ids["OTHER"]
    assert filled.data("show", ids["OTHER"])["reopened_as"] == told["asked_as"]
    assert told["asked_as"] in filled("show", ids["OTHER"]).out
    assert filled.data("show", told["asked_as"])["reopens"] == ids["OTHER"]
    again = result(filled, "reopen", ids["OTHER"], "--reason", "twice", code=1)
    assert (again["outcome"], told["asked_as"] in again["reason"]) == ("refused", True)


def test_what_cannot_be_taken_back_is_refused_in_words(filled: Shell) -> None:
    over = filled.ids()["OVER"]
    assert "not decided" in result(filled, "undo", over, "--reason", "x", code=1)["reason"]
    assert "not decided" in result(filled, "reopen", over, "--reason", "x", code=1)["reason"]
    assert filled("undo", over, "--reason", " ").code == 2
    assert filled("undo", over, "--reason", " ").code == 2
    assert filled("undo", "nobody", "--reason", "x").code == 1
    assert filled("reopen", "nobody", "--reason", "x").code == 1
