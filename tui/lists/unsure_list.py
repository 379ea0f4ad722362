"""The categories a person should look at: three candidates each, and why it is in question."""

from collections.abc import Callable

from expense_agent.service.category_review import UnsureCategory
from tui.formatting import grouped
from tui.lists.contents import Contents
from tui.safe_text import inert
from tui.screens.page import Page
from tui.widgets.list_columns import Column
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
_VIEWS: tuple[tuple[str, Callable[[UnsureCategory], bool]], ...] = (
    ("All", lambda _unsure: True),
    ("paid", lambda unsure: unsure.state in _PAID),
    ("waiting", lambda unsure: unsure.state == "waiting"),
)


class UnsureList(Contents):
    """Unsure categories; what is confirmed or corrected leaves the list."""

    hint = "supplier, what was bought, category or reason"

    def __init__(self, page: Page[None], redraw: Callable[[], None]) -> None:
        super().__init__(page, redraw)
        self.look = Look(_COLUMNS, key=lambda unsure: unsure.invoice_id, texts=self._texts)
        self._all: list[UnsureCategory] | None = None
        self._shown: list[UnsureCategory] = []
        self._marks = self.session.category_marks

    # --- what is listed

    def read(self) -> None:
        """Read what is unsure."""
        self.page.ask(
            "unsure", lambda service: service.category_desk.unconfirmed(_MOST), self._take
        )

    def _take(self, found: list[UnsureCategory]) -> None:
        """List it by supplier: those of one are looked at together."""
        self._all = sorted(found, key=lambda unsure: unsure.supplier.casefold())
        self._marks.intersection_update(unsure.invoice_id for unsure in found)
        self.narrowed()
        self.redraw()

    def narrowed(self) -> None:
        """List what the view and the search line leave."""
        wanted, words = _VIEWS[self.views.shown][1], self.words.casefold().split()
        self._shown = [
            unsure
            for unsure in self._all or ()
            if wanted(unsure) and all(word in _text_of(unsure) for word in words)
        ]
        self.table.show(self._shown)

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

    def chosen(self) -> list[UnsureCategory]:
        """Return the marked ones, else the one under the cursor."""
        marked = [unsure for unsure in self._all or () if unsure.invoice_id in self._marks]
        return marked or ([self.table.record] if self.table.record else [])

    def alike(self, unsure: UnsureCategory) -> set[str]:
        """Return the listed invoices of the same supplier."""
        return {one.invoice_id for one in self._shown if one.supplier == unsure.supplier}


def _text_of(unsure: UnsureCategory) -> str:
    said = (unsure.supplier, unsure.words, unsure.category or "none", unsure.doubt, unsure.number)
    return " ".join(said).casefold()
