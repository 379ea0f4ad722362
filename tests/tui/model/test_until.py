from datetime import date

import pytest

from tui.model.until import NoSuchDay, until

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1", "2026-11-23"),
        ("2", "2026-11-23"),
        ("3", "2026-12-08"),
        ("10d", "2026-12-02"),
        ("12-31", "2026-12-31"),
        ("01-15", "2027-01-15"),
        (" 2027-03-01 ", "2027-03-01"),
    ],
)
def test_a_digit_stands_for_a_day_and_dates_can_be_short(text: str, day: str) -> None:
    assert until(text, "2026-12-10", SUNDAY).isoformat() == day


def test_next_monday_is_never_today() -> None:
    assert until("2", None, date(2026, 11, 23)).isoformat() == "2026-11-30"


@pytest.mark.parametrize(
    ("text", "due", "reason"),
    [
        ("3", None, "it has no due date"),
        ("3", "2026-11-23", "2026-11-21 is not after today"),
        ("2026-11-22", None, "2026-11-22 is not after today"),
        ("0d", None, "2026-11-22 is not after today"),
        ("soon", None, "write it as 2026-12-31, 12-31 or 10d"),
        ("02-30", None, "write it as 2026-12-31, 12-31 or 10d"),
    ],
)
def test_a_day_that_cannot_be_says_why(text: str, due: str | None, reason: str) -> None:
    with pytest.raises(NoSuchDay, match=reason):
        until(text, due, SUNDAY)
