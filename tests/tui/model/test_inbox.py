from dataclasses import replace

from expense_agent.domain.verbs import Verb
from expense_agent.service import (
    AskedAgain,
    Failed,
    QueueGroup,
    QueueRow,
    Refused,
    Scheduled,
    Submitted,
)
from tests.tui.fake_service import a_row
from tui.model.inbox import Inbox
from tui.model.listed import KEPT_ROWS
from tui.model.order import Listing, News, Order, header
from tui.model.progress import Outcome


def an_inbox(*rows: QueueRow) -> Inbox:
    inbox = Inbox()
    show(inbox, *rows)
    return inbox


def show(inbox: Inbox, *rows: QueueRow) -> None:
    inbox.show(Listing(Order(row.key for row in rows), waiting=len(rows)))
    inbox.learn(inbox.order.keys, rows)


def test_the_cursor_begins_on_the_first_row() -> None:
    assert an_inbox(a_row(7), a_row(8)).cursor == 7


def test_the_cursor_keeps_its_request_when_the_list_is_read_again_in_another_order() -> None:
    inbox = an_inbox(a_row(1), a_row(2), a_row(3))
    inbox.move(1)
    show(inbox, a_row(9), a_row(3), a_row(2), a_row(1))
    assert inbox.cursor == 2


def test_when_its_request_is_gone_the_cursor_goes_to_the_next_one_that_is_there() -> None:
    inbox = an_inbox(a_row(1), a_row(2), a_row(3), a_row(4))
    inbox.move(1)
    show(inbox, a_row(1), a_row(4))
    assert inbox.cursor == 4


def test_when_all_after_it_are_gone_the_cursor_goes_to_the_one_before() -> None:
    inbox = an_inbox(a_row(1), a_row(2), a_row(3))
    inbox.move_to(2)
    show(inbox, a_row(1))
    assert inbox.cursor == 1


def test_an_empty_list_has_no_cursor() -> None:
    inbox = an_inbox(a_row(1))
    show(inbox)
    assert inbox.cursor is None
    assert inbox.row_under_cursor is None
    inbox.move(1)
    assert inbox.cursor is None


def test_the_cursor_stops_at_both_ends() -> None:
    inbox = an_inbox(a_row(1), a_row(2))
    inbox.move(10)
    assert inbox.cursor == 2
    inbox.move(-10)
    assert inbox.cursor == 1


def test_news_move_no_row() -> None:
    inbox = an_inbox(a_row(1), a_row(2))
    inbox.offer(News(new=frozenset({5}), change=2, waiting=3))
    assert list(inbox.order.keys) == [1, 2]
    assert inbox.listing.waiting == 3


def test_after_news_rows_are_wanted_again_but_stay_drawn() -> None:
    inbox = an_inbox(a_row(1))
    assert inbox.wanted((1,)) == ()
    inbox.offer(News(change=2))
    assert inbox.wanted((1,)) == (1,)
    assert inbox.row(1) == a_row(1)


def test_a_request_that_is_not_what_is_drawn_is_marked_and_not_redrawn() -> None:
    inbox = an_inbox(a_row(1))
    other = replace(a_row(1, "9999.00"), seen=replace(a_row(1).seen, fingerprint="other"))
    inbox.learn((1,), [other])
    assert inbox.changed == {1}
    assert inbox.row_under_cursor == a_row(1)


def test_a_row_somebody_answered_is_drawn_as_answered() -> None:
    inbox = an_inbox(a_row(1))
    inbox.learn((1,), [replace(a_row(1), status="approve", answered_by="bob")])
    assert inbox.row_under_cursor
    assert inbox.row_under_cursor.answered_by == "bob"


def test_a_key_the_store_does_not_know_is_asked_for_once() -> None:
    inbox = an_inbox(a_row(1))
    inbox.learn((4,), [])
    assert inbox.wanted((4,)) == ()
    assert inbox.row(4) is None


def test_only_so_many_rows_are_remembered_the_newest_ones() -> None:
    inbox = an_inbox()
    keys = tuple(range(KEPT_ROWS + 10))
    inbox.learn(keys, [a_row(key) for key in keys])
    assert inbox.row(0) is None
    assert inbox.row(keys[-1]) is not None


def test_marks_a_filter_hides_are_counted_as_hidden() -> None:
    inbox = an_inbox(a_row(1), a_row(2))
    inbox.marks[1] = a_row(1)
    show(inbox, a_row(2))
    assert inbox.hidden_marks == {1}


def test_what_others_answered_loses_its_mark_when_the_list_is_read_again_and_it_is_said() -> None:
    inbox = an_inbox(a_row(1), a_row(2))
    inbox.marks |= {1: a_row(1), 2: a_row(2)}
    inbox.offer(News(gone=frozenset({1})))
    assert set(inbox.marks) == {1, 2}
    show(inbox, a_row(2))
    assert set(inbox.marks) == {2}
    assert inbox.status.sentence == "1 mark taken away: answered by others"


def test_a_decision_takes_its_mark_away_and_counts_as_running_until_its_end() -> None:
    inbox = an_inbox(a_row(1))
    inbox.marks[1] = a_row(1)
    inbox.begin([a_row(1)], Verb.APPROVE)
    assert not inbox.marks
    inbox.apply(1, Submitted("inv-1"))
    assert inbox.running == 1
    inbox.apply(1, Scheduled("inv-1", "1240.00", "EUR", "2026-11-24"))
    assert inbox.running == 0
    assert inbox.status.sentence == "R-1: scheduled for 2026-11-24: 1,240.00 EUR"


def test_ended_decisions_are_forgotten_with_the_next_list_running_ones_are_not() -> None:
    inbox = an_inbox(a_row(1), a_row(2))
    inbox.begin([a_row(1)], Verb.APPROVE)
    inbox.begin([a_row(2)], Verb.APPROVE)
    inbox.apply(1, Scheduled("inv-1", "1240.00", "EUR", "2026-11-24"))
    show(inbox, a_row(2))
    assert set(inbox.progress) == {2}


def test_news_of_a_decision_whose_end_was_told_changes_nothing() -> None:
    inbox = an_inbox(a_row(1))
    assert inbox.apply(1, Failed("inv-1", "too late")) is None
    assert inbox.progress == {}


def test_a_request_asked_again_takes_the_place_of_the_old_one_cursor_included() -> None:
    inbox = an_inbox(a_row(1), a_row(2))
    inbox.begin([a_row(1)], Verb.EDIT)
    inbox.apply(1, AskedAgain("inv-1", "edited", "new"))
    assert inbox.progress[1].outcome is Outcome.ASKED_AGAIN
    inbox.replace(1, a_row(1001))
    assert list(inbox.order.keys) == [1001, 2]
    assert inbox.cursor == 1001
    assert inbox.row_under_cursor == a_row(1001)


def test_a_request_asked_again_is_no_news() -> None:
    inbox = an_inbox(a_row(1))
    inbox.offer(News(new=frozenset({1001})))
    inbox.replace(1, a_row(1001))
    assert not inbox.news.new


def test_a_new_request_that_is_listed_already_is_not_listed_twice() -> None:
    inbox = an_inbox(a_row(1), a_row(1001))
    inbox.replace(1, a_row(1001))
    assert list(inbox.order.keys) == [1, 1001]


def test_own_decisions_are_no_news() -> None:
    inbox = an_inbox(a_row(1))
    inbox.offer(News(gone=frozenset({1})))
    inbox.begin([a_row(1)], Verb.APPROVE)
    assert not inbox.news.gone


def test_decisions_made_together_are_summed_up() -> None:
    inbox = an_inbox(a_row(1), a_row(2), a_row(3))
    inbox.begin([a_row(1), a_row(2)], Verb.APPROVE)
    assert inbox.status.sentence == "0 of 2: on their way"
    inbox.apply(1, Scheduled("inv-1", "1240.00", "EUR", "2026-11-24"))
    inbox.apply(2, Refused("inv-2", "already rejected by bob"))
    assert inbox.status.sentence == "2 of 2: 1 scheduled, 1 refused"
    inbox.begin([a_row(3)], Verb.REJECT)
    assert inbox.status.sentence == "R-3: rejection sent"


# --- groups


def grouped(*sizes: tuple[str, int, bool]) -> Inbox:
    """An inbox with groups of this name and size; the last says whether they are routine."""
    inbox = Inbox()
    inbox.show(Listing(in_groups(*sizes)))
    return inbox


def in_groups(*sizes: tuple[str, int, bool]) -> Order:
    total = sum(count for _, count, _ in sizes)
    groups = [QueueGroup(name, name, count, {}, routine) for name, count, routine in sizes]
    return Order(range(1, total + 1), groups)


def test_the_cursor_begins_on_the_first_invoice_not_on_a_header() -> None:
    assert grouped(("bank", 2, False)).cursor == 1


def test_routine_groups_are_folded_unless_they_are_all_there_is() -> None:
    inbox = grouped(("bank", 2, False), ("routine", 3, True))
    assert inbox.order.lines(0, 9) == [header(0), 1, 2, header(1)]
    assert grouped(("routine", 3, True)).order.folded == frozenset()


def test_folding_the_group_of_the_cursor_puts_the_cursor_on_its_header() -> None:
    inbox = grouped(("bank", 2, False), ("twin", 2, False))
    inbox.move(1)
    inbox.fold()
    assert inbox.cursor == header(0)
    assert inbox.group_under_cursor == inbox.order.groups[0]
    assert inbox.order.lines(0, 9) == [header(0), header(1), 3, 4]
    inbox.fold()
    assert len(inbox.order) == 6


def test_what_a_person_folds_stays_folded_when_the_list_is_read_again() -> None:
    inbox = grouped(("bank", 2, False), ("routine", 1, True))
    inbox.fold()
    inbox.move(1)
    inbox.fold()
    inbox.show(Listing(in_groups(("bank", 5, False), ("routine", 2, True))))
    assert inbox.order.lines(0, 9) == [header(0), header(1), 6, 7]


def test_all_groups_are_folded_at_once_and_unfolded_at_once() -> None:
    inbox = grouped(("bank", 2, False), ("twin", 2, False), ("routine", 1, True))
    inbox.fold(everything=True)
    assert len(inbox.order) == 3
    inbox.fold(everything=True)
    assert len(inbox.order) == 8


def test_a_header_keeps_the_cursor_when_groups_come_before_it() -> None:
    inbox = grouped(("twin", 2, False))
    inbox.move(-9)
    inbox.show(Listing(in_groups(("bank", 1, False), ("twin", 2, False))))
    assert inbox.cursor == header(1)


def test_an_invoice_that_lands_in_a_folded_group_leaves_the_cursor_on_its_header() -> None:
    inbox = grouped(("bank", 2, False), ("routine", 1, True))
    inbox.show(Listing(in_groups(("bank", 0, False), ("twin", 0, False), ("routine", 3, True))))
    inbox.folds.clear()
    assert inbox.cursor == header(2)


def test_stepping_passes_headers_and_says_when_there_is_no_more() -> None:
    inbox = grouped(("bank", 1, False), ("twin", 1, False))
    assert inbox.step(1)
    assert inbox.cursor == 2
    assert not inbox.step(1)
    assert inbox.cursor == 2
