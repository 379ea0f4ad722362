"""Offers decisions left unsubmitted when an earlier run ended."""

from collections import Counter
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.formatting import counted, money, totals_line
from tui.keymap import bindings
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
