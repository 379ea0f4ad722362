"""The queue in groups, what is news since a reading, and the counts of the views."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from expense_agent.domain.approval import Verdict
from expense_agent.domain.discount import Discount
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.policy import Hold
from expense_agent.service import GROUP_KEYS, SORT_KEYS, GroupKey, QueueQuery, SortKey
from expense_agent.views import VIEWS, parse
from tests.builders import an_invoice
from tests.storage.books import OVER_LIMIT, Books, books

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TODAY = "2026-11-22"
CHANGED = Hold("account_changed", "block", "the bank account changed")
UNSURE = Hold("category_unsure", "warn", "no category: nothing names one")
FIRST = Hold("first_payment", "warn", "never paid into this account")
LATE = Hold("due_date", "warn", "no due date")
STUCK = Hold("account_unknown", "block", "no bank account is known", overridable=False)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Books]:
    with books(tmp_path) as opened:
        yield opened


def ask(
    made: Books, invoice: Invoice, *holds: Hold, by: str = "ines", expires_at: str = "2026-11-25"
) -> str:
    known = made.register(invoice, by)
    made.ask(known, f"i-{known.id}", holds=holds or (OVER_LIMIT,), expires_at=expires_at)
    return known.id


@pytest.fixture
def several(made: Books) -> Books:
    ask(made, an_invoice("700.00 EUR", number="A", supplier="Zebra", due_date=None),
        OVER_LIMIT, UNSURE, LATE)  # fmt: skip
    ask(made, an_invoice("900.00 EUR", number="B", supplier="ähre", due_date=date(2026, 12, 9)))
    ask(made, an_invoice("80.00 EUR", number="C", supplier="Aal", due_date=date(2026, 11, 21)),
        CHANGED, OVER_LIMIT)  # fmt: skip
    ask(made, an_invoice("50.00 USD", number="D", supplier="Aal", due_date=date(2026, 11, 23)),
        OVER_LIMIT, FIRST)  # fmt: skip
    ask(made, an_invoice("20.00 EUR", number="E", supplier="Zebra", due_date=date(2026, 11, 29)),
        CHANGED)  # fmt: skip
    return made


def shape(made: Books, group: GroupKey, sort: SortKey = "holds", text: str = "") -> list[str]:
    """Return "name: numbers of its members" for every group."""
    overview = made.queue.overview(QueueQuery(parse(text, NOW), sort, group=group), TODAY)
    numbers = [row.number for row in made.queue.rows(overview.keys)]
    shown, place = [], 0
    for found in overview.groups:
        shown.append(f"{found.name}: {''.join(numbers[place : place + found.count])}")
        place += found.count
    assert place == len(numbers)
    return shown


def test_two_asked_at_once_are_one_row_and_their_money_is_counted_once(tmp_path: Path) -> None:
    with books(tmp_path) as made:
        known = made.register(an_invoice("700.00 EUR", number="PAIR"))
        made.ask_all(known, *(made.request(known, f"i{n}", level=n, needed=2) for n in (1, 2)))
        made.ask(made.register(an_invoice("60.00 EUR", number="ONE")))
        read = made.overview(QueueQuery(group="hold"))
        assert len(read.keys) == read.waiting == 2
        assert read.totals == {"EUR": "760.00"}
        assert [(group.count, group.totals) for group in read.groups] == [(2, {"EUR": "760.00"})]


def test_grouped_by_hold_the_worst_comes_first_and_what_is_routine_last(several: Books) -> None:
    assert shape(several, "hold") == ["account_changed: CE", "over_limit: D", "over_limit: BA"]
    overview = several.queue.overview(QueueQuery(group="hold"), TODAY)
    assert [group.routine for group in overview.groups] == [False, False, True]
    assert overview.groups[0].totals == {"EUR": "100.00"}
    assert overview.totals == {"EUR": "1700.00", "USD": "50.00"}


def test_grouped_by_supplier_each_has_its_name_as_written(several: Books) -> None:
    assert shape(several, "supplier") == ["Aal: CD", "ähre: B", "Zebra: EA"]


def test_grouped_by_due_week_what_has_no_date_and_what_is_overdue_come_first(
    several: Books,
) -> None:
    assert shape(several, "due", "due") == [": A", "-: C", "2026-11-23: DE", "2026-12-07: B"]
    assert shape(several, "due", "holds")[2] == "2026-11-23: ED"


@pytest.mark.parametrize("sort", SORT_KEYS)
@pytest.mark.parametrize("group", GROUP_KEYS)
def test_every_order_keeps_every_group_together(
    several: Books, group: GroupKey, sort: SortKey
) -> None:
    overview = several.queue.overview(QueueQuery(sort=sort, group=group), TODAY)
    assert len(overview.keys) == 5
    rows = {row.key: row for row in several.queue.rows(overview.keys)}
    place = 0
    for found in overview.groups:
        members = [rows[key] for key in overview.keys[place : place + found.count]]
        place += found.count
        total = sum(Decimal(row.payable_amount) for row in members if row.currency == "EUR")
        assert total == Decimal(found.totals.get("EUR", "0"))


def test_groups_are_those_of_the_filter(several: Books) -> None:
    assert shape(several, "hold", text="supplier:aal") == ["account_changed: C", "over_limit: D"]


@pytest.mark.parametrize(
    ("group", "sort", "index"),
    [
        ("hold", "holds", "queue_holds"),
        ("supplier", "supplier", "queue_supplier"),
        ("due", "due", "queue_due"),
    ],
)
def test_the_order_of_a_grouping_is_read_from_one_index_alone(
    several: Books, group: GroupKey, sort: SortKey, index: str
) -> None:
    connection, asked = several.database.connection, list[str]()
    connection.set_trace_callback(asked.append)
    several.queue.overview(QueueQuery(sort=sort, group=group), TODAY)
    connection.set_trace_callback(None)
    (ordered,) = (sql for sql in asked if "json_group_array" in sql)
    plan = [row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {ordered}")]
    assert any(f"USING COVERING INDEX {index}" in step for step in plan), plan
    assert not any("TEMP B-TREE" in step and "GROUP BY" not in step for step in plan)


# --- news


def test_news_are_what_came_and_what_was_answered_since_a_reading(several: Books) -> None:
    query = QueueQuery(parse("amount>30", NOW), group="hold")
    before = several.queue.overview(query, TODAY)
    quiet = several.queue.news(query, before.newest, before.change, TODAY)
    assert (quiet.new, quiet.answered, quiet.change) == ((), (), before.change)
    known = several.register(an_invoice("500.00 EUR", number="N"))
    several.ask(known)
    ask(several, an_invoice("2.00 EUR", number="M"))
    first = several.queue.rows(before.keys[:1])[0]
    decided = several.ledger.requests.open_of(first.seen.invoice_id)
    assert decided
    several.decide(several.ledger.registered(decided.request.thread_id), decided.request)
    news = several.queue.news(query, before.newest, before.change, TODAY)
    assert [row.number for row in several.queue.rows(news.new)] == ["N"]
    assert news.answered == (first.key,)
    assert (news.waiting, news.change > before.change) == (6, True)


# --- counts


def test_the_views_are_counted_together_as_they_list(several: Books) -> None:
    known = several.register(an_invoice("12000.00 EUR", number="H"))
    several.ask(known, held_until="2026-12-24")
    queries = [view.query(NOW) for view in VIEWS]
    counts = several.queue.counts(queries, TODAY)
    assert counts == [len(several.queue.overview(query, TODAY).keys) for query in queries]
    by_name = {view.name: count for view, count in zip(VIEWS, counts, strict=True)}
    assert by_name["all"] == 5
    assert (by_name["warnings"], by_name["due"], by_name["held"]) == (1, 3, 1)
    assert several.queue.counts([], TODAY) == []


def test_by_loss_the_discount_that_ends_first_comes_first_then_the_larger_then_what_is_due(
    tmp_path: Path,
) -> None:
    def granting(number: str, percent: str, day: int) -> Invoice:
        discount = Discount(percent=Decimal(percent), last_day=date(2026, 11, day))
        return replace(an_invoice("900.00 EUR", number=number), discounts=(discount,))

    with books(tmp_path) as made:
        ask(made, an_invoice("EUR", number="undated", due_date=None))
        ask(made, an_invoice("900.00 EUR", number="due", due_date=date(2026, 11, 26)))
        ask(made, granting("later", "2", 27))
        ask(made, granting("small", "2", 24))
        ask(made, granting("large", "3", 24))
        ask(made, granting("gone", "9", 1))
        keys = made.overview(QueueQuery(sort="loss")).keys
        numbers = [row.number for row in made.queue.rows(keys)]
    assert numbers == ["large", "small", "due", "later", "gone", "undated"]


# --- what else can be asked for


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("severity:warn", "D"),
        ("severity:block", "CE"),
        ("hold:bank", "CE"),
        ("!hold:limit", "E"),
        ("hold=account_changed", "CE"),
        ("batch:nowhere", ""),
        ("batch:batch", "ABCDE"),
        ("state:second", ""),
        ("approver:ann", ""),
        ("age>1h", ""),
        ("age<1d", "ABCDE"),
        ("expires<4d", "ABCDE"),
        ("expires<2026-11-24", ""),
    ],
)
def test_what_else_can_be_asked_for(several: Books, text: str, numbers: str) -> None:
    overview = several.queue.overview(QueueQuery(parse(text, several.clock.now())), TODAY)
    found = sorted(row.number for row in several.queue.rows(overview.keys))
    assert "".join(found) == numbers


def test_who_has_approved_already_can_be_asked_for(made: Books) -> None:
    known = made.register(an_invoice("720.00 EUR"))
    first = made.ask(known, needed=2)
    made.decide(known, first, by="ann", verdict=Verdict.APPROVE)
    made.ask(known, "i2", level=2, needed=2)
    for text, count in (("approver:ann", 1), ("approver=an", 0), ("state:second", 1)):
        found = made.queue.overview(QueueQuery(parse(text, NOW)), TODAY)
        assert len(found.keys) == count, text
