"""The queue as it is read: order by index, filters, sums, answered rows, who may approve."""

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from expense_agent.domain.approval import Seen, Verdict
from expense_agent.domain.authority import Asked
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Hold
from expense_agent.service import SORT_KEYS, QueueQuery, QueueRow, SortKey, Term
from expense_agent.views import parse
from tests.builders import OTHER_IBAN, an_invoice
from tests.storage.books import OVER_LIMIT, Books, books

TODAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CHANGED = Hold("account_changed", "block", f"the bank account changed: {OTHER_IBAN}")
UNSURE = Hold("category_unsure", "warn", "no category: nothing names one")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Books]:
    with books(tmp_path) as opened:
        yield opened


def ask(made: Books, invoice: Invoice, *holds: Hold, category: str | None = "vehicles") -> str:
    known = made.register(invoice)
    made.ask(known, f"i-{known.id}", holds=holds or (OVER_LIMIT,), category=category)
    return known.id


def numbers(made: Books, filter_text: str = "", sort: SortKey = "holds") -> list[str]:
    overview = made.overview(QueueQuery(parse(filter_text, TODAY), sort))
    return [row.number for row in made.queue.rows(overview.keys)]


# --- order


@pytest.fixture
def several(made: Books) -> Books:
    ask(made, an_invoice("700.00 EUR", number="A", supplier="Zebra", due_date=None))
    ask(made, an_invoice("900.00 EUR", number="B", supplier="ähre", due_date=date(2026, 12, 9)))
    ask(made, an_invoice("800.00 EUR", number="C", supplier="Aal", due_date=date(2026, 12, 1)),
        CHANGED, OVER_LIMIT)  # fmt: skip
    ask(made, an_invoice("800.00 EUR", number="D", supplier="Aal", due_date=date(2026, 12, 1)))
    return made


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("holds", "CDBA"),  # the most alarming first, then by supplier
        ("due", "ACDB"),  # one without a due date could be due already
        ("amount", "BCDA"),
        ("supplier", "CDBA"),
        ("waiting", "ABCD"),
    ],
)
def test_every_order_is_what_its_name_says(several: Books, sort: SortKey, expected: str) -> None:
    assert "".join(numbers(several, sort=sort)) == expected


@pytest.mark.parametrize("sort", SORT_KEYS)
@pytest.mark.parametrize("filter_text", ["", "amount>500 due<7d"])
def test_every_order_is_read_from_its_index(
    several: Books, sort: SortKey, filter_text: str
) -> None:
    """Sorting 100,000 requests anew for every key press would be felt."""
    connection, asked = several.database.connection, list[str]()
    connection.set_trace_callback(asked.append)
    several.overview(QueueQuery(parse(filter_text, TODAY), sort))
    connection.set_trace_callback(None)
    (ordered,) = (sql for sql in asked if "ORDER BY" in sql and "json_group_array" in sql)
    plan = [row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {ordered}")]
    assert any(f"queue_{sort}" in step for step in plan)
    assert not any("TEMP B-TREE" in step and "GROUP BY" not in step for step in plan)


@pytest.mark.parametrize(
    "filter_text",
    ["nord", "!nord", "supplier:nord amount>500 due<7d", "hold:over nord", "hold:bank nord"],
)
def test_words_are_looked_for_in_an_index_that_has_them(several: Books, filter_text: str) -> None:
    """100,000 rows take ten times as long as an index; and it is gone through only once."""
    connection, asked = several.database.connection, list[str]()
    connection.set_trace_callback(asked.append)
    several.overview(QueueQuery(parse(filter_text, TODAY), group="hold"))
    connection.set_trace_callback(None)
    looking = [sql for sql in asked if "instr(supplier_words" in sql]
    (sql,) = looking
    plan = [row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
    (read,) = (step for step in plan if "approval_requests" in step)
    assert "USING" in read
    assert "queue_supplier" in read


# --- filters


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    """Requests that tests only read."""
    with books(tmp_path_factory.mktemp("shelf")) as made:
        stock(made)
        yield made


def stock(made: Books) -> None:
    ask(made, an_invoice("1240.00 EUR", number="R-100%", supplier="Müller & Söhne GmbH"))
    ask(made, an_invoice("505 JPY", number="R_200", supplier="MÜLLER Tōkyō KK",
                         due_date=date(2026, 11, 25)), category="office")  # fmt: skip
    ask(made, an_invoice("50.125 BHD", number="R-300", supplier="Gulf 'Trading' \\ Co",
                         due_date=None), CHANGED, UNSURE, category=None)  # fmt: skip
    ask(made, an_invoice("505.00 EUR", number="R-400", supplier=None), category="software")


@pytest.mark.parametrize(
    ("filter_text", "expected"),
    [
        ("", "1234"),
        ("müller", "12"),
        ("MÜLLER", "12"),
        ("mueller", "12"),
        ("supplier:söhne", "1"),
        ("supplier=mueller", ""),
        ("'supplier=müller & söhne gmbh'", "1"),
        ("'supplier=mueller soehne'", "1"),
        ("!müller", "34"),
        ("!supplier:müller", "34"),
        ("supplier:'", None),
        ('"supplier:\'trading\'"', "3"),
        (r"'supplier:\ co'", "3"),
        ("%", "1"),
        ("number:_", "2"),
        ("number:r-", "134"),
        ("number=r-300", "3"),
        ("!number=r-300", "124"),
        ("category:off", "2"),
        ("category=office", "2"),
        ("!category:office", "134"),
        ("currency:eur", "14"),
        ("!currency:eur", "23"),
        ("hold:bank", "3"),
        ("hold:account_changed", "3"),
        (f"hold:{OTHER_IBAN}", "3"),
        ("hold:limit", "124"),
        ("!hold:limit", "3"),
        ("hold:category", "3"),
        ("amount>500", "124"),
        ("amount=505", "24"),
        ("amount:505.000", "24"),
        ("amount<51", "3"),
        ("amount=50.125", "3"),
        ("amount>50.124 amount<50.126", "3"),
        ("!amount>500", "3"),
        ("amount>=505jpy", "2"),
        ("amount>99999999999999999999999999", ""),
        ("!amount>99999999999999999999999999", "1234"),
        ("due<7d", "2"),
        ("!due<7d", "134"),
        ("due=2026-12-01", "14"),
        ("due>today", "124"),
        ("müller !hold:bank amount>600", "1"),
    ],
)  # fmt: skip
def test_a_filter_finds_what_it_says(shelf: Books, filter_text: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ValueError, match="quotation mark"):
            numbers(shelf, filter_text)
        return
    found = sorted(number[2] for number in numbers(shelf, filter_text))
    assert "".join(found) == expected


@pytest.mark.parametrize("field", ["text", "supplier", "number", "category", "hold", "currency"])
@pytest.mark.parametrize("op", ["contains", "="])
@pytest.mark.parametrize(
    "value", ["' OR 1=1 --", "%", "_", "*", '"', "\\", "\x00", "]", "a" * 5000]
)
def test_no_value_of_a_term_reaches_the_sql(shelf: Books, field: str, op: str, value: str) -> None:
    term = Term(field, "contains" if op == "contains" else "=", value)
    keys = shelf.overview(QueueQuery((term,))).keys
    negated = shelf.overview(QueueQuery((Term(field, term.op, value, negated=True),))).keys
    assert sorted([*keys, *negated]) == sorted(shelf.overview(QueueQuery()).keys)


# --- sums


def test_totals_are_by_currency_with_its_decimals_and_follow_the_filter(shelf: Books) -> None:
    overview = shelf.overview(QueueQuery())
    assert overview.totals == {"BHD": "50.125", "EUR": "1745.00", "JPY": "505"}
    some = shelf.overview(QueueQuery(parse("amount>1000", TODAY)))
    assert (some.totals, some.waiting, len(some.keys)) == ({"EUR": "1240.00"}, 4, 1)


def test_a_credit_note_lowers_the_total_and_no_amount_counts_nothing(made: Books) -> None:
    ask(made, an_invoice("-0.07 EUR", number="1"))
    ask(made, an_invoice("0.02 EUR", number="2"))
    ask(made, an_invoice("EUR", number="3"))
    assert made.overview(QueueQuery()).totals == {"EUR": "-0.05"}
    assert [row.payable_amount for row in made.queue.rows([1, 2, 3])] == ["-0.07", "0.02", ""]


def test_absurd_amounts_do_not_overflow_the_total(made: Books) -> None:
    for n in range(12):
        ask(made, an_invoice("999999999999999.999 BHD", number=f"{n}"))
    totals = made.overview(QueueQuery()).totals
    assert totals == {"BHD": str(Money.from_minor(12 * 999999999999999999, "BHD").amount)}


# --- rows


def test_rows_come_in_the_order_of_their_keys_and_unknown_ones_are_left_out(
    several: Books,
) -> None:
    keys = several.overview(QueueQuery()).keys
    assert [row.key for row in several.queue.rows([keys[2], 999, keys[0]])] == [keys[2], keys[0]]
    assert several.queue.rows([]) == []


def test_more_rows_than_a_statement_may_have_parameters_are_read(several: Books) -> None:
    several.database.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 3)
    assert len(several.queue.rows(several.overview(QueueQuery()).keys)) == 4


def test_a_row_says_what_was_asked_exactly_as_it_was_shown(made: Books) -> None:
    known = made.register(an_invoice("720 EUR"), by="ines")
    made.ask(known, "i1", needed=2, expires_at="2026-11-25T09:00:00.000Z")
    (row,) = made.queue.rows(made.overview(QueueQuery()).keys)
    assert row == QueueRow(
        key=1,
        seen=Seen(known.id, "i1", "f1"),
        number="R-1001",
        supplier="Nordwind Logistik AG",
        payable_amount="720.00",
        currency="EUR",
        category="vehicles",
        due_date="2026-12-01",
        holds=(OVER_LIMIT,),
        round=1,
        level=1,
        approvals_needed=2,
        approved_by=(),
        waiting_since=row.waiting_since,
        expires_at="2026-11-25T09:00:00.000Z",
        status="open",
    )


@pytest.mark.parametrize("verdict", list(Verdict))
def test_an_answered_row_leaves_the_queue_but_can_still_be_read(
    made: Books, verdict: Verdict
) -> None:
    known = made.register()
    made.decide(known, made.ask(known), verdict=verdict)
    assert made.overview(QueueQuery()).keys == ()
    (row,) = made.queue.rows([1])
    assert (row.status, row.answered_by) == (verdict.value, "ann")
    assert row.answered_at is not None


def test_what_is_on_hold_is_out_of_the_way_until_its_day(made: Books) -> None:
    known = made.register()
    made.ask(known, held_until="2026-12-24")
    assert (made.overview().keys, made.overview().waiting, made.overview().held) == ((), 0, 1)
    assert made.overview(QueueQuery(held=True)).keys == (1,)
    made.clock.pass_time(days=40)
    assert (made.overview().keys, made.overview().held) == ((1,), 0)
    assert made.overview(QueueQuery(held=True)).keys == ()


def test_an_edit_answers_its_request_and_the_next_round_stands_first(made: Books) -> None:
    known = made.register()
    made.ask(known)
    made.edit(known, 2, payable_amount="10.00")
    made.ask(known, "i2", at_round=2, fingerprint="f2")
    rows = made.queue.rows_of(known.id)
    assert [(row.round, row.status, row.answered_by) for row in rows] == [
        (2, "open", None),
        (1, "edited", "eve"),
    ]


def test_the_change_number_moves_with_every_change(made: Books) -> None:
    before = made.overview(QueueQuery()).change
    known = made.register()
    after = made.overview(QueueQuery()).change
    made.ask(known)
    assert before < after < made.overview(QueueQuery()).change


def test_requests_past_their_time_are_found_and_no_others(made: Books) -> None:
    known = made.register()
    made.ask(known, expires_at="2026-11-25T09:00:00.000Z")
    made.clock.at = datetime(2026, 11, 25, 8, 59, 59, 999_000, tzinfo=UTC)
    assert made.overdue.expiring() == []
    assert made.overdue.expiring() == [Seen(known.id, "i1", "f1")]


def test_nobody_is_reminded_of_what_was_answered_since_the_look(made: Books) -> None:
    known = made.register()
    request = made.ask(known)
    (due,) = made.overdue.due(24 * 365)
    made.decide(known, request)
    assert not made.overdue.note(due)


# --- who may approve


def test_a_row_is_judged_by_amount_holds_preparers_and_who_approved_before(
    tmp_path: Path,
) -> None:
    judged: list[Asked] = []

    def judge(row: Asked) -> str | None:
        judged.append(row)
        return "ask bob"

    with books(tmp_path, judge) as made:
        known = made.register(an_invoice("720.00 EUR"), by="ines")
        made.ask(known)
        made.edit(known, 2, by="eve", payable_amount="700.00")
        first = made.ask(made.ledger.registered(known.thread_id), "i2", at_round=2, needed=2)
        made.decide(known, first, by="ann")
        edited = made.ledger.registered(known.thread_id)
        made.ask(edited, "i3", at_round=2, level=2, needed=2)
        (row,) = made.queue.rows(made.overview(QueueQuery()).keys)
    assert row.why_not == "ask bob"
    assert row.approved_by == ("ann",)
    assert judged == [
        Asked(
            Money(edited.invoice.payable_amount, "EUR"),  # type: ignore[arg-type]
            (OVER_LIMIT,),
            {"ines": "imported", "eve": "edited"},
            (("ann", None),),
            expires_at="2026-11-25T09:00:00.000Z",
        )
    ]


def test_who_imports_and_edits_has_done_both(tmp_path: Path) -> None:
    judged: list[Mapping[str, str]] = []
    with books(tmp_path, lambda row: judged.append(row.preparers)) as made:
        known = made.register(by="ann")
        made.ask(known)
        made.edit(known, 2, by="ann", payable_amount="1.00")
        made.ask(known, "i2", at_round=2)
        made.queue.rows(made.overview(QueueQuery()).keys)
    assert judged == [{"ann": "edited"}]


def test_a_row_without_an_amount_is_judged_without_one(tmp_path: Path) -> None:
    judged: list[Money | None] = []
    with books(tmp_path, lambda row: judged.append(row.payable)) as made:
        ask(made, an_invoice("EUR"))
        made.queue.rows([1])
    assert judged == [None]
