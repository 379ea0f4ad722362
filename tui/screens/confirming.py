"""The categories a person should look at: three candidates on the keys 1 to 3, learned at once.

No payment waits for an answer here. What is said of one invoice teaches the next ones of its
supplier; others that wait are proposals, changed only by an edit that is asked again.
"""

from collections.abc import Callable

from rich.cells import cell_len

from expense_agent.service.confirming import UnsureCategory
from tui.formatting import counted, crop, grouped
from tui.keymap import bindings
from tui.safe_text import inert, safe
from tui.screens.speaking import SpeakingPage
from tui.session import Session
from tui.widgets.columns import Column
from tui.widgets.header_line import HeaderLine
from tui.widgets.record_table import Look

_MOST = 2000
_COLUMNS = (
    Column("mark", "", 1),
    Column("supplier", "SUPPLIER", 0),
    Column("words", "BOUGHT", 26, since=118),
    Column("invoice", "INVOICE", 12, since=96, ends=True),
    Column("amount", "AMOUNT", 11, right=True),
    Column("currency", "CUR", 3),
    Column("state", "STATE", 9),
    Column("category", "CATEGORY", 16),
    Column("sure", "SURE", 9),
)
_PAID = ("scheduled", "booked")
_TITLE = " To confirm   "
_VIEWS: tuple[tuple[str, Callable[[UnsureCategory], bool]], ...] = (
    ("All", lambda _unsure: True),
    ("paid", lambda unsure: unsure.state in _PAID),
    ("waiting", lambda unsure: unsure.state == "waiting"),
)


class ConfirmScreen(SpeakingPage):
    """Lists unsure categories; what is confirmed or corrected leaves the list."""

    BINDINGS = [*bindings("views"), *bindings("confirm")]  # noqa: RUF012 - Textual declares it
    keys_shown = "confirm"
    hint = "supplier, what was bought, category or reason"
    view_count = len(_VIEWS)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.look = Look(_COLUMNS, key=lambda unsure: unsure.invoice_id, texts=self._texts)
        self._all: list[UnsureCategory] | None = None
        self._shown: list[UnsureCategory] = []
        self._marks = session.category_marks

    # --- what is listed

    def read(self) -> None:
        """Read what is unsure."""
        self.ask("unsure", lambda service: service.category_desk.unconfirmed(_MOST), self._take)

    def _take(self, found: list[UnsureCategory]) -> None:
        """List it by supplier: those of one are looked at together."""
        self._all = sorted(found, key=lambda unsure: unsure.supplier.casefold())
        self._marks.intersection_update(unsure.invoice_id for unsure in found)
        self.narrowed()
        self.draw()

    def narrowed(self) -> None:
        """List what the view and the search line leave."""
        wanted, words = _VIEWS[self.view][1], self.search.text.casefold().split()
        self._shown = [
            unsure
            for unsure in self._all or ()
            if wanted(unsure) and all(word in _text_of(unsure) for word in words)
        ]
        self.table.show(self._shown)

    def draw(self) -> None:
        """Draw; the digits are candidates here, so that the line of modes gives way."""
        super().draw()
        who, limit = inert(self.session.desk.approver, 80), f", {self.session.limit}"
        room = self.size.width - len(_TITLE) - len(limit)
        shown = who if cell_len(who) <= room else crop(who, room)
        self.query_one(HeaderLine).say(safe(f"{_TITLE}{shown}{limit}", limit=200))

    def titles(self) -> list[str]:
        """Return the views with their counts."""
        found = self._all or []
        return [f"{title} {sum(map(wanted, found)):,}" for title, wanted in _VIEWS]

    def sums(self) -> str:
        """Say what this is."""
        return "this list holds no payment up "

    def counts(self) -> str:
        """Return how many are listed and marked."""
        if self._all is None:
            return "reading "
        marked = f"{len(self._marks):,} marked   " if self._marks else ""
        return f"{marked}{len(self._shown):,} listed "

    def about_cursor(self) -> str:
        """Return the candidates with their keys, then the reason."""
        unsure = self.table.record
        if unsure is None:
            return "" if self._all is None else "no category waits for a look"
        candidates = "  ".join(
            f"{n} {self._label(category)}" for n, category in enumerate(unsure.candidates, 1)
        )
        return f"{candidates or 'no candidate: e names one'}   {inert(unsure.doubt, 200)}"

    def _texts(self, unsure: UnsureCategory) -> dict[str, str]:
        sure = f"{unsure.confidence:.0%} {unsure.kind[:5]}" if unsure.category else "-"
        return {
            "mark": "*" if unsure.invoice_id in self._marks else " ",
            "supplier": inert(unsure.supplier) or "-",
            "words": inert(unsure.words),
            "invoice": inert(unsure.number) or unsure.invoice_id,
            "amount": grouped(unsure.payable_amount, unsure.currency) or "-",
            "currency": inert(unsure.currency),
            "state": unsure.state,
            "category": self._label(unsure.category) if unsure.category else "none",
            "sure": sure,
        }

    def _label(self, category: str) -> str:
        return inert(self.session.categories.get(category, category))

    # --- keys

    def action_candidate(self, number: int) -> None:
        """Say that the candidate of this number is right."""
        unsure = self.table.record
        if unsure is None:
            return
        if number > len(unsure.candidates):
            self.say(f"there is no candidate {number}: e names a category")
        else:
            self._say([unsure], unsure.candidates[number - 1])

    def action_accept(self) -> None:
        """Say that the category of the marked ones, else of this one, is right as it is."""
        rows = self._chosen()
        nameless = [unsure for unsure in rows if unsure.category is None]
        if nameless:
            self.say(f"{counted(len(nameless), 'invoice')} without a category: e names one")
        elif rows:
            self._say(rows, None)

    def action_name(self) -> None:
        """Ask for a category by its code or name, for the marked ones or this one."""
        rows = self._chosen()
        if not rows:
            return
        from tui.screens.choose_category import ChooseCategoryScreen  # noqa: PLC0415 - when needed

        def named(category: str | None) -> None:
            if category:
                self._say(rows, category)

        about = rows[0].supplier if len(rows) == 1 else counted(len(rows), "invoice")
        self.open(ChooseCategoryScreen(self.session, about), named)

    def action_mark(self) -> None:
        """Mark the row, or take its mark away, and go down."""
        if unsure := self.table.record:
            self._marks.symmetric_difference_update({unsure.invoice_id})
            self.table.action_down()
            self._redraw()

    def action_mark_supplier(self) -> None:
        """Mark every listed invoice of this supplier."""
        if unsure := self.table.record:
            same = {u.invoice_id for u in self._shown if u.supplier == unsure.supplier}
            self._marks.update(same)
            self.say(f"{len(same)} of {inert(unsure.supplier)} marked")
            self._redraw()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self._marks.clear()
        self._redraw()

    def action_open(self) -> None:
        """Show the invoice."""
        if unsure := self.table.record:
            self.open_invoice(unsure.invoice_id)

    def action_back(self) -> None:
        """Leave the field or the search; else close this screen."""
        if self.search.is_open or self.search.text:
            super().action_back()
        else:
            self.action_queue()

    def _chosen(self) -> list[UnsureCategory]:
        marked = [unsure for unsure in self._all or () if unsure.invoice_id in self._marks]
        return marked or ([self.table.record] if self.table.record else [])

    def taken(self) -> None:
        """Begin anew: what was marked is answered."""
        self._marks.clear()
        self.read()

    def _redraw(self) -> None:
        self.table.refresh()
        self.draw()


def _text_of(unsure: UnsureCategory) -> str:
    said = (unsure.supplier, unsure.words, unsure.category or "none", unsure.doubt, unsure.number)
    return " ".join(said).casefold()
