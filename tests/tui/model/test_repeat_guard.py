from collections.abc import Callable
from itertools import chain, repeat

from tui.model.grace import RepeatGuard


def at(*seconds: float) -> Callable[[], float]:
    moments = chain(seconds, repeat(seconds[-1]))
    return lambda: next(moments)


def test_the_first_press_counts() -> None:
    assert RepeatGuard(at(5.0)).allows("approve")


def test_the_repeats_of_a_held_key_do_not_count_however_long_it_is_held() -> None:
    guard = RepeatGuard(at(0.0, 0.25, 0.28, 0.31, 0.56))
    assert [guard.allows("approve") for _ in range(5)] == [True, False, False, False, False]


def test_a_press_after_silence_counts_again() -> None:
    guard = RepeatGuard(at(0.0, 0.1, 0.5))
    assert [guard.allows("approve") for _ in range(3)] == [True, False, True]


def test_keys_do_not_silence_each_other() -> None:
    guard = RepeatGuard(at(0.0, 0.1))
    assert guard.allows("approve")
    assert guard.allows("confirm")


def test_a_press_just_after_the_list_moved_by_itself_does_not_count() -> None:
    guard = RepeatGuard(at(1.0, 1.2, 1.6))
    guard.list_moved()
    assert not guard.allows("approve")
    assert guard.allows("approve")
