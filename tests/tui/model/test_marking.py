from dataclasses import replace

from expense_agent.domain.verbs import Verb
from expense_agent.service import QueueGroup, QueueRow, Scheduled
from tests.tui.fake_service import a_row
from tui.model.inbox import Inbox
from tui.model.marking import MOST_MARKS, Marking
from tui.model.order import Listing, Order, header


def an_inbox(*rows: QueueRow, known: int | None = None) -> tuple[Inbox, Marking]:
    """Rows 1, 2 in one group, the others in a second; the first `known` have been read."""
    groups = (
        QueueGroup("bank", "account_changed", 2, {}),
        QueueGroup("rest", "over_limit", len(rows) - 2, {}),
    )
    inbox = Inbox()
    inbox.show(Listing(Order((row.key for row in rows), groups)))
    read = rows[:known]
    inbox.learn([row.key for row in read], read)
    return inbox, Marking(inbox)


def rows(count: int) -> list[QueueRow]:
    return [a_row(key) for key in range(1, count + 1)]


def test_a_mark_holds_the_row_as_it_was_drawn_when_marked() -> None:
    inbox, marking = an_inbox(*rows(3))
    assert marking.toggle() == ()
    inbox.learn((1,), [replace(a_row(1), supplier="Another", category="other")])
    assert inbox.marks[1].supplier == "Nordwind Logistik AG"
    marking.toggle()
    assert not inbox.marks


def test_on_a_header_the_whole_group_is_marked_and_then_none_of_it() -> None:
    inbox, marking = an_inbox(*rows(5))
    inbox.cursor = header(1)
    marking.toggle()
    assert set(inbox.marks) == {3, 4, 5}
    marking.toggle()
    assert not inbox.marks


def test_a_group_marked_in_part_becomes_marked_whole() -> None:
    inbox, marking = an_inbox(*rows(5))
    inbox.move_to(inbox.order.place(4) or 0)
    marking.toggle()
    inbox.cursor = header(1)
    marking.toggle()
    assert set(inbox.marks) == {3, 4, 5}


def test_rows_that_were_never_read_are_asked_for_and_marked_when_they_come() -> None:
    inbox, marking = an_inbox(*rows(5), known=3)
    inbox.cursor = header(1)
    assert marking.toggle() == (4, 5)
    marking.read([a_row(4), replace(a_row(5), status="reject")])
    assert set(inbox.marks) == {3, 4}


def test_what_is_being_decided_or_answered_is_not_marked() -> None:
    inbox, marking = an_inbox(a_row(1), replace(a_row(2), status="approve"), a_row(3), a_row(4))
    inbox.begin([a_row(1)], Verb.APPROVE)
    inbox.apply(1, Scheduled("inv-1", "1240.00", "EUR", "2026-11-24"))
    marking.everything()
    assert set(inbox.marks) == {3, 4}


def test_a_range_reaches_to_the_cursor_and_shrinks_with_it() -> None:
    inbox, marking = an_inbox(*rows(6))
    inbox.move_to(inbox.order.place(3) or 0)
    marking.switch_range()
    inbox.move(2)
    marking.follow()
    assert set(inbox.marks) == {3, 4, 5}
    inbox.move(-1)
    marking.follow()
    assert set(inbox.marks) == {3, 4}
    inbox.move_to(1)
    marking.follow()
    assert set(inbox.marks) == {1, 2, 3}


def test_ending_a_range_leaves_its_marks() -> None:
    inbox, marking = an_inbox(*rows(6))
    marking.switch_range()
    assert marking.in_range
    marking.switch_range()
    assert (marking.in_range, set(inbox.marks)) == (False, {1})


def test_a_range_keeps_what_was_marked_before_it() -> None:
    inbox, marking = an_inbox(*rows(6))
    marking.toggle()
    inbox.move_to(inbox.order.place(5) or 0)
    marking.switch_range()
    marking.follow()
    assert set(inbox.marks) == {1, 5}


def test_no_more_is_marked_than_anybody_would_look_over() -> None:
    inbox, marking = an_inbox(*rows(MOST_MARKS + 5), known=10)
    assert len(marking.everything()) == MOST_MARKS - 10
    assert "filter for the others" in inbox.status.sentence
