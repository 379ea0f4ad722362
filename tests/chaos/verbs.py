"""The verbs of an interleaving, and the stores they begin on: one invoice, in every state."""

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.chaos.pairs import Command, Player

NAMES = ("ann", "bob")
POLICY = """\
auto_approve_limit = "500.00"
mode = "{mode}"
[holds]
default = "off"
over_limit = "block"
edited = "block"
[reminders]
hours_before = 100
command = ["true"]
[approvals]
second_above = "10000.00"
parallel_above = "50000.00"
"""
BATCH = """\
Invoice Number,Invoice Date,Due Date,Supplier,VAT ID,IBAN,Description,Amount Due,Currency
R-1,2026-11-02,2099-12-02,Quendel,DE2,GB82WEST12345698765432,Office paper,{amount},EUR
"""
SOON = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
LATE_HOURS = 24 * 90

ANSWERS = {
    "approve": ("approve", "{id}"),
    "reject": ("reject", "{id}", "--reason", "not ours"),
    "edit": ("edit", "{id}", "--payable-amount", "{less}", "--comment", "agreed"),
    "edit date": ("edit", "{id}", "--due-date", "2099-11-11", "--comment", "agreed"),
    "hold": ("hold", "{id}", "--until", SOON),
    "release": ("release", "{id}"),
    "send back": ("send-back", "{id}", "--comment", "is it ours?"),
    "expire": ("expire",),
}
REMARKS = {
    "comment": ("comment", "{id}", "they will call"),
    "attach": ("attach", "{id}", "{folder}/batch.csv"),
}
OTHERS = {
    "undo": ("undo", "{id}", "--reason", "a mistake"),
    "reopen": ("reopen", "{id}", "--reason", "asked again"),
    "step": ("step", "{id}"),
    "remind": ("remind",),
    "recover": ("recover",),
    "pay-run": ("pay-run", "--output", "{folder}/{name}.csv", "--format", "csv"),
    "confirm": ("categories", "confirm", "{id}", "--category", "travel"),
    "import": ("import", "{folder}/batch.csv"),
}
VERBS = {**ANSWERS, **REMARKS, **OTHERS}


@dataclass(frozen=True)
class State:
    """Where the invoice stands at the beginning, and what can be done about it there."""

    verbs: tuple[str, ...]
    refused: tuple[str, ...] = ()
    """Those of the verbs that come to nothing here."""
    before: tuple[tuple[str, str], ...] = ()
    """The people and verbs that brought it there."""
    amount: str = "720.00"
    less: str = "600.00"
    mode: str = "interrupt_on_action"


_ASKED = ("approve", "reject", "edit", "hold", "send back", "expire", "comment", "attach")
_MIDDLE: dict[str, Any] = {"amount": "20000.00", "less": "12000.00"}
_LARGE: dict[str, Any] = {"amount": "60000.00", "less": "55000.00"}
STATES = {
    "waiting": State(
        (*_ASKED, "confirm", "remind", "recover", "import", "undo", "pay-run"), ("undo",)
    ),
    "noted": State((*_ASKED, "recover"), before=(("eve", "comment"),)),
    "pair": State((*_ASKED, "recover", "pay-run"), **_LARGE),
    "noted pair": State((*_ASKED, "recover"), before=(("eve", "comment"),), **_LARGE),
    "second": State((*_ASKED, "recover"), before=(("eve", "approve"),), **_MIDDLE),
    "held": State((*_ASKED, "release", "recover"), before=(("eve", "hold"),)),
    "edited": State((*_ASKED, "recover"), before=(("eve", "edit date"),)),
    "scheduled": State(
        ("undo", "pay-run", "confirm", "comment", "reopen", "recover", "import"),
        ("comment", "reopen"),
        (("eve", "approve"),),
    ),
    "rejected": State(
        ("undo", "reopen", "comment", "recover", "import", "pay-run"),
        ("comment",),
        (("eve", "reject"),),
    ),
    "taken back": State(
        (*_ASKED, "recover", "pay-run"), before=(("eve", "approve"), ("eve", "undo"))
    ),
    "stepping": State(
        ("step", "recover", "comment", "import", "pay-run"), ("comment",), mode="step_by_step"
    ),
    "stepped": State(
        ("approve", "reject", "edit", "hold", "comment", "step", "recover"),
        ("step",),
        (("eve", "step"),) * 4,
        mode="step_by_step",
    ),
}


@dataclass(frozen=True)
class Beginning:
    """A folder with a store and what was imported, to be copied for each run."""

    folder: Path
    invoice_id: str

    def copied(self, to: Path) -> "Beginning":
        shutil.copytree(self.folder, to)
        return Beginning(to, self.invoice_id)

    def command(self, verb: str, who: str, state: State) -> Command:
        """Write a verb out for the command line."""
        named = {"id": self.invoice_id, "folder": self.folder, "name": who, "less": state.less}
        words = [word.format(**named) for word in VERBS[verb]]
        ahead = LATE_HOURS if verb == "expire" else 0
        return command(self.folder, who, *words, "--json", hours_ahead=ahead)


def command(folder: Path, who: str, *words: object, hours_ahead: float = 0) -> Command:
    arguments = ("--store", str(folder / "store"), "--as", who, *map(str, words))
    return Command(arguments, folder, hours_ahead)


def begin(player: Player, state: State, folder: Path) -> Beginning:
    """Make a store and bring its invoice where the state says."""
    (folder / "store").mkdir(parents=True)
    (folder / "store" / "policy.toml").write_text(POLICY.format(mode=state.mode))
    (folder / "batch.csv").write_text(BATCH.format(amount=state.amount))
    (invoice_id,) = done(player, command(folder, "ines", "import", folder / "batch.csv", "--json"))[
        "ids"
    ]
    beginning = Beginning(folder, invoice_id)
    for who, verb in state.before:
        done(player, beginning.command(verb, who, state))
    return beginning


def done(player: Player, what: Command) -> Any:
    """Run a command that must go well; give its JSON."""
    player.begin(what)
    player.finish()
    assert player.run.code == 0, player.run.said
    return json.loads(player.run.said)
