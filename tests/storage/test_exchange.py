"""Files are exchanged whole: whenever it is killed, the next one to come moves the rest."""

from contextlib import suppress
from pathlib import Path

import pytest

from expense_agent.errors import StoreUnusable
from expense_agent.storage.sqlite.exchange import (
    PLAN_FILE,
    Plan,
    carry_through,
    exchange,
    is_under_way,
)

PLAN = Plan(("a", "b", "b-wal", "c"), new="new", aside="old")
OLD, NEW = {"a": "old a", "b": "old b", "b-wal": "log"}, {"a": "new a", "c": "new c"}
MOVES = 7
"""The plan is put down twice; three files are moved out and two in."""


def killed_at(step: int, patch: pytest.MonkeyPatch) -> None:
    """Let the n-th move of a file, or of the plan into its place, not come any more."""
    calls = iter(range(1, 99))

    def dying(move: str, *, only_plan: bool) -> None:
        original = getattr(Path, move)

        def moved(path: Path, target: Path) -> Path:
            counts = not only_plan or target.name == PLAN_FILE
            if counts and next(calls) == step:
                raise KeyboardInterrupt
            result: Path = original(path, target)
            return result

        patch.setattr(Path, move, moved)

    dying("rename", only_plan=False)
    dying("replace", only_plan=True)


def content(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    for folder, files in ((tmp_path, OLD), (tmp_path / "new", NEW)):
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text)
    return tmp_path


def test_the_old_files_are_kept_and_the_new_ones_are_there(store: Path) -> None:
    exchange(store, PLAN)
    assert (content(store), content(store / "old")) == (NEW, OLD)
    assert not (store / "new").exists()


@pytest.mark.parametrize("step", range(1, MOVES + 1))
def test_killed_at_any_move_it_is_the_old_store_or_carried_through(
    store: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    with monkeypatch.context() as patch:
        killed_at(step, patch)
        with pytest.raises(KeyboardInterrupt):
            exchange(store, PLAN)
    if not is_under_way(store):
        assert step == 1
        assert content(store).items() >= OLD.items()
        return
    with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
        killed_at(2, patch)  # and once more, on the way
        carry_through(store)
    carry_through(store)
    assert (content(store), content(store / "old")) == (NEW, OLD)


def test_a_disk_that_fails_half_way_is_told(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", full)
        with pytest.raises(StoreUnusable, match=r"half way \(No space left .*\); run it again"):
            exchange(store, PLAN)
    carry_through(store)
    assert content(store) == NEW
