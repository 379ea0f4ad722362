"""What is made of the table of keys: bindings, footers, the README; and the proof that none clash.

Approving is never on Enter or space, and two keys of one screen never clash.
"""

from collections.abc import Iterable

from textual.binding import Binding, BindingType

from tui.key_table import FOOTERS, KEYS, SCREENS, TITLES, Key


def keys_of(*groups: str) -> tuple[Key, ...]:
    """Give the keys of some groups, in the order of the table."""
    return tuple(key for key in KEYS if key.screen in groups)


def footer_of(screen: str) -> tuple[Key, ...]:
    """Give the keys of a screen's footer, the most needed first."""
    by_id = {key.id: key for key in KEYS}
    return tuple(by_id[wanted] for wanted in FOOTERS[screen])


def bindings(*groups: str) -> list[BindingType]:
    """Give the Textual bindings of some groups."""
    return [
        Binding(key.keys, key.action, key.label or key.help, show=False, id=key.id)
        for key in keys_of(*groups)
    ]


def clashes(table: Iterable[Key] = KEYS) -> list[str]:
    """Name every clash: a key with two meanings on one screen, or approving by Enter or space."""
    table = tuple(table)
    found = [
        f"{key.id}: approving is never on {name}"
        for key in table
        for name in key.keys.split(",")
        if key.action == "approve" and name in ("enter", "space")
    ]
    for screen, groups in SCREENS.items():
        owners: dict[str, str] = {}
        for key in (k for k in table if k.screen in groups):
            for name in key.keys.split(","):
                first = owners.setdefault(name, key.id)
                if first != key.id:
                    found.append(f"{screen}: {name} is both {first} and {key.id}")
    return found


def readme_table() -> str:
    """Give the keys as the Markdown table of the README."""
    lines = ["| where | key | what it does |", "| --- | --- | --- |"]
    for group, title in TITLES.items():
        lines += [f"| {title} | `{key.shown}` | {key.help} |" for key in keys_of(group)]
    return "\n".join(lines)
