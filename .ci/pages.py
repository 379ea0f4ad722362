"""Renews what the reference pages take from the code: the keys, and the floors of the imports."""

import ast
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from textwrap import fill

import grimp

from expense_agent.pages import FOLDER
from tui.key_table import KEYS, TITLES, WORDS

ROOT = Path(__file__).parent.parent
WIDTH = 80
LAUNCHERS = ("tui.start", "tui.__main__", "tui.loading")
"""The modules of the terminal that know the engine; all others know its service only."""

Parts = Mapping[str, frozenset[str]]
"""Each part of the program with the parts it imports."""


def item(words: str) -> str:
    """Return a line of a list, as wide as a small terminal."""
    return fill(words, WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)


# --- keys


def keys() -> str:
    """Return every key in its group, with the name that config.toml calls it by."""
    return "\n\n".join(
        f"## {title}\n\n" + "\n".join(_keys_of(group)) for group, title in TITLES.items()
    )


def _keys_of(group: str) -> Iterator[str]:
    for key in (key for key in KEYS if key.screen == group):
        yield item(f"`{key.shown}` {key.help} (`{key.id}`)")
    if group == "command":
        yield from (item(f"`:{word.name} {word.takes}` {word.help}") for word in WORDS)


# --- floors


def parts() -> Parts:
    """Return the parts of the program, from the imports of its modules."""
    graph = grimp.build_graph("expense_agent", "tui", cache_dir=None)
    found: dict[str, set[str]] = {}
    for module in graph.modules:
        used = map(part_of, graph.find_modules_directly_imported_by(module))
        found.setdefault(part_of(module), set()).update(used)
    found.pop("expense_agent")  # only the version, and the variables LangGraph reads
    return {name: frozenset(used & found.keys() - {name}) for name, used in found.items()}


def part_of(module: str) -> str:
    """Return the part that a module belongs to."""
    if module in LAUNCHERS:
        return module
    package, *inner = module.split(".")
    return package if package == "tui" or not inner else inner[0]


def floors() -> str:
    """Return the floors from top to bottom; a part stands above everything it imports."""
    imports = parts()
    width = max(map(len, imports)) + 1
    lines = ["```text"]
    levels = levels_of(imports)
    for number in sorted(set(levels.values()), reverse=True):
        for place, name in enumerate(sorted(n for n in imports if levels[n] == number)):
            told = ", ".join(sorted(nearest(name, imports)))
            lead = f"{'' if place else number:>3}  {name:{width}}"
            line = f"{lead} -> {told}" if told else lead.rstrip()
            lines.append(fill(line, WIDTH, subsequent_indent=" " * len(f"{lead} -> ")))
    return "\n".join([*lines, "```"])


def levels_of(imports: Parts) -> dict[str, int]:
    """Return the floor of each part: one above the highest of those it imports."""
    levels: dict[str, int] = {}
    for name in TopologicalSorter(imports).static_order():  # a cycle is an error that names it
        levels[name] = 1 + max((levels[used] for used in imports[name]), default=0)
    return levels


def nearest(name: str, imports: Parts) -> frozenset[str]:
    """Leave out what a part reaches through another one anyway: too many arrows say nothing."""
    return imports[name] - frozenset[str]().union(*(below(used, imports) for used in imports[name]))


def below(name: str, imports: Parts) -> frozenset[str]:
    """Return all parts that a part reaches."""
    return imports[name].union(*(below(used, imports) for used in imports[name]))


def purposes() -> str:
    """Return what each part says of itself."""
    found = sorted(parts(), key=lambda name: (name.startswith("tui"), name))
    return "\n".join(item(f"`{name}`: {_purpose(name)}") for name in found)


def _purpose(name: str) -> str:
    """Return the first sentence of a part's docstring."""
    path = ROOT.joinpath(*(name if name.startswith("tui") else f"expense_agent.{name}").split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return re.split(r"(?<=\.)\s", said, maxsplit=1)[0].replace("\n", " ")


# --- pages

BLOCKS: Mapping[str, Callable[[], str]] = {"keys": keys, "floors": floors, "purposes": purposes}


def renewed(text: str) -> str:
    """Return a page with what is made of the code as the code is now."""
    for name, made in BLOCKS.items():
        block = re.compile(rf"(<!-- {name}: [^\n]* -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
        if block.search(text):
            content = made()
            text = block.sub(lambda found, new=content: f"{found[1]}\n{new}\n\n{found[2]}", text)
    return text


def main() -> None:
    """Renew all pages; with --check only say which ones are not as the code is."""
    stale = [
        page for page in sorted(FOLDER.glob("*.md")) if renewed(text_of(page)) != text_of(page)
    ]
    if "--check" in sys.argv:
        sys.exit("\n".join(f"{page}: run python .ci/pages.py" for page in stale) or 0)
    for page in stale:
        page.write_text(renewed(text_of(page)), encoding="utf-8")


def text_of(page: Path) -> str:
    """Return a page as it is kept."""
    return page.read_text(encoding="utf-8")


if __name__ == "__main__":
    main()
