from hypothesis import given
from hypothesis import strategies as st
from rich.segment import ControlType, Segment
from textual.color import Color
from textual.strip import Strip

from expense_agent.domain.invisible_chars import UNSAFE
from tui.safe_text import ControlGuard, guarded, inert, safe

BLACK = Color(0, 0, 0)


@given(st.text())
def test_whatever_the_text_nothing_unsafe_is_left(text: str) -> None:
    assert not UNSAFE.search(inert(text, 10_000))
    assert not UNSAFE.search(safe(text).plain)


def test_markup_is_text() -> None:
    assert safe("[red]x[/red] [@click=app.quit]").plain == "[red]x[/red] [@click=app.quit]"


def test_dangerous_characters_are_shown_not_dropped() -> None:
    assert inert("Good Co\rEVIL") == "Good Co\N{REPLACEMENT CHARACTER}EVIL"
    assert inert("a\x1b]52;c;x\x07") == "a␛]52;c;x\N{REPLACEMENT CHARACTER}"
    assert inert("\u202efdp.exe") == "⟨RLO⟩fdp.exe"


def test_joiners_that_names_need_stay() -> None:
    name = "\u0645\u06cc\u200c\u062e\u0648"
    assert inert(name) == name


def test_a_heap_of_marks_does_not_grow_over_other_lines() -> None:
    assert inert("Z" + "\u0335\u0301" * 40 + "!") == "Z\u0335\u0301\u0335!"
    assert inert("e\u0301\u0323") == "e\u0301\u0323"


def test_letters_written_with_invisible_tags_are_seen() -> None:
    assert inert("a\U000e0070\xad") == "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"


def test_endless_text_is_cut() -> None:
    assert len(inert("x" * 1000)) == 200


def test_the_guard_replaces_controls_in_text_and_lets_the_drivers_own_pass() -> None:
    control = Segment("\x1b[2J", None, [(ControlType.CLEAR,)])
    drawn = [Segment("fine"), Segment("bad\x1b[2J"), control]
    cleaned = ControlGuard().apply(drawn, BLACK)
    assert [segment.text for segment in cleaned] == [
        "fine",
        "bad\N{REPLACEMENT CHARACTER}[2J",
        "\x1b[2J",
    ]


def test_a_line_is_guarded_once_however_often_it_is_drawn() -> None:
    line = Strip([Segment("bad\x1b[2J")])
    first, second = (line.apply_filter(guarded([])[-1], BLACK) for _ in range(2))
    assert first is second
    assert first.text == "bad\N{REPLACEMENT CHARACTER}[2J"
