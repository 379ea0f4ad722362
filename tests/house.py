"""Measures the shape of the code: how long, how deep, how entangled; `python -m tests.house`.

The figures are those of a table in which well-kept projects stand beside this one, so the counting
is plain: sources are parsed, never imported.
"""

import ast
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef
LONG = 60
"""Lines from which a function is called long."""


@dataclass(frozen=True, slots=True)
class Module:
    """One source file, parsed."""

    name: str
    text: str
    tree: ast.Module
    is_package: bool = False

    @property
    def lines(self) -> int:
        """Return how many lines it has."""
        return len(self.text.splitlines())


@dataclass(frozen=True, slots=True)
class Class:
    """One class with the names its bases resolve to."""

    name: str
    node: ast.ClassDef
    bases: tuple[str, ...]


def modules_of(root: Path, *packages: str) -> dict[str, Module]:
    """Parse every module of some packages; return them by their dotted names."""
    found = {}
    for package in packages:
        for file in sorted((root / package).rglob("*.py")):
            parts = file.relative_to(root).with_suffix("").parts
            is_package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if is_package else parts)
            text = file.read_text(encoding="utf-8")
            found[name] = Module(name, text, ast.parse(text), is_package)
    return found


def functions(modules: Mapping[str, Module]) -> Iterator[tuple[str, Function]]:
    """Yield every function and method with the name of its module."""
    for module in modules.values():
        for node in ast.walk(module.tree):
            if isinstance(node, Function):
                yield module.name, node


def length(node: Function | ast.ClassDef) -> int:
    """Return the lines of a definition, decorators apart."""
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


# --- which module imports which


def imported(module: Module, known: Iterable[str]) -> set[str]:
    """Return the modules of the project that one imports, wherever in it the import stands."""
    names = set(known)
    found: set[str] = set()
    for node in ast.walk(module.tree):
        match node:
            case ast.Import():
                found |= {_nearest(alias.name, names) for alias in node.names}
            case ast.ImportFrom():
                base = _absolute(module, node)
                found |= {_nearest(f"{base}.{alias.name}", names) for alias in node.names}
            case _:
                pass
    return found - {"", module.name}


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    kept = parts[: len(parts) - node.level + module.is_package]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _nearest(name: str, known: set[str]) -> str:
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name


def cycles(modules: Mapping[str, Module]) -> list[list[str]]:
    """Return the groups of modules that import each other in a circle, the largest first.

    Deferred imports count; a package that hands on names of its own modules does not.
    """
    arrows = {name: imported(module, modules) for name, module in modules.items()}
    groups = [sorted(group) for group in _strongly_connected(arrows) if len(group) > 1]
    return sorted(groups, key=len, reverse=True)


def _strongly_connected(arrows: Mapping[str, set[str]]) -> Iterator[set[str]]:
    """Yield the strongly connected components, as Kosaraju found them: two walks."""
    back: dict[str, set[str]] = defaultdict(set)
    for origin, targets in arrows.items():
        for target in targets:
            back[target].add(origin)
    order: list[str] = []
    seen: set[str] = set()
    for origin in arrows:
        order += _walk(origin, arrows, seen)
    seen = set()
    for origin in reversed(order):
        if group := set(_walk(origin, back, seen)):
            yield group


def _walk(origin: str, arrows: Mapping[str, set[str]], seen: set[str]) -> list[str]:
    """Walk depth first from a module; return what was new, in the order it was left."""
    left: list[str] = []
    stack: list[tuple[str, Iterator[str]]] = []

    def enter(name: str) -> None:
        if name not in seen:
            seen.add(name)
            stack.append((name, iter(sorted(arrows.get(name, ())))))

    enter(origin)
    while stack:
        name, targets = stack[-1]
        target = next(targets, None)
        if target is None:
            left.append(name)
            stack.pop()
        else:
            enter(target)
    return left


# --- classes


def classes(modules: Mapping[str, Module]) -> dict[str, Class]:
    """Return every top-level class by its full name."""
    found = {}
    for module in modules.values():
        names = _imported_names(module, modules)
        local = {node.name for node in module.tree.body if isinstance(node, ast.ClassDef)}
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef):
                bases = (_base(base) for base in node.bases)
                full = (f"{module.name}.{b}" if b in local else names.get(b, b) for b in bases)
                found[f"{module.name}.{node.name}"] = Class(node.name, node, tuple(full))
    return found


def _base(node: ast.expr) -> str:
    match node:
        case ast.Subscript(value=value):
            return _base(value)
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            return f"{owner}.{name}"
        case ast.Name(id=name):
            return name
        case _:
            return ""


def _imported_names(module: Module, known: Mapping[str, Module]) -> dict[str, str]:
    names: dict[str, str] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom):
            base = _absolute(module, node)
            for alias in node.names:
                origin = _origin(f"{base}.{alias.name}", known)
                names[alias.asname or alias.name] = origin
    return names


def _origin(name: str, known: Mapping[str, Module]) -> str:
    """Follow a name that a package hands on to the module that defines it."""
    package, _, own = name.rpartition(".")
    module = known.get(package)
    if module is None or not module.is_package:
        return name
    for node in module.tree.body:
        if isinstance(node, ast.ImportFrom) and own in {a.asname or a.name for a in node.names}:
            return _origin(f"{_absolute(module, node)}.{own}", known)
    return name


def methods_of(node: ast.ClassDef) -> list[Function]:
    """Return the methods a class defines itself."""
    return [inner for inner in node.body if isinstance(inner, Function)]


def lineage(name: str, known: Mapping[str, Class]) -> list[str]:
    """Return a class and its bases within the project, each once."""
    found: list[str] = []
    for candidate in (name, *(known[name].bases if name in known else ())):
        if candidate == name and name in known:
            found.append(name)
        elif candidate in known:
            found += [base for base in lineage(candidate, known) if base not in found]
    return found


def methods_with_inherited(name: str, known: Mapping[str, Class]) -> int:
    """Return how many methods a class has, its bases' within the project included."""
    names = {m.name for one in lineage(name, known) for m in methods_of(known[one].node)}
    return len(names)


def is_screen(name: str, known: Mapping[str, Class]) -> bool:
    """Whether a class is a screen of the terminal."""
    bases = {base for one in lineage(name, known) for base in known[one].bases}
    return bool(bases & {"textual.screen.Screen", "textual.screen.ModalScreen"})


def passes_through(node: Function) -> bool:
    """Whether a method only hands its own arguments to a method of an attribute."""
    body = node.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    if len(body) != 1 or not isinstance(body[0], ast.Return | ast.Expr):
        return False
    value = body[0].value
    value = value.value if isinstance(value, ast.Await) else value
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Attribute(value=ast.Name(id="self")))):
            given = [*value.args, *(word.value for word in value.keywords)]
            names = [arg.id for arg in given if isinstance(arg, ast.Name)]
            own = [a.arg for a in (*node.args.args[1:], *node.args.kwonlyargs)]
            return len(names) == len(given) and names == own
        case _:
            return False


# --- the row


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of a code base."""

    functions: tuple[int, int, int]
    """Lines of a function: median, 90th percentile, most."""
    long_functions: float
    most_methods: list[tuple[int, str]]
    """The classes with the most methods, inherited ones included."""
    large_classes: int
    """Classes with more than 25 methods, inherited ones included."""
    largest_cycle: int
    broad_excepts: int
    modules: int
    median_file: int
    shared_names: tuple[int, int]
    """File names used twice or more, and by how many modules."""
    pass_through: int


def measure(root: Path, *packages: str) -> Row:
    """Measure the packages below a folder."""
    modules = modules_of(root, *packages)
    lengths = sorted(length(node) for _, node in functions(modules))
    known = classes(modules)
    counts = sorted(((methods_with_inherited(n, known), n) for n in known), reverse=True)
    names = Counter(n.rpartition(".")[2] for n, m in modules.items() if not m.is_package)
    shared = [count for count in names.values() if count > 1]
    circles = cycles(modules)
    return Row(
        functions=(round(statistics.median(lengths)), lengths[len(lengths) * 9 // 10], lengths[-1]),
        long_functions=sum(lines > LONG for lines in lengths) / len(lengths),
        most_methods=counts[:5],
        large_classes=sum(count > 25 for count, _ in counts),
        largest_cycle=len(circles[0]) if circles else 0,
        broad_excepts=sum(_broad_excepts(module) for module in modules.values()),
        modules=len(modules),
        median_file=round(statistics.median(module.lines for module in modules.values())),
        shared_names=(len(shared), sum(shared)),
        pass_through=sum(
            passes_through(method) for one in known.values() for method in methods_of(one.node)
        ),
    )


def _broad_excepts(module: Module) -> int:
    handlers = (node for node in ast.walk(module.tree) if isinstance(node, ast.ExceptHandler))
    return sum(handler.type is None or _is_broad(handler.type) for handler in handlers)


def _is_broad(caught: ast.expr) -> bool:
    names = {node.id for node in ast.walk(caught) if isinstance(node, ast.Name)}
    return bool(names & {"Exception", "BaseException"})


def main() -> None:
    """Print the row of this project, or of another one: root and packages."""
    root, *packages = sys.argv[1:] or [".", "expense_agent", "tui"]
    row = measure(Path(root), *packages)
    for name in row.__slots__:
        print(f"{name:15} {getattr(row, name)}")  # noqa: T201 - a script


if __name__ == "__main__":
    main()
