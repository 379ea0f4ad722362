"""The typed edit form, and the page with before and after on which alone it is saved."""

from collections.abc import Mapping

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.widgets import ContentSwitcher, Input, Static

from expense_agent.service import Edit, InvoiceDetail, QueueRow, SupplierHistory
from tui.keymap import bindings
from tui.messages import ReadWanted
from tui.model.candidates import candidates
from tui.model.edit_effects import effects
from tui.model.edit_form import FIELDS, LABELS, Typed, current, matching, read
from tui.safe_text import safe
from tui.screens.page import Dialog
from tui.session import Session
from tui.widgets.lines import KeyBar

_SHOWN_MATCHES = 4


class CategoryInput(Input):
    """A category by the digit of a candidate, or by any part of its name."""

    candidates: tuple[str, ...] = ()

    def on_key(self, event: Key) -> None:
        """Take a digit as the candidate it stands for; no category begins with one."""
        number = int(event.key) if event.key in set("123") else 0
        if 0 < number <= len(self.candidates):
            self.value = self.candidates[number - 1]
            self.cursor_position = len(self.value)
            event.prevent_default()
            event.stop()


class EditScreen(Dialog[Edit]):
    """Ends with the edit, or with nothing."""

    BINDINGS = bindings("edit")
    AUTO_FOCUS = ""
    keys_shown = "edit"

    def __init__(self, session: Session, row: QueueRow) -> None:
        super().__init__(session)
        self._row = row
        self._detail: InvoiceDetail | None = None
        self._past = SupplierHistory()
        self._typed = Typed()

    def compose(self) -> ComposeResult:
        """Hold the form and, behind it, the page with before and after."""
        with Vertical(classes="dialog"):
            yield Static(self._title("Edit"), id="title")
            with ContentSwitcher(initial="form"):
                with VerticalScroll(id="form", can_focus=False):
                    for name in (*FIELDS, "comment"):
                        yield from self._field(name)
                with VerticalScroll(id="compare"):
                    yield Static(id="difference")
            yield Static(id="problem", classes="problem")
            yield KeyBar("edit")

    def _title(self, verb: str) -> Content:
        row = self._row
        return Content.assemble(
            (f"{verb} ", "bold"), safe(row.number or row.seen.invoice_id, "bold"), "  ",
            safe(row.supplier),
        )  # fmt: skip

    @staticmethod
    def _field(name: str) -> ComposeResult:
        with Horizontal(classes="field"):
            yield Static(LABELS[name], classes="label")
            make = CategoryInput if name == "category" else Input
            yield make(id=name, compact=True, disabled=True, max_length=500, select_on_focus=False)
        yield Static(id=f"{name}-said", classes="said")

    def on_mount(self) -> None:
        """Ask for the invoice; the fields open when it is there."""
        wanted = self._row.seen.invoice_id
        self._problem("reading the invoice")
        self.post_message(
            ReadWanted(
                self,
                "edit",
                lambda service: (service.invoice(wanted), service.supplier_history(wanted)),
                self._fill,
            )
        )

    def cannot_read(self, error: Exception) -> None:
        """Say why the fields stay closed."""
        self._problem(f"cannot be read: {error}")

    def _fill(self, read_now: tuple[InvoiceDetail, SupplierHistory]) -> None:
        detail, self._past = read_now
        if detail.fingerprint != self._row.seen.fingerprint:
            self._problem("changed since you looked: Esc, then R shows what waits now")
            return
        self._detail = detail
        self._problem("")
        for name, value in {**current(detail), "comment": ""}.items():
            field = self.query_one(f"#{name}", Input)
            field.value = value
            field.disabled = False
        self.query_one(CategoryInput).candidates = candidates(detail)
        self.query_one("#payable_amount", Input).focus()

    def _problem(self, sentence: str) -> None:
        self.query_one("#problem", Static).update(safe(sentence))

    def _values(self) -> dict[str, str]:
        return {name: self.query_one(f"#{name}", Input).value for name in (*FIELDS, "comment")}

    def on_input_changed(self) -> None:
        """Say under each field what is wrong with it, or what it was before."""
        if self._detail is None:
            return
        values, before = self._values(), current(self._detail)
        self._typed = read(values, self._detail, self.session.categories)
        for name in FIELDS:
            changed = name in self._typed.changes
            said = f"was {before[name] or 'empty'}" if changed else ""
            if name == "payable_amount" and "offset" in self._typed.changes:
                said = f"credit {self._typed.changes['offset']} is taken off"
            self._say_beside(name, self._typed.problems.get(name, said))
        self._suggest(values["category"])

    def _say_beside(self, name: str, sentence: str) -> None:
        self.query_one(f"#{name}-said", Static).update(safe(sentence))

    def _suggest(self, text: str) -> None:
        found = matching(text, self.session.categories) if text else []
        if self._typed.problems.get("category") and found:
            others = f"; also {', '.join(found[1:_SHOWN_MATCHES])}" if found[1:] else ""
            self._say_beside("category", f"Enter takes {found[0]}{others}")
        elif "category" not in self._typed.changes and self._typed.problems.get("category") is None:
            self._say_beside("category", self._choices() or self.session.categories.get(text, ""))
        elif not self._typed.problems.get("category") and len(found) == 1:
            label = self.session.categories[found[0]]
            was = f", was {current(self._detail)['category'] or 'empty'}" if self._detail else ""
            self._say_beside("category", label + (was if "category" in self._typed.changes else ""))

    def _choices(self) -> str:
        """Give the candidates with their digits."""
        labels = self.session.categories
        named = enumerate(self.query_one(CategoryInput).candidates, start=1)
        return "   ".join(f"{number} {labels.get(one, one)}" for number, one in named)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Complete a category to its first match, and go on to the next field."""
        unsure = event.input.id == "category" and "category" in self._typed.problems
        if unsure and (found := matching(event.value, self.session.categories)):
            event.input.value = found[0]
        self.focus_next(Input)

    def action_compare(self) -> None:
        """Show before and after, if all fields can be read."""
        if self._detail is None:
            return
        self._typed = read(self._values(), self._detail, self.session.categories)
        if self._typed.problems:
            name, sentence = next(iter(self._typed.problems.items()))
            self._problem(f"{LABELS[name]}: {sentence}")
            self.query_one(f"#{name}", Input).focus()
            return
        self._problem("y saves it; Esc goes back to the form")
        self.query_one("#difference", Static).update(self._difference(self._typed.changes))
        self._turn_to("compare")
        self.query_one("#compare").focus()

    def _turn_to(self, page: str) -> None:
        self.query_one(ContentSwitcher).current = page
        self.query_one(KeyBar).show("edit" if page == "form" else page)

    def _difference(self, changes: Mapping[str, str]) -> Content:
        assert self._detail is not None
        before = current(self._detail)
        lines = [Content.assemble((f"{'':16}{'before':32}after", "$text-muted"))]
        for name, after in changes.items():
            was = safe(before.get(name) or "-")
            gap = " " * max(2, 32 - was.cell_length)
            lines.append(Content.assemble(f"{LABELS[name]:16}", was, gap, safe(after, "bold")))
        today, policy = self.session.now().date(), self.session.policy
        expected = effects(changes, self._detail, self._past, policy, today)
        lines += [Content(""), Content("It is checked again. To be expected:")]
        lines += [safe(f"  - {one}", limit=300) for one in expected]
        return Content("\n").join(lines)

    def action_save(self) -> None:
        """Save, on the page with before and after only."""
        on_page = self.query_one(ContentSwitcher).current == "compare"
        if on_page and self.session.guard.allows("save"):
            comment = self._values()["comment"].strip()
            self.dismiss(Edit(self._row.seen, dict(self._typed.changes), comment))

    def action_back(self) -> None:
        """Go back from the comparison to the form, from the form to where it was opened."""
        if self.query_one(ContentSwitcher).current == "form":
            self.dismiss()
            return
        self._turn_to("form")
        self._problem("")
        self.query_one("#comment", Input).focus()
