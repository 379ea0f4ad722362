"""No value crosses the service protocol as a dict of anything: mypy finds a renamed field."""

import ast
from collections.abc import Iterator

import pytest

from tests.test_architecture import sources

READ_THEIR_OWN_FILES = {
    f"tui/{name}.py" for name in ("__main__", "choices", "unfinished", "model/intent")
}
NAME_THEIR_OWN_COLUMNS = {"tui/widgets/queue_columns.py"}
READ_THE_ENVIRONMENT = {"tui/widgets/header_line.py"}


def untyped(file: str, text: str) -> Iterator[str]:
    """Say where a source names a type that lets everything through."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Name(id="Any" | "object" as name):
                yield f"{file}:{node.lineno}: {name}"
            case _:
                pass


def string_keys(file: str, text: str) -> Iterator[str]:
    """Say where a source reads something by a name that mypy cannot check."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Subscript(slice=ast.Constant(value=str(key)), ctx=ast.Load()):
                yield f"{file}:{node.lineno}: {key}"
            case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(key)), *_]):
                yield f"{file}:{node.lineno}: {key}"
            case _:
                pass


def test_the_service_protocol_carries_no_dict_of_anything() -> None:
    protocol = list(sources("expense_agent/service"))
    assert protocol
    assert [found for source in protocol for found in untyped(*source)] == []


def test_the_terminal_reads_fields_not_string_keys() -> None:
    own = READ_THEIR_OWN_FILES | NAME_THEIR_OWN_COLUMNS | READ_THE_ENVIRONMENT
    found = {source[0] for source in sources("tui") if list(string_keys(*source))}
    assert found - own == set()
    assert own - found == set(), "an exception that is not needed any more"


@pytest.mark.parametrize("said", ["x: dict[str, Any]", "def f() -> Mapping[str, object]: ..."])
def test_a_dict_of_anything_is_found(said: str) -> None:
    assert len(list(untyped("x.py", said))) == 1
    assert list(untyped("x.py", "x: dict[str, str]")) == []


@pytest.mark.parametrize("said", ['x["supplier"]', 'x.get("supplier")', 'x.get("supplier", "")'])
def test_a_string_key_is_found(said: str) -> None:
    assert list(string_keys("x.py", said)) == ["x.py:1: supplier"]
    assert list(string_keys("x.py", "x.supplier; x[0]; x.get(name)")) == []
