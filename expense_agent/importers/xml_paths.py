"""Which element of a syntax holds which field, and the one walk that collects them all.

A table reads like the field list of EN 16931: path -> field. Elements that no path names, or that
stand in another namespace, are never looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from expense_agent.importers.assemble import MOST_LINES
from expense_agent.importers.problem import UnreadableError
from expense_agent.importers.safe_xml import Element
from expense_agent.importers.text import LONGEST_TEXT, named, printable, shown

Paths: TypeAlias = "Mapping[str, str | tuple[str, Paths]]"
"""Path -> field, or (name of a list of parts, paths inside each part).

A path is names parted by "/"; "@name" is an attribute, "." the part's own text, and a "+" at the
end means that the element may repeat, its texts being lines of one text.
"""


@dataclass(frozen=True, slots=True)
class Found:
    """The result of the walk: texts as written, by field, and parts that may repeat."""

    values: dict[str, str] = field(default_factory=dict)
    parts: "dict[str, list[Found]]" = field(default_factory=dict)


@dataclass(slots=True)
class Step:
    """The use of an element: a field, a part, or the way to one."""

    name: str = ""
    """Empty for an element on the way."""
    repeats: bool = False
    part: bool = False
    attribute: tuple[str, str] | None = None
    """Attribute, and the field it fills."""
    below: "dict[str, Step]" = field(default_factory=dict)


def compiled(paths: Paths, prefixes: Mapping[str, str]) -> Step:
    """Build the tree of steps of a table; "cbc:ID" becomes "{namespace of cbc}ID"."""
    top = Step()
    for path, target in paths.items():
        step = top
        for name in path.split("/"):
            if not name.startswith("@"):
                step = step.below.setdefault(_qualified(name.removesuffix("+"), prefixes), Step())
        if not isinstance(target, str):
            step.name, inner = target
            step.part, step.below = True, compiled(inner, prefixes).below
        elif "@" in path:
            step.attribute = path.partition("@")[2], target
        else:
            step.name, step.repeats = target, path.endswith("+")
    return top


def with_currency(amounts: Mapping[str, str], under: str = "") -> Mapping[str, str]:
    """Return paths of amounts together with those of their currencies, "amount/currency"."""
    at = {f"{under}{path}": name for path, name in amounts.items()}
    return {**at, **{f"{path}/@currencyID": f"{name}/currency" for path, name in at.items()}}


def renamed(paths: Paths, names: Mapping[str, str]) -> Paths:
    """Return the same table for a syntax that has other names for some elements."""
    return {
        "/".join(names.get(name, name) for name in path.split("/")): (
            target if isinstance(target, str) else (target[0], renamed(target[1], names))
        )
        for path, target in paths.items()
    }


def gathered(root: Element, table: Step) -> Found:
    """Walk the elements a table names; raises UnreadableError for a value that is not certain."""
    found = Found()
    _gather(root, table.below, found)
    return found


def _gather(node: Element, below: Mapping[str, Step], found: Found) -> None:
    for child in node:
        step = below.get(child.tag)
        if step is None:
            continue
        if step.part:
            part = Found()
            parts = found.parts.setdefault(step.name, [])
            parts.append(part)
            if len(parts) > MOST_LINES:
                raise UnreadableError(f"more than {MOST_LINES:,} {named(step.name)}")
            if own := step.below.get("."):
                _take(child, own, part)
            else:
                _gather(child, step.below, part)
        elif step.below:
            _gather(child, step.below, found)
        else:
            _take(child, step, found)


def _take(leaf: Element, step: Step, found: Found) -> None:
    """Keep the text of a leaf; empty is absent, and the same field twice must say the same."""
    if len(leaf):
        raise UnreadableError(f"{_local(leaf)} holds other elements where a value should stand")
    text, name = leaf.text, step.name
    if text is None or text.isspace():
        return
    values = found.values
    before = values.get(name)
    attribute = leaf.get(step.attribute[0]) if step.attribute else None
    if before is None:
        values[name] = text
        if attribute and step.attribute:
            values[step.attribute[1]] = attribute
    elif step.repeats and len(before) <= LONGEST_TEXT:
        values[name] = f"{before}\n{text}"
    elif step.repeats:
        raise UnreadableError(f"{named(name)} has more than {LONGEST_TEXT:,} characters")
    elif before.strip() != text.strip() or (
        step.attribute and values.get(step.attribute[1]) != attribute
    ):
        both = f"{shown(before.strip())} and {shown(text.strip())}"
        raise UnreadableError(f"{named(name)} ({_local(leaf)}) stands twice: {both}")


def _local(element: Element) -> str:
    return printable(str(element.tag).rpartition("}")[2])


def _qualified(name: str, prefixes: Mapping[str, str]) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{prefixes[prefix]}}}{local}" if prefix else name
