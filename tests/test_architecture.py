"""The arrows of the code, proved on the import graph and again on what really gets loaded.

The graph alone cannot tell a deferred import from an eager one, so subprocesses look at
sys.modules. A new module is covered the day it is written.
"""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import house

ROOT = Path(__file__).parents[1]
PRODUCT = ("expense_agent", "tui")

IN_A_PROCESS_OF_THEIR_OWN = ("importers.pdf_content", "importers.xlsx_content")
LOADED_TO_START_IT = ("importers.reading_pool",)
LOADED_TO_WRITE_A_FILE = ("exporters.pain001", "exporters.given_back")
MOST_LINES_IN_A_FILE = 400
MOST_LINES_IN_A_FUNCTION = 60
MOST_METHODS_IN_A_CLASS = 25
"""Inherited ones included."""
MOST_METHODS_IN_A_SCREEN = 45
MOST_LINES_IN_THE_APP = 200
ROUNDABOUT = re.compile(r"(What|Who|Whom|Whose)(ever)?\b|Give (?!back\b|up\b|way\b)")

LOOK = """
import importlib, json, sys
names, unwanted = json.loads(sys.argv[1])
before, loaded = {module.partition(".")[0] for module in sys.modules}, {}
for name in names:
    importlib.import_module(name)
    for module in list(sys.modules):
        loaded.setdefault(module.partition(".")[0], name)
foreign = set(loaded) - before - sys.stdlib_module_names - {"expense_agent"}
found = foreign if unwanted is None else set(unwanted) & set(loaded)
print(json.dumps({module: loaded[module] for module in sorted(found)}))
"""


LATER = "import it in the function that needs it"


def modules(package: str) -> list[str]:
    """Name the modules of a package by its files, without importing any."""
    files = (ROOT / package.replace(".", "/")).rglob("*.py")
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files]
    return sorted(name.removesuffix(".__init__") for name in names)


def loaded_by(names: list[str], unwanted: list[str] | None) -> dict[str, str]:
    """Import modules in a new process; give what else was loaded, and by which of them.

    `unwanted` None: everything that is not of the standard library.
    """
    call = [sys.executable, "-c", LOOK, json.dumps([names, unwanted])]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.process
def test_the_import_contracts_hold() -> None:
    code = (
        "import sys; from importlinter.cli import lint_imports; "
        "sys.exit(lint_imports(no_cache=True, no_logo=True))"
    )
    call = [sys.executable, "-c", code]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.process
def test_the_terminal_loads_no_engine_before_it_is_asked_for() -> None:
    names = [name for name in modules("tui") if name != "tui.__main__"]
    assert loaded_by(names, ["langgraph", "langchain_core", "sqlite3", "pydantic"]) == {}, LATER


@pytest.mark.process
def test_the_domain_loads_the_standard_library_only() -> None:
    assert loaded_by(modules("expense_agent.domain"), None) == {}


@pytest.mark.process
def test_only_the_workflow_its_saver_and_a_running_import_load_langgraph() -> None:
    behind = (
        "expense_agent.engine",
        "expense_agent.workflow",
        "expense_agent.storage.sqlite.checkpoints",
    )
    acting = ("expense_agent.desks.submission", "expense_agent.__main__")
    names = [name for name in modules("expense_agent") if not name.startswith(behind + acting)]
    assert loaded_by(names, ["langgraph", "langchain_core", "langsmith"]) == {}, LATER


@pytest.mark.process
def test_nothing_loads_the_readers_libraries_before_a_file_of_theirs_is_met() -> None:
    late = (
        "__main__",
        *IN_A_PROCESS_OF_THEIR_OWN,
        *LOADED_TO_START_IT,
        *LOADED_TO_WRITE_A_FILE,
    )
    apart = {f"expense_agent.{name}" for name in late}
    names = [name for name in modules("expense_agent") if name not in apart]
    assert loaded_by(names, ["lxml", "pebble", "pypdf", "python_calamine"]) == {}, LATER


@pytest.mark.process
def test_the_engine_loads_no_terminal() -> None:
    names = [name for name in modules("expense_agent") if name != "expense_agent.__main__"]
    assert loaded_by(names, ["tui", "textual"]) == {}


@pytest.mark.process
def test_a_module_that_loads_too_much_is_found_and_named() -> None:
    assert loaded_by(["json", "expense_agent.storage"], ["sqlite3", "json"])["json"] == "json"


# --- size and shape


def sources(*folders: str) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield str(file.relative_to(ROOT)), file.read_text(encoding="utf-8")


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def too_large(file: str, text: str) -> Iterator[str]:
    """Say where a source breaks a limit of size."""
    if (length := len(text.splitlines())) > MOST_LINES_IN_A_FILE:
        yield f"{file}: {length} lines"
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if (length := lines_of(node)) > MOST_LINES_IN_A_FUNCTION:
                    yield f"{file}:{node.lineno}: {node.name} has {length} lines"
            case _:
                pass


def too_many_methods(known: dict[str, house.Class]) -> dict[str, int]:
    """Return the classes that have too many methods, inherited ones included."""
    found = {}
    for name in known:
        screen = house.is_screen(name, known)
        count = house.methods_with_inherited(name, known)
        if count > (MOST_METHODS_IN_A_SCREEN if screen else MOST_METHODS_IN_A_CLASS):
            found[name] = count
    return found


def hidden_imports(file: str, text: str) -> Iterator[str]:
    """Say where an import is kept from the contracts."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
                yield f"{file}:{node.lineno}: an import hidden behind TYPE_CHECKING"
            case _:
                pass


def roundabout(file: str, text: str) -> Iterator[str]:
    """Name the docstrings whose reader has to wait for the noun."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Expr(value=ast.Constant(value=str(said))) if ROUNDABOUT.match(said):
                yield f"{file}:{node.lineno}: begins with {said.split()[0]}"
            case _:
                pass


def test_docstrings_begin_with_their_subject_or_a_verb() -> None:
    everything = sources(*PRODUCT, "tests")
    found = [finding for source in everything for finding in roundabout(*source)]
    assert found == [], "begin with the subject, or with Return"


@pytest.mark.parametrize(
    "said", ["What it is.", "Whoever asks.", "Give the sum.", "Whom it is for."]
)
def test_a_roundabout_docstring_is_found(said: str) -> None:
    finding = f"x.py:1: begins with {said.split(maxsplit=1)[0]}"
    assert list(roundabout("x.py", f'"""{said}"""')) == [finding]
    assert list(roundabout("x.py", '"""Return what is left."""\n"""Give way."""')) == []


def test_nothing_in_the_product_is_too_large() -> None:
    found = [finding for source in sources(*PRODUCT) for finding in too_large(*source)]
    assert found == [], (
        f"{MOST_LINES_IN_A_FUNCTION} lines a function, {MOST_LINES_IN_A_FILE} a file"
    )


def test_no_class_is_a_tower() -> None:
    found = too_many_methods(house.classes(house.modules_of(ROOT, *PRODUCT)))
    assert found == {}, "inherited ones count: let a part have what is a subject of its own"


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Deferred imports count: a circle is one whenever it is walked."""
    found = house.cycles(house.modules_of(ROOT, *PRODUCT))
    assert found == [], "put what both need into a module below them"


def test_no_import_is_hidden_from_the_contracts() -> None:
    hidden = [found for source in sources(*PRODUCT, "tests") for found in hidden_imports(*source)]
    assert hidden == []


def test_no_statement_numbers_its_placeholders() -> None:
    """From Python 3.14 on sqlite3 refuses `?1` beside a sequence; PostgreSQL has no such thing."""
    storage = sources("expense_agent/storage")
    assert [file for file, text in storage if re.search(r"\?\d", text)] == []


def test_the_tables_speak_sql_that_another_database_takes() -> None:
    """SQL of SQLite alone stands below storage/sqlite."""
    own = re.compile(r"INSERT OR |REPLACE INTO|PRAGMA|sqlite_schema|last_insert_rowid|ifnull\(")
    tables = (ROOT / "expense_agent" / "storage").glob("*.py")
    assert [file.name for file in tables if own.search(file.read_text(encoding="utf-8"))] == []


ABOUT_THE_FILE = {
    "benchmarks/big_store.py", "benchmarks/many_payments.py",
    "chaos/test_damage.py", "chaos/test_hygiene.py", "chaos/test_locks.py",
    "chaos/test_tamper.py", "chaos/test_upkeep.py", "chaos/trials.py",
    "cli/test_deciding_commands.py", "cli/test_lost_ledger.py", "cli/test_store_commands.py",
    "storage/books.py", "storage/test_database.py", "storage/test_looking.py",
    "storage/test_sources.py", "storage/test_threads.py", "storage/test_transactions.py",
    "storage/test_verify.py", "storage/version_1.py",
    "workflow/test_engine_rules.py",
}  # fmt: skip
"""Tests that open a file of the store: damage, locks, tampering, backups, other versions."""


def test_only_tests_about_the_file_open_it_themselves() -> None:
    """All others reach the ledger through a database, and can run on another one."""
    opening = {
        file.removeprefix("tests/")
        for file, text in sources("tests")
        if "sqlite3.connect(" in text and file != "tests/test_architecture.py"
    }
    assert opening - ABOUT_THE_FILE == set(), "open a Database, as tests/storage/books.py does"
    assert ABOUT_THE_FILE - opening == set(), "they need not be named any more"


def test_the_app_carries_and_does_no_work_of_its_own() -> None:
    tree = ast.parse((ROOT / "tui" / "app.py").read_text(encoding="utf-8"))
    apps = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    assert [app.name for app in apps if lines_of(app) >= MOST_LINES_IN_THE_APP] == []


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("#\n" * 401, "x.py: 401 lines"),
        ("def f():\n" + "    1\n" * 60, "x.py:1: f has 61 lines"),
    ],
)
def test_each_limit_finds_what_breaks_it(text: str, finding: str) -> None:
    assert list(too_large("x.py", text)) == [finding]
    assert list(too_large("x.py", "async def f(): ...\nclass C: ...\n")) == []


def parsed(**texts: str) -> dict[str, house.Module]:
    return {name: house.Module(name, text, ast.parse(text)) for name, text in texts.items()}


def some_methods(name: str, count: int) -> str:
    return "".join(f"    def {name}{n}(self): ...\n" for n in range(count))


def test_inherited_methods_count_and_screens_may_have_more() -> None:
    known = house.classes(
        parsed(
            base="from textual.screen import Screen\n"
            f"class Part:\n{some_methods('m', 25)}"
            f"class Page(Screen[None]):\n{some_methods('m', 45)}",
            derived="import base\nfrom base import Page, Part\n"
            f"class More(Part):\n{some_methods('m', 2)}{some_methods('n', 1)}"
            f"class Higher(Page):\n{some_methods('n', 1)}",
        )
    )
    assert too_many_methods(known) == {"derived.More": 26, "derived.Higher": 46}


def test_a_circle_is_found_although_one_import_is_deferred() -> None:
    known = parsed(one="import two\n", two="def f():\n    import three\n", three="import one\n")
    assert house.cycles(known) == [["one", "three", "two"]]
    assert house.cycles(parsed(one="import two\n", two="import three\n", three="")) == []


@pytest.mark.parametrize("text", ["if TYPE_CHECKING: ...", "if typing.TYPE_CHECKING: ..."])
def test_a_hidden_import_is_found(text: str) -> None:
    finding = "x.py:1: an import hidden behind TYPE_CHECKING"
    assert list(hidden_imports("x.py", text)) == [finding]
