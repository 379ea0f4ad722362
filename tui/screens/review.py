"""The page before decisions that need a look: holds, sums, who is in, who is out and why."""

from collections.abc import Sequence
from decimal import Decimal

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from expense_agent.domain.verbs import Verb
from expense_agent.service import QueueRow
from tui.formatting import counted, hold_word, money, totals_line
from tui.keymap import bindings
from tui.model.availability import edited_now
from tui.model.plan import (
    Item,
    holds_by_rule,
    included,
    is_typed,
    left_out,
    to_be_typed,
    totals,
)
from tui.safe_text import safe
from tui.screens.page import Dialog
from tui.session import Session
from tui.widgets.status_lines import KeyBar

_REASONS = 3
"""Reasons told above the list."""
TAKEN_OUT = "taken out; space puts it back"


class CountInput(Input):
    """Takes digits; letters are the page's keys, so that the confirming one works here, too."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Say which keys are none of the page's."""
        return super().check_consume_key(key, character) and not _is_letter(character)

    def on_key(self, event: Key) -> None:
        """Leave a letter to the page."""
        if _is_letter(event.character):
            event.prevent_default()


def _is_letter(character: str | None) -> bool:
    return character is not None and character.isalpha()


class ReviewScreen(Dialog[tuple[QueueRow, ...]]):
    """Ends with the rows to carry out, or with nothing."""

    BINDINGS = bindings("review")
    AUTO_FOCUS = "#typed, #cancel"
    keys_shown = "review"

    def __init__(self, session: Session, verb: Verb, items: Sequence[Item], reason: str) -> None:
        super().__init__(session)
        self._verb = verb
        self._items = sorted(items, key=lambda item: item.out is not None)
        """The rows that would be carried out, then those left out."""
        self._reason = reason

    def compose(self) -> ComposeResult:
        """Sum on top, items below, Cancel focused."""
        with Vertical(classes="dialog"):
            yield Static(id="sum")
            with VerticalScroll(id="holds", can_focus=False):
                yield Static(self._holds_of_one())
            yield OptionList(*map(Option, map(self._prompt, range(len(self._items)))), markup=False)
            yield Static(id="problem", classes="problem")
            if self._to_be_typed():
                yield CountInput(id="typed", compact=True, max_length=20, restrict="[0-9.,]*")
            with Horizontal(classes="buttons"):
                yield Button(Content("[ Cancel ]"), id="cancel", compact=True)
            yield KeyBar("review" if len(self._items) == 1 else "review_set")

    def on_mount(self) -> None:
        """Show one item by its holds, several as a list."""
        single = len(self._items) == 1
        self.query_one(OptionList).display = not single
        self.query_one("#holds").display = single
        self._draw_sum()

    def _to_be_typed(self) -> str | None:
        return to_be_typed(self._verb, included(self._items), self.session.in_force)

    def _draw_sum(self) -> None:
        self.query_one("#sum", Static).update(self._sum())
        expected = self._to_be_typed()
        for field in self.query("#typed").results(Input):
            field.placeholder = f"type {expected} and press Enter" if expected else "press Enter"

    def _sum(self) -> Content:
        rows = included(self._items)
        out = len(self._items) - len(rows)
        left_out = f"   {out} left out" if out else ""
        lines = [
            Content.assemble(
                (f"{self._verb.label.capitalize()} {counted(len(rows), 'invoice')}", "bold"),
                safe(f"   {totals_line(totals(rows))}{left_out}"),
            )
        ]
        if self._reason:
            lines.append(Content.assemble("reason: ", safe(self._reason)))
        if len(self._items) > 1 and rows:
            held = holds_by_rule(rows).items()
            lines.append(safe("holds: " + ", ".join(f"{hold_word(r)} {n}" for r, n in held)))
            lines.append(Content.assemble("largest: ", _named(max(rows, key=_size))))
        if len(self._items) > 1 and out:
            lines += [safe(reason, limit=300) for reason in _reasons(self._items)]
        return Content("\n").join(lines)

    def _holds_of_one(self) -> Content:
        row = self._items[0].row
        lines = [_named(row), Content("")]
        if self._verb is Verb.APPROVE and row.acts_for:
            lines += [
                safe(f"you approve for {row.acts_for}, within their limit", "bold"),
                Content(""),
            ]
        if editing := edited_now(row, self.session.inbox):
            said = f"{editing}: what you decide is about what you see here; their edit is refused"
            lines += [safe(said, "bold $text-warning", limit=300), Content("")]
        for hold in row.holds:
            style = "bold $text-error" if hold.severity == "block" else "$text-warning"
            word = "blocks" if hold.severity == "block" else "look at"
            lines.append(Content.assemble((f"{word}: ", style), safe(hold.reason, limit=400)))
            lines += [Content.assemble("  - ", safe(proof, limit=300)) for proof in hold.evidence]
        if self._items[0].out:
            lines.append(Content.assemble(("left out: ", "bold"), safe(self._items[0].out)))
        return Content("\n").join(lines)

    def _prompt(self, place: int) -> Content:
        """Return the line of an item, without a reason that the line above it has, too."""
        item = self._items[place]
        if item.out is None:
            return Content.assemble("in    ", _named(item.row))
        if place and item.out == self._items[place - 1].out:
            return Content.assemble("OUT   ", _named(item.row))
        why = safe(item.out, "$text-warning", limit=300)
        return Content.assemble("OUT   ", _named(item.row), "\n      ", why)

    def action_confirm(self) -> None:
        """Carry out what is in, if the press counts and what has to be typed is typed."""
        rows = included(self._items)
        expected = self._to_be_typed()
        typed = "".join(field.value for field in self.query("#typed").results(Input))
        if not is_typed(expected, typed):
            self.query_one("#problem", Static).update(safe(f"type {expected} to carry this out"))
            return
        if not rows:
            self.query_one("#problem", Static).update("nothing is in, so nothing is carried out")
        elif self.session.guard.allows("confirm"):
            self.dismiss(rows)

    def on_input_submitted(self) -> None:
        """Carry out what was typed for."""
        self.action_confirm()

    def action_in_out(self) -> None:
        """Take the highlighted item out, or put it back if it may return."""
        options = self.query_one(OptionList)
        place = options.highlighted
        if place is None or not options.has_focus:
            return
        item = self._items[place]
        if item.out is None:
            self._items[place] = Item(item.row, TAKEN_OUT, may_return=True)
        elif item.may_return:
            self._items[place] = Item(item.row, None)
        for changed in range(place, min(place + 2, len(self._items))):
            options.replace_option_prompt_at_index(changed, self._prompt(changed))
        self._draw_sum()

    def on_button_pressed(self) -> None:
        """Close: the only button is Cancel."""
        self.dismiss()


def _named(row: QueueRow) -> Content:
    amount = money(row.payable_amount, row.currency)
    return Content.assemble(
        safe(row.number or row.seen.invoice_id, "bold"), "  ", safe(row.supplier), "  ",
        safe(amount, "bold"),
    )  # fmt: skip


def _reasons(items: Sequence[Item]) -> list[str]:
    """Return the reasons why items are left out, one a line with its count."""
    reasons = list(left_out(items).items())
    shown = [f"left out {count:,}: {reason}" for reason, count in reasons[:_REASONS]]
    more = sum(count for _, count in reasons[_REASONS:])
    return [*shown, *([f"left out {more:,}: other reasons"] if more else [])]


def _size(row: QueueRow) -> Decimal:
    return Decimal(row.payable_amount or 0)
