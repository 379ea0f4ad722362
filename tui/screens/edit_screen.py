"""The typed edit form, its lease, and the page with before and after that sends it.

It saves people work and no more: what is saved is about what was seen, or it is refused.

Its fields are those of the request's own schema.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import ContentSwitcher, Input, Static

from expense_agent.service import (
    ApprovalService,
    BeingEdited,
    Edit,
    Foreseen,
    InvoiceDetail,
    QueueRow,
)
from tui.keymap import bindings
from tui.model.availability import being_edited
from tui.model.edit_form import COMMENT, FieldWords, Form, Typed, candidates, effects, form_of
from tui.safe_text import safe
from tui.screens.page import Dialog
from tui.session import Session
from tui.widgets.edit_rows import CategoryInput, EditRow, FixedRow
from tui.widgets.status_lines import KeyBar

FORGOTTEN = timedelta(minutes=5)
"""A form in which nobody types for so long keeps nobody else from editing."""
LOOK_SECONDS = 20.0


class LeaseDialog(Dialog[Edit]):
    """A dialog about one request, with a lease on it as long as somebody types."""

    def __init__(self, session: Session, row: QueueRow) -> None:
        super().__init__(session)
        self.row = row
        self._touched = session.now()
        self._let_go = False

    @property
    def invoice_id(self) -> str:
        """The invoice that is edited."""
        return self.row.seen.invoice_id

    def problem(self, sentence: str) -> None:
        """Say what stands in the way."""
        raise NotImplementedError

    def begin(self, service: ApprovalService) -> BeingEdited:
        """Take the lease; give whose it is."""
        return service.edit_desk.begin(self.invoice_id)

    def is_mine(self, lease: BeingEdited) -> bool:
        """Whether this person may go on; else who edits it is said."""
        if lease.by == self.session.desk.approver:
            return True
        self.problem(f"{being_edited(lease)}: nothing can be saved here until they close it")
        return False

    def keep(self) -> None:
        """Let others edit once this form is forgotten."""
        self.set_interval(LOOK_SECONDS, self.look_whether_forgotten)

    def look_whether_forgotten(self) -> None:
        """End the lease if nobody has typed for long."""
        if not self._let_go and self.session.now() - self._touched >= FORGOTTEN:
            self._let_go = True
            self._end()

    def touched(self) -> None:
        """Note that somebody types; whoever comes back takes the lease anew."""
        self._touched = self.session.now()
        if self._let_go:
            self._let_go = False
            self.ask("edit again", self.begin, self._taken_again)

    def _taken_again(self, lease: BeingEdited) -> None:
        self.is_mine(lease)

    def leave(self, edit: Edit | None = None) -> None:
        """Close the form, and let others edit."""
        self._end()
        self.dismiss(edit)

    def _end(self) -> None:
        invoice_id = self.invoice_id
        ended = f"edit end {invoice_id}"  # a kind of its own: no other end may take its place
        self.ask(ended, lambda service: service.edit_desk.end(invoice_id), lambda _: None)


_STYLES = {"new": "bold $text-error", "gone": "bold $text-success", "stays": "$text-warning"}
_BEFORE = 32
"""Cells of the column with what was."""
_Opened = tuple[InvoiceDetail, BeingEdited]


class EditScreen(LeaseDialog):
    """Ends with the edit, or with nothing."""

    BINDINGS = bindings("edit")
    AUTO_FOCUS = ""
    keys_shown = "edit"

    _words: FieldWords | None = None
    """None while the form has not been read, or cannot be edited."""
    _typed = Typed()

    def compose(self) -> ComposeResult:
        """Hold the form and, behind it, the page with before and after."""
        name = safe(self.row.number or self.invoice_id, "bold")
        with Vertical(classes="dialog"):
            yield Static(Content.assemble(("Edit ", "bold"), name, "  ", safe(self.row.supplier)))
            with ContentSwitcher(initial="form"):
                yield VerticalScroll(id="form", can_focus=False)
                with VerticalScroll(id="compare"):
                    yield Static(id="difference")
                    yield Static(id="expected")
            yield Static(id="problem", classes="problem")
            yield KeyBar("edit")

    def problem(self, sentence: str) -> None:
        """Say what stands in the way."""
        self.query_one("#problem", Static).update(safe(sentence, limit=300))

    # --- what the store says

    def on_mount(self) -> None:
        """Ask for the invoice, and tell others that it is edited; the fields open then."""
        self.problem("reading the invoice")
        self.ask("edit", self._open, self._fill)

    def cannot_read(self, error: Exception) -> None:
        """Say why the fields stay closed, or why nothing can be foreseen."""
        if self._words is None:
            self.problem(f"cannot be read: {error}")
        else:
            self.query_one("#expected", Static).update(safe(f"  {error}", limit=300))

    def _open(self, service: ApprovalService) -> _Opened:
        lease = self.begin(service)
        return service.invoice(self.invoice_id), lease

    async def _fill(self, opened: _Opened) -> None:
        """Open the fields that the request's schema names."""
        detail, lease = opened
        if not self.is_mine(lease):
            return
        if detail.fingerprint != self.row.seen.fingerprint:
            self.problem("changed since you looked: Esc, then R shows what waits now")
            return
        self.keep()
        self.problem("")
        form = form_of(detail)
        await self.query_one("#form").mount_all(_rows(form, candidates(detail)))
        self._words = FieldWords(form, detail, self.session.categories)
        self._look()
        self.query(Input).first().focus()

    # --- the form

    def _values(self) -> dict[str, str]:
        return {field.id or "": field.value for field in self.query(Input)}

    def on_input_changed(self) -> None:
        """Say under each field what is wrong with it, or what it was before."""
        self.touched()
        self._look()

    def _look(self) -> None:
        words, values = self._words, self._values()
        if words is None:
            return
        self._typed = words.form.read(values, self.session.categories)
        for field in words.form.open:
            said, wrong = words.said(field, values[field.name], self._typed)
            self._row(field.name).say(said, wrong=wrong)

    def _row(self, name: str) -> EditRow:
        return next(row for row in self.query(EditRow) if row.input.id == name)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Complete a category to its first match, and go on to the next field."""
        unsure = isinstance(event.input, CategoryInput) and event.input.id in self._typed.problems
        if unsure and self._words and (found := self._words.completed(event.value)):
            event.input.value = found
        self.focus_next(Input)

    # --- before and after

    def action_compare(self) -> None:
        """Show before and after, if all fields can be read, and what it would lead to."""
        words = self._words
        if words is None:
            return
        self._look()
        if self._typed.problems:
            name, sentence = next(iter(self._typed.problems.items()))
            self.problem(f"{words.form.title(name)}: {sentence}")
            self._row(name).input.focus()
            return
        changes, invoice_id = dict(self._typed.changes), self.invoice_id
        self.problem("y saves it; Esc goes back to the form")
        self.query_one("#difference", Static).update(_difference(words.form, changes))
        self.query_one("#expected", Static).update(Content("  checking it"))
        self.ask(
            "edit foresee",
            lambda service: service.edit_desk.foresee(invoice_id, changes),
            self._expect,
        )
        self._turn_to("compare")
        self.query_one("#compare").focus()

    def _turn_to(self, page: str) -> None:
        self.query_one(ContentSwitcher).current = page
        self.query_one(KeyBar).show("edit" if page == "form" else page)

    def _expect(self, foreseen: Foreseen) -> None:
        if self._words is None:
            return
        expected = effects(self._words.detail, foreseen)
        lines = [
            Content.assemble(
                (f"  {word:7}" if word else "  - ", _STYLES.get(word, "")),
                safe(sentence, limit=300),
            )
            for word, sentence in expected
        ]
        self.query_one("#expected", Static).update(Content("\n").join(lines))

    def action_save(self) -> None:
        """Save, on the page with before and after only."""
        on_page = self.query_one(ContentSwitcher).current == "compare"
        if on_page and self.session.guard.allows("save"):
            comment = self._values()[COMMENT].strip()
            self.leave(Edit(self.row.seen, dict(self._typed.changes), comment))

    def action_back(self) -> None:
        """Go back from the comparison to the form, from the form to where it was opened."""
        if self.query_one(ContentSwitcher).current == "form":
            self.leave()
            return
        self._turn_to("form")
        self.problem("")
        self._row(COMMENT).input.focus()


def _rows(form: Form, found: tuple[str, ...]) -> Iterator[EditRow | FixedRow]:
    for one in form.fields:
        value = form.before[one.name]
        if one.fixed:
            yield FixedRow(one.title, value, one.fixed)
        else:
            choices = tuple(choice for choice, _ in one.choices)
            yield EditRow(one.name, one.title, value, one.kind, choices or found)
    yield EditRow(COMMENT, "Comment", "", "text")


def _difference(form: Form, changes: Mapping[str, str]) -> Content:
    lines = [Content.assemble((f"{'':16}{'before':{_BEFORE}}after", "$text-muted"))]
    for name, after in changes.items():
        was = safe(form.before.get(name) or "-")
        gap = " " * max(2, _BEFORE - was.cell_length)
        title = safe(f"{form.title(name):16}")
        lines.append(Content.assemble(title, was, gap, safe(after, "bold")))
    return Content("\n").join(
        [*lines, Content(""), Content("It is checked again. To be expected:")]
    )
