"""Decisions not carried out: offered when the app starts, and settled before it ends.

No decision is cancelled once it is on its way.
"""

from collections import Counter
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.formatting import counted, money, totals_line
from tui.keymap import bindings
from tui.messages import CarryOutWanted, UndoWanted
from tui.model.imports import Batch
from tui.model.intent import Intent
from tui.model.plan import totals
from tui.safe_text import safe
from tui.screens.page import Dialog
from tui.session import Session
from tui.widgets.status_lines import KeyBar


class UnfinishedScreen(Dialog[bool]):
    """Ends with True to carry them out after all, False to forget them, None to keep them."""

    BINDINGS = bindings("review")
    AUTO_FOCUS = "OptionList"
    keys_shown = "review"

    def __init__(self, session: Session, intents: Sequence[Intent]) -> None:
        super().__init__(session)
        self._intents = intents

    def compose(self) -> ComposeResult:
        """Lay out counts and sums on top, every decision below."""
        with Vertical(classes="dialog"):
            yield Static(self._sum())
            yield OptionList(*(Option(_line(intent)) for intent in self._intents), markup=False)
            yield KeyBar("review")

    def _sum(self) -> Content:
        verbs = Counter(intent.verb.label for intent in self._intents)
        each = ", ".join(f"{verb} {count:,}" for verb, count in verbs.items())
        sums = totals_line(totals([intent.row for intent in self._intents]))
        were = "was" if len(self._intents) == 1 else "were"
        return Content.assemble(
            (f"{counted(len(self._intents), 'decision')} {were} not carried out", "bold"),
            " when the program ended\n",
            safe(f"{each}   {sums}"),
            "\nEsc forgets them: the invoices wait as they did.",
            "\nq keeps them: the next start asks again.",
        )

    def action_confirm(self) -> None:
        """Carry them out, if the press counts."""
        if self.session.guard.allows("confirm"):
            self.dismiss(result=True)

    def action_back(self) -> None:
        """Forget them."""
        self.dismiss(result=False)

    def action_quit(self) -> None:
        """Leave them to the next start."""
        self.dismiss(None)

    def action_in_out(self) -> None:
        """Do nothing: what is not to be carried out is decided anew in the queue."""


def _line(intent: Intent) -> Content:
    row = intent.row
    return Content.assemble(
        (f"{intent.verb.label:10}", "bold"),
        safe(row.number or row.seen.invoice_id), "  ", safe(row.supplier), "  ",
        safe(money(row.payable_amount, row.currency), "bold"), "  ", safe(intent.reason),
    )  # fmt: skip


class LeavingScreen(Dialog[bool]):
    """Ends with True once nothing is left to do; Esc stays in the app."""

    BINDINGS = bindings("leaving")
    keys_shown = "leaving"
    _leaves = False
    """Whether the person has chosen to leave, so that marks do not matter any more."""

    def compose(self) -> ComposeResult:
        """Say what is asked or waited for."""
        with Vertical(classes="dialog"):
            yield Static(id="waiting")
            yield KeyBar("leaving")

    def on_mount(self) -> None:
        """Count along."""
        self.whenever(self.session.changed, self._count)
        self._count(None)

    def on_screen_resume(self) -> None:
        """Count again what went on while the help stood in front."""
        self._count(None)

    def _count(self, _keys: frozenset[int] | None) -> None:
        intended, running = len(self.session.inbox.grace), self.session.inbox.running
        importing = self.session.imports.running
        marks = 0 if self._leaves else self.session.marks
        if not self.session.busy and not marks:
            self.dismiss(result=True)
            return
        lines = [
            *_intended(intended), *_running(running), *_importing(importing), *_marked(marks)
        ]  # fmt: skip
        self.query_one("#waiting", Static).update(Content("\n").join(map(Content, lines)))
        footer = _footer(intended=bool(intended), importing=bool(importing), marks=bool(marks))
        self.query_one(KeyBar).show(footer)

    def action_carry_out(self) -> None:
        """Wait no longer with what is still counting down."""
        self._leaves = True
        self.post_message(CarryOutWanted())

    def action_withdraw(self) -> None:
        """Take back what is still counting down."""
        self._leaves = True
        self.post_message(UndoWanted(everything=True))

    def action_stop_import(self) -> None:
        """Stop the import after the chunk in hand."""
        self._leaves = True
        self.session.imports.stop()

    def action_leave(self) -> None:
        """Leave the marks; what counts down or runs is still settled first."""
        self._leaves = True
        self._count(None)

    def action_quit(self) -> None:
        """Stay: leaving is under way."""


def _intended(count: int) -> list[str]:
    if not count:
        return []
    verb = "is" if count == 1 else "are"
    return [
        f"{counted(count, 'decision')} {verb} still counting down and not carried out yet.",
        "s carries out now, u withdraws, Esc stays.",
    ]


def _running(count: int) -> list[str]:
    if not count:
        return []
    verb = "is" if count == 1 else "are"
    return [
        f"{counted(count, 'decision')} {verb} still being written.",
        "The app closes when it is done. Esc stays.",
    ]


def _importing(batch: Batch | None) -> list[str]:
    if batch is None:
        return []
    return [
        f"An import is running ({batch.progress.share:.0%}).",
        "The app closes at its end. X stops it after the chunk in hand; what was taken stays.",
    ]


def _marked(count: int) -> list[str]:
    if not count:
        return []
    verb = "is" if count == 1 else "are"
    return [f"{counted(count, 'invoice')} {verb} marked. Marks are lost when the app closes."]


def _footer(*, intended: bool, importing: bool, marks: bool) -> str:
    """Name the keys that do something now."""
    if intended:
        return "leaving_both" if importing else "leaving"
    if importing:
        return "leaving_import"
    return "leaving_marks" if marks else "leaving_running"
