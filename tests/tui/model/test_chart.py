from decimal import Decimal

from tui.sections.figures_section import BAR, bar, columns


def test_a_bar_is_as_long_as_its_share_and_never_nothing_for_something() -> None:
    assert bar(10, 10, ascii_only=False) == "█" * BAR
    assert bar(Decimal("0.01"), Decimal(1000), ascii_only=False) == "▏"
    assert bar(5, 10, ascii_only=True) == "#" * (BAR // 2)
    assert bar(1, 10_000, ascii_only=True) == "#"
    assert bar(0, 10, ascii_only=False) == bar(0, 0, ascii_only=False) == ""


def test_columns_stand_side_by_side_and_the_largest_fills_all_lines() -> None:
    assert columns([0, 1, 2, 4], 2, ascii_only=False) == ["   █", " ▄██"]
    assert columns([0, 1, 4], 2, ascii_only=True) == ["  #", " ##"]
    assert columns([0, 0], 2, ascii_only=False) == columns([], 2, ascii_only=True) == []
