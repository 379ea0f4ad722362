"""hold, release, send-back, comment: out of the way, back again, with what people said."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.shell import Shell
from tests.cli.test_deciding_commands import result

LATER = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()


def test_a_hold_and_its_release(filled: Shell) -> None:
    over = filled.ids()["OVER"]
    told = result(filled, "hold", over, "--until", LATER, "--reason", "they call back")
    assert told["outcome"] == "held"
    assert told["reason"] == f"on hold until {LATER} by ann: they call back"
    assert "OVER" not in filled.ids()
    (row,) = filled.data("queue", "--view", "held")
    assert (row["id"], row["held_until"]) == (over, LATER)
    assert result(filled, "release", over)["outcome"] == "waiting"
    assert "OVER" in filled.ids()
    assert filled.data("audit", "verify")["ok"]


@pytest.mark.parametrize(("until", "code"), [("soon", 2), ("2020-01-01", 1)])
def test_a_hold_needs_a_day_to_come(filled: Shell, until: str, code: int) -> None:
    ran = filled("hold", filled.ids()["OVER"], "--until", until)
    assert ran.code == code
    assert until in ran.out + ran.err


def test_what_is_sent_back_waits_with_the_question(filled: Shell) -> None:
    over = filled.ids()["OVER"]
    told = result(filled, "send-back", over, "--comment", "right supplier?", by="bob")
    assert told["outcome"] == "sent_back"
    shown = filled.data("show", over)
    assert shown["holds"][0]["reason"] == "sent back by bob: right supplier?"
    assert filled("send-back", over, "--comment", " ").code == 2


def test_a_comment_is_shown_and_leaves_the_fingerprint(filled: Shell) -> None:
    over = filled.ids()["OVER"]
    before = filled.data("show", over)["fingerprint"]
    assert result(filled, "comment", over, "asked them", by="bob")["outcome"] == "waiting"
    shown = filled.data("show", over)
    assert [(c["author"], c["text"]) for c in shown["comments"]] == [("bob", "asked them")]
    assert shown["fingerprint"] == before
    assert result(filled, "approve", over, "--expect", before)["outcome"] == "scheduled"
    assert result(filled, "comment", over, "too late", code=1)["outcome"] == "refused"
