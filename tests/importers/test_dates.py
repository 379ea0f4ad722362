"""Dates: one order per column, proved by the column or said by the user."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.importers import ColumnMapping
from expense_agent.importers.dates import DateNotation, order_of
from expense_agent.importers.problem import UnreadableError
from tests.importers.reading import column, invoices, read, reasons, the_invoice

DAY_FIRST, MONTH_FIRST = DateNotation("dmy"), DateNotation("mdy")
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))


def refused(notation: DateNotation, text: str) -> str:
    with pytest.raises(UnreadableError) as caught:
        notation.read(text)
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-31", "20260331", "2026/03/31", "2026.3.31", "2026-03-31 00:00:00",
        "2026-03-31T00:00:00Z", "2026-03-31T23:59:59.123+02:00", "31.03.2026", "31.3.2026",
        "31/03/2026", "31-03-2026", "31/03/2026 00:00", " 2026-03-31 ",
    ],
)  # fmt: skip
def test_what_says_its_own_order_is_read(text: str) -> None:
    assert DateNotation().read(text) == date(2026, 3, 31)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30", "31.02.2026", "2026-13-01", "31/12/26", "1/2", "March 2026", "46083",
        "today", "", "0026-03-01", "2026-3", "31/03.2026",
        "\u0663\u0661/03/2026", "2026-03-31x", "99999999", "9" * 500,
        "3026-01-01", " " * 500,
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused(text: str) -> None:
    assert refused(DAY_FIRST, text)


def test_slashes_follow_the_column() -> None:
    assert DAY_FIRST.read("03/04/2026") == date(2026, 4, 3)
    assert MONTH_FIRST.read("03/04/2026") == date(2026, 3, 4)
    assert "two different days" in refused(DateNotation(), "03/04/2026")
    assert DateNotation().read("05/05/2026") == date(2026, 5, 5)


def test_a_day_that_contradicts_its_column_is_refused() -> None:
    assert refused(MONTH_FIRST, "31/03/2026")
    assert refused(DAY_FIRST, "03/31/2026")


def test_dots_are_day_first_unless_the_user_says_otherwise() -> None:
    assert MONTH_FIRST.read("03.04.2026") == date(2026, 4, 3)
    assert DateNotation("mdy", chosen=True).read("03.04.2026") == date(2026, 3, 4)


def test_where_the_year_comes_first_nothing_else_is_read() -> None:
    year_first = DateNotation("ymd", chosen=True)
    assert year_first.read("2026/03/04") == date(2026, 3, 4)
    assert "does not begin with the year" in refused(year_first, "03/04/2026")


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["03/04/2026", "31/03/2026"], "dmy"), (["03/04/2026", "03/31/2026"], "mdy"),
        (["03/04/2026"], None), (["2026-01-02"], None), (["31.03.2026"], None),
        (["03/31/2026"] + ["31/03/2026"] * 10, "dmy"),
    ],
)  # fmt: skip
def test_a_column_proves_its_order(values: list[str], order: str | None) -> None:
    notation = order_of(values)
    assert notation
    assert notation.order == order


def test_a_column_that_mixes_orders_is_asked_about() -> None:
    table = column("issue_date", "03/31/2026", "31/03/2026")
    (said,) = reasons(read(table))
    assert said.startswith("column issue_date: some values begin with the day, others with the")
    assert 'date_order = "dmy"' in said


def test_the_user_decides_what_the_column_leaves_open() -> None:
    table = column("issue_date", "03/04/2026")
    assert reasons(read(table))
    assert the_invoice(table, ColumnMapping(date_order="dmy")).issue_date == date(2026, 4, 3)
    assert the_invoice(table, ColumnMapping(date_order="mdy")).issue_date == date(2026, 3, 4)


def test_a_column_is_read_like_the_other_dates_of_its_table() -> None:
    table = "number\tsupplier\tpayable_amount\tcurrency\tissue_date\tdue_date\n"
    table += "1\tGood Ltd\t1.00\tEUR\t03/04/2026\t30/04/2026\n"
    found = the_invoice(table)
    assert (found.issue_date, found.due_date) == (date(2026, 4, 3), date(2026, 4, 30))


def test_a_slip_in_one_row_is_a_problem_of_that_row() -> None:
    table = column("issue_date", *["31/03/2026"] * 12, "03/31/2026", "03/04/2026")
    found = read(table)
    assert [reason.split(":")[0] for reason in reasons(found)] == ["line 14", "line 15"]
    assert len(invoices(found)) == 12


@given(
    st.lists(DAYS, min_size=1, max_size=8), st.sampled_from(["dmy", "mdy"]), st.sampled_from("/-")
)
def test_a_column_is_read_in_its_own_order_or_asked_about(
    days: list[date], order: str, mark: str
) -> None:
    parts = {"dmy": f"%d{mark}%m{mark}%Y", "mdy": f"%m{mark}%d{mark}%Y"}[order]
    table = column("issue_date", *(day.strftime(parts) for day in days))
    found = read(table)
    if invoices(found):
        assert [invoice.issue_date for invoice in invoices(found)] == days
    else:
        assert all(day.day <= 12 for day in days)
        assert "two different days" in reasons(found)[0]


@given(DAYS, st.integers(0, 86_399))
def test_a_time_of_day_does_not_move_the_day(day: date, seconds: int) -> None:
    time = str(timedelta(seconds=seconds)).zfill(8)
    for text in (f"{day}T{time}Z", f"{day} {time}", f"{day}T{time}.5+05:30"):
        assert DateNotation().read(text) == day


@given(st.text(alphabet="0123456789/.-T: Z+", max_size=30))
def test_any_text_is_a_day_or_refused(text: str) -> None:
    for notation in (DAY_FIRST, MONTH_FIRST, DateNotation(), DateNotation("dmy", contested=True)):
        try:
            year = notation.read(text).year
        except UnreadableError as error:
            assert str(error).isprintable()  # noqa: PT017 - most texts are refused, some are not
        else:
            assert 1900 <= year < 2200
