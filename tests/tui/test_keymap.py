from dataclasses import replace

from tui.key_table import FOOTERS, KEYS, SCREENS, TITLES
from tui.keymap import clashes, footer_of


def test_the_shipped_keys_do_not_clash() -> None:
    assert clashes() == []


def test_two_meanings_of_one_key_on_one_screen_are_a_clash() -> None:
    reject = next(key for key in KEYS if key.id == "decide.reject")
    found = clashes((*(k for k in KEYS if k is not reject), replace(reject, keys="a")))
    assert found == [
        "queue: a is both decide.approve and decide.reject",
        "detail: a is both decide.approve and decide.reject",
        "compare_twin: a is both decide.approve and decide.reject",
    ]


def test_the_same_key_on_different_screens_is_no_clash() -> None:
    assert {"edit.save", "review.confirm"} <= {key.id for key in KEYS if "y" in key.keys}


def test_approving_on_enter_or_space_is_refused() -> None:
    approve = next(key for key in KEYS if key.id == "decide.approve")
    for name in ("enter", "space"):
        (first, *_) = clashes((replace(approve, keys=name),))
        assert first == f"decide.approve: approving is never on {name}"


def test_no_key_is_one_that_terminals_and_multiplexers_take() -> None:
    taken = {"ctrl+a", "ctrl+b", "ctrl+j", "ctrl+o", "ctrl+q", "ctrl+s", "ctrl+z", "ctrl+space"}
    assert not taken & {name for key in KEYS for name in key.keys.split(",")}


def test_a_key_has_the_name_that_textual_gives_it_or_no_clash_with_it_is_found() -> None:
    names = [name for key in KEYS for name in key.keys.split(",")]
    assert [name for name in names if len(name) == 1 and not name.isalnum()] == [], (
        'written out, as "slash"'
    )


def test_ids_are_unique_and_every_group_has_a_title() -> None:
    assert len({key.id for key in KEYS}) == len(KEYS)
    assert {key.screen for key in KEYS} == set(TITLES)
    assert {group for groups in SCREENS.values() for group in groups} == set(TITLES)


def test_what_stands_in_a_footer_has_a_label() -> None:
    assert all(key.label for screen in FOOTERS for key in footer_of(screen))
