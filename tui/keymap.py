"""Every key once: its id, what it does, and what footer, help screen and README say of it.

Approving is never on Enter or space, and two keys of one screen never clash; `clashes` proves it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding, BindingType


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the key map."""

    id: str
    """"screen.action"; the part before the dot says where it holds ("app": everywhere)."""
    keys: str
    """Textual key names, comma-separated."""
    shown: str
    """The keys as a person reads them."""
    label: str
    """One word for the footer; "" where it never stands there."""
    help: str

    @property
    def screen(self) -> str:
        """Where the key holds."""
        return self.id.partition(".")[0]

    @property
    def short(self) -> str:
        """The first of its keys, for the footer."""
        return self.shown.split()[0]

    @property
    def action(self) -> str:
        """The action method it calls."""
        return self.id.partition(".")[2]


KEYS = (
    Key("decide.approve", "a", "a", "Approve", "approve the marked invoices, else the one shown"),
    Key("decide.reject", "r", "r", "Reject", "reject, with a reason"),
    Key("decide.edit", "e", "e", "Edit", "change amount, category, due date or account"),
    Key("queue.open", "enter", "Enter", "Open", "show all of the invoice; never decides"),
    Key("queue.mark", "space", "Space", "Mark", "mark the row and go down; a and r act on marks"),
    Key("queue.unmark", "u", "u", "", "take all marks away"),
    Key("queue.filter", "slash", "/", "Filter", "filter the list; Enter applies, Esc leaves it"),
    Key("queue.sort", "s", "s", "Sort", "next order: hold, due, amount, supplier, waiting"),
    Key("queue.refresh", "R,f5", "R F5", "Refresh", "show new rows; the only key that moves rows"),
    Key("queue.preview", "p", "p", "", "preview on or off (windows of 100x30 and more)"),
    Key("queue.preview_down", "J", "J", "", "scroll the preview down"),
    Key("queue.preview_up", "K", "K", "", "scroll the preview up"),
    Key("list.down", "j,down", "j ↓", "", "down"),
    Key("list.up", "k,up", "k ↑", "", "up"),
    Key("list.page_down", "pagedown", "PgDn", "", "a page down"),
    Key("list.page_up", "pageup", "PgUp", "", "a page up"),
    Key("list.half_down", "ctrl+d", "^d", "", "half a page down"),
    Key("list.half_up", "ctrl+u", "^u", "", "half a page up"),
    Key("list.top", "g,home", "g Home", "", "first row"),
    Key("list.bottom", "G,end", "G End", "", "last row"),
    Key("detail.next", "n", "n", "Next", "the next invoice of the list"),
    Key("detail.previous", "N", "N", "Previous", "the one before"),
    Key("detail.down", "j,down", "j ↓", "", "scroll down"),
    Key("detail.up", "k,up", "k ↑", "", "scroll up"),
    Key("detail.page_down", "pagedown,ctrl+d", "PgDn", "", "a page down"),
    Key("detail.page_up", "pageup,ctrl+u", "PgUp", "", "a page up"),
    Key("detail.top", "g,home", "g Home", "", "to the top"),
    Key("detail.bottom", "G,end", "G End", "", "to the end"),
    Key("detail.refresh", "R,f5", "R F5", "Refresh", "read the invoice again"),
    Key("edit.compare", "f2", "F2", "Compare", "before and after; saving happens there"),
    Key("edit.save", "y,f8", "y F8", "Save", "save, on the page with before and after only"),
    Key("review.confirm", "y,f8", "y F8", "Carry out", "carry out what the page says"),
    Key("review.in_out", "space", "Space", "Out/in", "take an invoice out, or put it back"),
    Key("reject.carry_out", "enter", "Enter", "Reject", "reject with this reason"),
    Key("app.help", "question_mark,f1", "? F1", "Help", "these keys"),
    Key(
        "app.back", "escape", "Esc", "Back", "close the topmost thing; changes nothing, never quits"
    ),
    Key("app.quit", "q", "q", "Quit", "quit; decisions on their way are finished first"),
)

SCREENS: dict[str, tuple[str, ...]] = {
    "queue": ("decide", "queue", "list", "app"),
    "detail": ("decide", "detail", "app"),
    "edit": ("edit", "app"),
    "review": ("review", "app"),
    "reject": ("reject", "app"),
    "help": ("app",),
}
"""Which groups of keys hold on which screen."""

FOOTERS: dict[str, tuple[str, ...]] = {
    "queue": (
        "decide.approve", "decide.reject", "decide.edit", "app.help", "app.quit", "queue.open",
        "queue.filter", "queue.mark", "queue.sort", "queue.refresh",
    ),
    "detail": (
        "decide.approve", "decide.reject", "decide.edit", "app.back", "detail.next",
        "detail.previous", "app.help", "app.quit",
    ),
    "edit": ("edit.compare", "app.back"),
    "compare": ("edit.save", "app.back"),
    "review": ("review.confirm", "app.back"),
    "review_set": ("review.confirm", "app.back", "review.in_out"),
    "reject": ("reject.carry_out", "app.back"),
    "help": ("app.back",),
}  # fmt: skip
"""The keys in the footer of a screen, the most needed first: as many are shown as fit."""

TITLES = {
    "decide": "Deciding",
    "queue": "Queue",
    "list": "Moving in the list",
    "detail": "Invoice",
    "edit": "Edit",
    "review": "Review",
    "reject": "Reject",
    "app": "Everywhere",
}


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
