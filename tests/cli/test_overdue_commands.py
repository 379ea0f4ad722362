"""Time: reminders once before the end, what has come to a standstill, and documents beside it."""

import json
import sys
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from expense_agent.agent import ExpenseAgent
from expense_agent.desks import reminding
from expense_agent.domain.approval import Verdict
from expense_agent.domain.policy import Policy
from tests.agents import an_office, queue, take, vanish, waiting
from tests.builders import an_invoice
from tests.cli.shell import Shell
from tests.cli.test_deciding_commands import result
from tests.fakes import FixedClock
from tests.running import is_running

HOOK = """
import sys
open(sys.argv[1], "a").write(sys.stdin.read() + chr(10))
sys.exit(int(sys.argv[2]))
"""


def policy(shell: Shell, code: int = 0, hours: int = 80) -> Path:
    told = shell.store / "told.txt"
    command = json.dumps([sys.executable, "-c", HOOK, str(told), str(code)])
    text = f"[reminders]\nhours_before = {hours}\ncommand = {command}\n"
    (shell.store / "policy.toml").write_text(text)
    return told


def test_who_is_to_answer_is_reminded_once_with_the_request_as_json(filled: Shell) -> None:
    told = policy(filled)
    assert {one["outcome"] for one in filled.data("remind")} == {"reminded"}
    said = [json.loads(line) for line in told.read_text().splitlines()]
    over = next(one for one in said if one["number"] == "OVER")
    assert over["id"] == filled.ids()["OVER"]
    assert over["payable_amount"] == "720.00"
    assert "over the automatic limit" in over["holds"][0]
    assert len(said) == 3
    assert filled.data("remind") == []
    assert len(told.read_text().splitlines()) == 3
    assert [e["actor"] for e in filled.data("audit") if e["action"] == "reminded"] == ["clock"] * 3
    assert filled.data("audit", "verify")["ok"]
    assert len(filled.data("queue")) == 3


def test_nobody_is_reminded_before_the_time_or_without_a_command(filled: Shell) -> None:
    assert filled.data("remind") == []
    policy(filled, hours=1)
    assert filled.data("remind") == []


def test_a_reminder_that_does_not_get_through_is_told_and_recorded(filled: Shell) -> None:
    policy(filled, code=3)
    ran = filled("remind", "--json")
    assert ran.code == 1
    assert {one["reason"] for one in ran.json} == {"it ended with 3"}
    assert len([e for e in filled.data("audit") if e["action"] == "reminder_failed"]) == 3
    assert filled.data("remind") == []


def test_a_command_that_is_not_there_decides_nothing(filled: Shell) -> None:
    text = '[reminders]\nhours_before = 80\ncommand = ["/nowhere/at/all"]\n'
    (filled.store / "policy.toml").write_text(text)
    assert filled("remind").code == 1
    assert len(filled.data("queue")) == 3


def hooked(shell: Shell, code: str) -> None:
    command = json.dumps([sys.executable, "-c", code])
    text = f"[reminders]\nhours_before = 80\ncommand = {command}\n"
    (shell.store / "policy.toml").write_text(text)


def test_a_command_that_hangs_is_ended_with_its_children_and_asked_the_next_time(
    filled: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminding, "MOST_SECONDS", 0.5)
    left = filled.store / "left.txt"
    child = f"import os, time; open({str(left)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    hooked(filled, f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])")
    for _ in range(3):
        (one,) = filled("remind", "--json").json
        assert "took longer" in one["reason"]
        assert not (left.exists() and is_running(int(left.read_text() or 0)))
    assert filled.data("remind") == []
    assert len(filled.data("queue")) == 3


def test_what_a_command_leaves_running_is_not_waited_for(filled: Shell) -> None:
    child = "import time; time.sleep(5)"
    hooked(filled, f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {child!r}])")
    assert {one["outcome"] for one in filled.data("remind")} == {"reminded"}


def test_of_an_endless_complaint_the_beginning_is_kept(filled: Shell) -> None:
    hooked(filled, "import sys; sys.stderr.write('too much ' * 1_000_000); sys.exit(3)")
    tracemalloc.start()
    reasons = {one["reason"] for one in filled("remind", "--json").json}
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert {reason[:33] for reason in reasons} == {"it ended with 3: too much too muc"}
    assert peak < 5_000_000


async def stalled(agent: ExpenseAgent) -> list[tuple[str, str]]:
    return [(one.state, one.why) for one in agent.overdue.stalled()]


async def test_what_is_cut_off_or_not_answered_or_not_stepped_on_has_stalled(
    tmp_path: Path,
) -> None:
    clock = FixedClock()
    async with an_office(tmp_path, Policy(request_ttl_hours=24 * 30), clock) as office:
        agent = office.person()
        await take(agent, an_invoice("720.00 EUR"))
        assert await stalled(agent) == []
        clock.pass_time(days=8)
        assert await stalled(agent) == [("waiting", "nobody has answered for a week")]
        bob = office.person("bob")
        bob._desk.decide(waiting(bob, "R-1001").seen, Verdict.APPROVE, "bob", "")
        assert await stalled(agent) == []
        vanish(bob)
        ((state, why),) = await stalled(agent)
        assert (state, why) == ("deciding", "cut off: `recover` goes on with it")
        await agent.recover()
        assert await stalled(agent) == []
        assert queue(agent) == []


async def test_a_step_nobody_takes_has_stalled_after_a_day(tmp_path: Path) -> None:
    clock = FixedClock()
    async with an_office(tmp_path, Policy(mode="step_by_step"), clock) as office:
        agent = office.person()
        await take(agent, an_invoice("120.00 EUR"))
        clock.pass_time(days=2)
        assert await stalled(agent) == [("stepping", "nobody goes on into categorize")]


def test_the_view_of_what_has_stalled_is_empty_on_a_healthy_store(filled: Shell) -> None:
    assert filled.data("queue", "--view", "stalled") == []
    assert "0 stalled" in filled("queue", "--view", "stalled").out


def test_a_document_is_kept_and_seen_by_the_next_approver(filled: Shell, tmp_path: Path) -> None:
    offer = tmp_path / "offer.pdf"
    offer.write_bytes(b"%PDF-1.7 our offer")
    over = filled.ids()["OVER"]
    before = filled.data("show", over)["fingerprint"]
    assert result(filled, "attach", over, offer, by="bob")["outcome"] == "waiting"
    offer.unlink()
    shown = filled.data("show", over)
    (said,) = shown["comments"]
    assert (said["author"], said["text"]) == ("bob", "attached offer.pdf")
    assert shown["fingerprint"] == before
    assert "attached offer.pdf" in filled("show", over).out
    copy = tmp_path / "copy.pdf"
    assert filled("document", over, "--attached", "offer.pdf", "--output", copy).code == 0
    assert copy.read_bytes() == b"%PDF-1.7 our offer"
    (event,) = [e for e in filled.data("audit", over) if e["action"] == "attached"]
    assert event["details"]["sha256"] == said["document"]
    assert filled.data("audit", "verify")["ok"]
    assert result(filled, "approve", over, "--expect", before)["outcome"] == "scheduled"


@pytest.mark.parametrize("kind", ["missing", "folder", "large", "empty"])
def test_what_cannot_be_attached_is_refused_with_the_reason(
    filled: Shell, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "file"
    if kind == "folder":
        file.mkdir()
    elif kind != "missing":
        with file.open("wb") as made:
            made.truncate(20_000_001 if kind == "large" else 0)
    told = result(filled, "attach", filled.ids()["OVER"], file, code=1)
    assert told["outcome"] == "refused"
    assert "file cannot be attached" in told["reason"]
    ran = filled("document", filled.ids()["OVER"], "--attached", "file", "--output", "x")
    assert (ran.code, "nothing is attached" in ran.err) == (1, True)


def test_an_expired_request_is_never_approved_and_an_approved_one_never_expires(
    filled: Shell,
) -> None:
    """The command closes nothing before its time; the race itself is run in tests/chaos."""
    over = filled.ids()["OVER"]
    assert filled.data("expire") == []
    assert result(filled, "approve", over)["outcome"] == "scheduled"
    assert filled.data("expire", "--dry-run") == []
    later = datetime.now(UTC) + timedelta(hours=1)
    assert all(row["expires_at"] > later.isoformat() for row in filled.data("queue"))
