from dataclasses import replace

import pytest

from expense_agent.domain.verbs import Verb
from expense_agent.service import Noted, QueueRow, Refused, Resumed, Scheduled
from tests.tui.fake_service import NO_ACCOUNT, a_row
from tests.tui.model.test_inbox import an_inbox
from tui.model.row_state import row_state
from tui.symbols import ASCII


def shown(row: QueueRow, *, ascii_only: bool = False) -> str:
    return row_state(row, an_inbox(row), "ann").shown(ascii_only=ascii_only)


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (a_row(1), "◉ you"),
        (a_row(1, why_not="over your limit"), "◌ other"),
        (replace(a_row(1, why_not="over your limit"), waits_for=("bob",)), "◌ bob"),
        (replace(a_row(1, why_not="the request expired at noon"), late=True), "⊘ late"),
        (replace(a_row(1, why_not="over your limit"), waits_for=("bob", "cyd")), "◌ other"),
        (replace(a_row(1, why_not="it is for treasury"), wanted="treasury"), "◌ treasury"),
        (a_row(1, holds=(NO_ACCOUNT,), why_not="cannot be approved"), "◉ fix it"),
        (a_row(1, needed=2, approved_by=("ann",), why_not="you have"), "◔ 1 of 2"),
        (a_row(1, needed=2), "◉ you 1st"),
        (a_row(1, needed=2, approved_by=("bob",)), "◉ you 2nd"),
        (replace(a_row(1), status="approve", answered_by="bob"), "✓ bob"),
        (replace(a_row(1), status="reject", answered_by="bob"), "✗ bob"),
        (replace(a_row(1), status="expire"), "⊘ expired"),
        (replace(a_row(1), status="edited", answered_by="bob"), "▴ bob"),
    ],
)
def test_every_state_is_a_symbol_and_a_word(row: QueueRow, word: str) -> None:
    assert shown(row) == word


def test_every_symbol_has_a_different_ascii_form() -> None:
    assert len(set(ASCII.values())) == len(ASCII)
    assert all(form.isascii() for form in ASCII.values())
    assert shown(a_row(1), ascii_only=True) == "* you"


def test_a_running_decision_shows_how_far_it_is() -> None:
    inbox = an_inbox(a_row(1))
    inbox.begin([a_row(1)], Verb.APPROVE)
    words = [row_state(a_row(1), inbox, "ann").word]
    for event in (Resumed("inv-1"), Scheduled("inv-1", "1.00", "EUR", "2026-11-24")):
        inbox.apply(1, event)
        words.append(row_state(a_row(1), inbox, "ann").word)
    assert words == ["sent", "2/4", "sched"]


def test_after_a_refusal_the_row_shows_who_was_first() -> None:
    inbox = an_inbox(a_row(1))
    inbox.begin([a_row(1)], Verb.APPROVE)
    inbox.apply(1, Refused("inv-1", "already rejected by bob"))
    assert row_state(a_row(1), inbox, "ann").word == "refused"
    answered = replace(a_row(1), status="reject", answered_by="bob")
    assert row_state(answered, inbox, "ann").word == "bob"


def test_after_a_note_that_came_too_late_the_row_shows_who_was_first() -> None:
    inbox = an_inbox(a_row(1))
    inbox.begin([a_row(1)], Verb.NOTE)
    inbox.apply(1, Noted("inv-1", "rejected", "already rejected by bob"))
    assert row_state(a_row(1), inbox, "ann").word == "changed"
    answered = replace(a_row(1), status="reject", answered_by="bob")
    assert row_state(answered, inbox, "ann").word == "bob"


def test_a_changed_row_says_so() -> None:
    inbox = an_inbox(a_row(1))
    inbox.changed.add(1)
    assert row_state(a_row(1), inbox, "ann").shown(ascii_only=False) == "▴ changed"
