import subprocess
import sys
from pathlib import Path

import pytest

from tui.__main__ import run

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
class Watched(ApprovalsApp):
    def on_answered(self, message):
        if message.kind == "queue":
            self.engine.launch = self.exit
app = Watched(lambda: open_agent(settings_from({str(tmp_path / "store")!r}, None, "ann")))
app.run(headless=True, size=(120, 40))
assert app.session.inbox.loaded
"""
    loaded = modules_after(code)
    assert not HEAVY & loaded
    assert {"textual", "expense_agent.agent"} <= loaded


def test_the_first_frame_needs_neither_the_agent_nor_sqlite() -> None:
    loaded = modules_after("import tui.app")
    assert not (HEAVY | {"sqlite3", "expense_agent.agent"}) & loaded


@pytest.mark.parametrize("module", ["service", "queue_filter"])
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
