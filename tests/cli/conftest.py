"""One store filled once by `import`, copied for every test that changes it."""

import shutil
from pathlib import Path

import pytest

from expense_agent.cli import main
from expense_agent.settings import (
    APPROVER_VARIABLE,
    CATEGORIES_VARIABLE,
    POLICY_VARIABLE,
    STORE_VARIABLE,
)
from tests.cli.shell import BATCH, Shell


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the tester's own settings and store out."""
    for name in (STORE_VARIABLE, POLICY_VARIABLE, APPROVER_VARIABLE, CATEGORIES_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data home"))


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A shell on a store that does not exist yet."""
    return Shell(tmp_path / "store", capsys)


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imported")
    (folder / "batch.csv").write_text(BATCH, encoding="utf-8")
    store = folder / "store"
    assert main(["--store", str(store), "--as", "ines", "import", str(folder / "batch.csv")]) == 0
    return store


@pytest.fixture
def filled(imported: Path, shell: Shell) -> Shell:
    """A shell on a store with one paid invoice and three that wait."""
    shutil.copytree(imported, shell.store)
    return shell
