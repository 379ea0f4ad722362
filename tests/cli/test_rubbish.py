"""Every option and argument of every command is given rubbish; the parser itself names them.

Each place gets some of the absurd values; `EXPENSE_AGENT_CHAOS=1` gives each all of them.
"""

import importlib
import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from expense_agent.arguments import file_name
from expense_agent.cli.parser import build_parser
from tests.cli.grammar import Place, places
from tests.cli.shell import Ran, Shell

PARSER = build_parser()
PLACES = places(PARSER)
EMPTY = ("", " ", "\t\n", "\u3000\u00a0")
ABSURD = (
    "-", "--", "-1", "9" * 5000, "x" * 20_000, "1e999999", "NaN", "0001-01-01", "9999-12-31",
    "2026-02-30", "\x1b]0;owned\x07\r\n\x1b[31m", "NUL\0", "\udcff", "~no-such-user/x",
    "a=" + "9" * 5000, "[" * 3000, f"a{'.a' * 4000}=1", "%s%n{0}", "'", "💣" * 300,
)  # fmt: skip
SOME = len(ABSURD) if "EXPENSE_AGENT_CHAOS" in os.environ else 3
turn = count()


@pytest.fixture(autouse=True)
def built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Building the parser takes longer than most commands."""
    # By its module: the package shows the function of the same name.
    module = importlib.import_module("expense_agent.cli.main")
    monkeypatch.setattr(module, "build_parser", lambda: PARSER)


@pytest.fixture(scope="module")
def store(imported: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(imported, tmp_path_factory.mktemp("rubbish") / "store"))


@pytest.fixture
def untouched(store: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    """A shell on a store whose ledger must stay as it is."""
    before = (store / "ledger.db").read_bytes()
    yield Shell(store, capsys)
    assert (store / "ledger.db").read_bytes() == before


def test_the_walk_meets_every_kind_of_place() -> None:
    assert {
        "queue --as", "approve ID", "pay-run --again", "policy try KEY=VALUE", "import PATH",
        "categories confirm --category",
    } <= {str(place) for place in PLACES}  # fmt: skip


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_an_empty_value_is_wrong_usage_everywhere(shell: Shell, place: Place) -> None:
    for value in EMPTY:
        ran = shell.plain("--store", shell.store, *place.given(value))
        assert (ran.code, ran.out) == (2, ""), value
        assert ran.err.endswith(": is empty\n"), value
    assert not shell.store.exists()


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_an_absurd_value_is_refused_in_words_or_changes_nothing(
    untouched: Shell, place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for value in (ABSURD[next(turn) % len(ABSURD)] for _ in range(SOME)):
        ran = untouched(*place.given(value))
        assert ran.code in (0, 1, 2, 3), value[:20]
        assert ran.code == 0 or (ran.out + ran.err).strip(), value[:20]
        assert harmless(ran), value[:20]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "place", [p for p in PLACES if p.action.type in (Path, file_name)], ids=str
)
def test_no_file_is_waited_for_or_read_without_end(
    untouched: Shell, place: Place, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    for value in ("pipe", "/dev/zero", "/dev/full", ".", "x" * 300, "pipe/x"):
        ran = untouched(*place.given(value))
        assert ran.code in (0, 1, 2, 3), value
        assert ran.code == 0 or (ran.out + ran.err).strip(), value


def harmless(ran: Ran) -> bool:
    """Whether a terminal obeys nothing of what was printed."""
    return all(c.isprintable() or c == "\n" for c in ran.out + ran.err)
