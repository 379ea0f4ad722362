import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest
from textual.widgets import Static

from expense_agent.errors import UsageProblem
from tui.__main__ import run
from tui.app import ApprovalsApp, Board, Connect
from tui.guarded_app import GuardedApp

ROOT = Path(__file__).parents[2]


def modules_after(code: str) -> set[str]:
    """Run code in a fresh interpreter; give the modules it has loaded by then."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


HEAVY = {
    "langgraph",
    "langchain_core",
    "langsmith",
    "langchain_openai",
    "pydantic",
    "lxml",
    "pypdf",
}


def test_a_command_word_never_loads_textual(tmp_path: Path) -> None:
    code = f"from tui.__main__ import run; run(['--store', {str(tmp_path / 's')!r}, 'queue'])"
    loaded = modules_after(code)
    assert "expense_agent.cli" in loaded
    assert not {"textual", "rich"} & loaded


@pytest.mark.process
def test_neither_langgraph_nor_parsers_are_loaded_when_the_queue_is_painted(tmp_path: Path) -> None:
    code = f"""
from expense_agent.agent import open_agent
from expense_agent.settings import settings_from
from tui.app import ApprovalsApp
from tui.choices import Choices
from tui.switchboard import Switchboard
def connect(app):
    global board
    board = Switchboard(app, lambda: open_agent(settings), Choices())
    board.decisions.launch = app.exit
    return board
settings = settings_from({str(tmp_path / "store")!r}, None, "ann")
ApprovalsApp(lambda: connect).run(headless=True, size=(120, 40))
assert board.session.inbox.loaded
"""
    loaded = modules_after(code)
    assert not HEAVY & loaded
    assert {"textual", "expense_agent.agent"} <= loaded


def test_a_frame_may_follow_closely_on_another(tmp_path: Path) -> None:
    code = f"""
import sys
from types import SimpleNamespace
from tui.__main__ import FRAMES_A_SECOND, run
def opened():
    from textual.screen import UPDATE_PERIOD
    assert UPDATE_PERIOD == 1 / FRAMES_A_SECOND, UPDATE_PERIOD
app = SimpleNamespace(run=opened, end=None, refused=None, board=None, return_code=0)
sys.modules["tui.app"] = SimpleNamespace(ApprovalsApp=lambda *_, **__: app, Connect=None)
assert run(["--store", {str(tmp_path / "store")!r}]) == 0
"""
    assert "textual.screen" in modules_after(code)


def test_the_first_frame_needs_textual_and_a_handful_of_our_modules(tmp_path: Path) -> None:
    code = f"""
from functools import partialmethod
from expense_agent.errors import UsageProblem
from tui.__main__ import run
from tui.app import ApprovalsApp, Board, Connect
from tui.app import ApprovalsApp
from tui.screens.opening import OpeningScreen
def loading(app):
    painted.append(type(app.screen))
    app.call_from_thread(app.exit)
painted = []
ApprovalsApp._loading = loading
ApprovalsApp.run = partialmethod(ApprovalsApp.run, headless=True, size=(120, 40))
assert run(["--store", {str(tmp_path / "store")!r}]) == 0
assert painted == [OpeningScreen]
"""
    loaded = modules_after(code)
    assert not (HEAVY | {"sqlite3"}) & loaded
    ours = {name for name in loaded if name.startswith(("expense_agent.", "tui."))}
    assert {"tui.app", "tui.screens.opening"} <= ours
    assert not {"expense_agent.service", "tui.session", "tui.screens.queue_screen"} & ours
    assert len(ours) < 24


@pytest.mark.parametrize("module", ["service", "views"])
def test_what_the_terminal_knows_of_the_engine_needs_the_standard_library_only(module: str) -> None:
    loaded = modules_after(f"import expense_agent.{module}")
    others = {name.partition(".")[0] for name in loaded} - set(sys.stdlib_module_names)
    ours = {name for name in others if not name.startswith(("_", "expense_agent"))}
    assert not ours & (HEAVY | {"textual", "rich", "platformdirs"})


def test_help_comes_from_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["--help"])
    assert ended.value.code == 0
    assert "import" in capsys.readouterr().out


def test_an_unknown_option_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["--nonsense"])
    assert ended.value.code == 2
    assert "nonsense" in capsys.readouterr().err


def test_a_demo_is_not_put_into_a_folder_that_holds_something_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    assert run(["demo", "--keep", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


async def test_who_quits_on_the_first_frame_is_not_shown_the_queue_afterwards() -> None:
    loading, loaded = Event(), []

    def connect(app: GuardedApp) -> Board:
        loaded.append(app)
        raise AssertionError

    def load() -> Connect:
        loading.wait(10)
        return connect

    app = ApprovalsApp(load)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "opening the store" in str(app.screen.query_one("#status", Static).content)
        await pilot.press("q")
        loading.set()
    assert app.return_code == 0
    assert not loaded


async def test_an_environment_that_is_wrong_ends_the_app_with_its_reason() -> None:
    def load() -> Connect:
        raise UsageProblem("EXPENSE_AGENT_GRACE=long: write seconds from 0 to 120")

    app = ApprovalsApp(load)
    async with app.run_test(size=(80, 24)) as pilot:
        while app.is_running:
            await pilot.pause(0.01)
    assert "EXPENSE_AGENT_GRACE=long" in str(app.refused)


@pytest.mark.parametrize(
    ("keep", "code", "said"),
    [
        ("~no-such-user/x", 2, "home folder"),
        ("f", 1, "f: Not a dir"),
        ("x" * 300, 1, "name too long"),
    ],
)
def test_a_demo_that_cannot_be_kept_says_why(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    keep: str,
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f").write_text("mine")
    assert run(["demo", "--keep", keep]) == code
    assert said in capsys.readouterr().err
