"""Bindings and footers made of the table of keys; and the proof that none clash.

Approving is never on Enter or space, and two keys of one screen never clash.
"""

from collections.abc import Iterable

from textual.binding import Binding, BindingType
from textual.keys import format_key

from tui.key_table import FOOTERS, KEYS, SCREENS, Key

_in_force: dict[str, Key] = {key.id: key for key in KEYS}
"""The keys of this process: bindings belong to classes, so there is one map for all screens."""
_SHOWN = {
    "enter": "Enter", "space": "Space", "escape": "Esc", "tab": "Tab", "pageup": "PgUp",
    "pagedown": "PgDn", "home": "Home", "end": "End",
}  # fmt: skip


def use(table: Iterable[Key]) -> dict[str, str]:
    """Put a table into force; give what differs from the usual keys, as Textual wants it."""
    _in_force.update((key.id, key) for key in table)
    return {key.id: key.keys for key in changed()}


def changed() -> tuple[Key, ...]:
    """Return the keys in force that are not the usual ones."""
    usual = {key.id: key.keys for key in KEYS}
    return tuple(key for key in _in_force.values() if key.keys != usual[key.id])


def shown(names: str) -> str:
    """Return comma-separated key names as a person reads them."""
    return " ".join(_name(part) for part in names.split(","))


def _name(key: str) -> str:
    *held, last = key.split("+")
    marks = "".join({"ctrl": "^", "shift": "⇧", "alt": "⌥"}.get(part, part) for part in held)
    name = _SHOWN.get(last) or format_key(last)
    return marks + (name.upper() if last[:1] == "f" and last[1:].isdigit() else name)


def keys_of(*groups: str) -> tuple[Key, ...]:
    """Return the keys of some groups, or some by their ids, in the order of the table."""
    return tuple(key for key in _in_force.values() if key.screen in groups or key.id in groups)


def in_order() -> tuple[Key, ...]:
    """Return all keys in force, in the order of the table."""
    return tuple(_in_force.values())


def footer_of(screen: str) -> tuple[Key, ...]:
    """Return the keys of a screen's footer, the most needed first."""
    return tuple(_in_force[wanted] for wanted in FOOTERS[screen])


def bindings(*groups: str) -> list[BindingType]:
    """Return the Textual bindings of some groups, or of some keys by their ids."""
    return [
        Binding(key.keys, key.action, key.label or key.help, show=False, id=key.id)
        for key in keys_of(*groups)
    ]


def key_of(key_id: str) -> Key:
    """Return the key in force that has an id."""
    return _in_force[key_id]


def pressed(*groups: str, action: str = "press") -> list[BindingType]:
    """Return bindings that call one action with the id of the key: the part that has it acts."""
    return [
        Binding(key.keys, f"{action}({key.id!r})", key.label or key.help, show=False, id=key.id)
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
