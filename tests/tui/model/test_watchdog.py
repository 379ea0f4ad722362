from datetime import UTC, datetime, timedelta

from expense_agent.domain.verbs import Verb
from expense_agent.service import Scheduled, Submitted
from tui.model.progress import SILENCE, Watchdog, advanced, begun

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
RUNNING = advanced(begun(Verb.APPROVE, "R-1"), Submitted("inv-1"))


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_a_decision_without_news_is_told_once_with_what_to_do() -> None:
    dog = Watchdog()
    assert dog.stalled({1: RUNNING}, at(0)) == []
    assert dog.stalled({1: RUNNING}, at(SILENCE.total_seconds() - 1)) == []
    (said,) = dog.stalled({1: RUNNING}, at(SILENCE.total_seconds()))
    assert said.startswith("R-1: approval submitted; no news for 20 s")
    assert "expense-agent recover" in said
    assert dog.stalled({1: RUNNING}, at(60)) == []


def test_news_begins_the_wait_anew() -> None:
    dog = Watchdog()
    dog.stalled({1: RUNNING}, at(0))
    dog.heard([1], at(15))
    assert dog.stalled({1: RUNNING}, at(30)) == []
    assert len(dog.stalled({1: RUNNING}, at(36))) == 1
    dog.heard([1], at(40))
    assert len(dog.stalled({1: RUNNING}, at(61))) == 1


def test_what_has_ended_is_never_missed() -> None:
    dog = Watchdog()
    dog.stalled({1: RUNNING}, at(0))
    ended = advanced(RUNNING, Scheduled("inv-1", "1.00", "EUR", "2026-12-01"))
    assert dog.stalled({1: ended}, at(100)) == []
    assert dog.stalled({}, at(200)) == []
