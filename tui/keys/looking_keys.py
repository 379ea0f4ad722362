"""The keys that look closer at an invoice, also with programs of one's own; they decide nothing."""

import asyncio
import json
from pathlib import Path

from expense_agent.service import ApprovalService, InvoiceDetail, SupplierHistory
from expense_agent.shapes import detail_shape
from tui.destinations import ShowComparison
from tui.formatting import money
from tui.keys.part import KeyPart
from tui.messages import ErrandWanted
from tui.safe_text import inert
from tui.screens.page import Page
from tui.sections.money_section import twin_of
from tui.subject import Subject

_LONGEST = 1_000_000
"""Characters of JSON that go to the pager."""
_Read = tuple[InvoiceDetail, SupplierHistory]


class LookingKeys(KeyPart):
    """Looks closer at the subject of a page."""

    keys = ("look",)

    def __init__(self, page: Page[None], subject: Subject) -> None:
        super().__init__(page)
        self._subject = subject

    def _wanted(self) -> str | None:
        """Return the id of the invoice that is shown; if there is none, say so."""
        if self._subject.invoice_id is None:
            self.page.say("no invoice is under the cursor")
        return self._subject.invoice_id

    def action_document(self) -> None:
        """Show what the invoice was read from; where documents are attached, ask which."""
        if invoice_id := self._wanted():
            self.page.say("reading the document")
            self.page.ask(
                "document", lambda service: service.invoice(invoice_id), self._choose_document
            )

    def _choose_document(self, detail: InvoiceDetail) -> None:
        names = [one.document_name for one in detail.comments if one.document_name]
        if not names:
            self._read_document(detail.id, None)
            return
        from tui.screens.choose import ChooseDocumentScreen  # noqa: PLC0415 - when needed

        def chosen(name: str | None) -> None:
            if name is not None:
                self._read_document(detail.id, name or None)

        self.page.say("")
        self.page.open(ChooseDocumentScreen(self.session, dict.fromkeys(names)), chosen)

    def _read_document(self, invoice_id: str, attached: str | None) -> None:
        self.page.ask(
            "document",
            lambda service: service.documents.text(invoice_id, attached),
            self._show_text,
        )

    def action_raw(self) -> None:
        """Show all that is stored of it."""
        if invoice_id := self._wanted():
            self.page.say("reading the invoice")
            self.page.ask(
                "raw", lambda service: as_json(service.invoice(invoice_id)), self._show_text
            )

    def _show_text(self, text: str) -> None:
        """Show a text in the pager; it is harmless already."""
        from tui.own_programs import paged  # noqa: PLC0415 - when needed

        self.page.say(paged(self.page.app, text))

    def action_evidence(self) -> None:
        """Ask for a file, then write the whole story of the invoice to it."""
        if not (invoice_id := self._wanted()):
            return
        from tui.screens.words import WordsScreen  # noqa: PLC0415 - when needed

        def named(typed: str | None) -> None:
            if typed:
                self._write_evidence(invoice_id, Path(typed).expanduser())

        title = f"Evidence of {invoice_id}"
        effect = "A new file for an auditor: Markdown, or JSON if it is named .json"
        screen = WordsScreen(self.session, title, effect, "file or folder", "name a file")
        self.page.open(screen, named)

    def _write_evidence(self, invoice_id: str, output: Path) -> None:
        async def work(service: ApprovalService) -> str:
            return await asyncio.to_thread(service.auditor.write_evidence, invoice_id, output)

        self.page.post_message(ErrandWanted("evidence", work, invoice_id))

    def action_compare(self) -> None:
        """Show it side by side with the invoice most like it."""
        if invoice_id := self._wanted():
            self.page.ask(
                "compare",
                lambda service: (
                    service.invoice(invoice_id),
                    service.readings.supplier_history(invoice_id),
                ),
                self._compare,
            )

    def _compare(self, read: _Read) -> None:
        detail, past = read
        twin = twin_of(detail, past)
        if twin is None:
            self.page.say("nothing to compare it with: it is the first of this supplier")
        else:
            self.page.show(ShowComparison(detail, past, twin))

    def action_copy_id(self) -> None:
        """Copy the id."""
        if invoice_id := self._wanted():
            self._copy(invoice_id)

    def action_copy_line(self) -> None:
        """Copy what the line says, tab by tab."""
        if row := self._subject.row:
            amount = money(row.payable_amount, row.currency)
            holds = "; ".join(hold.reason for hold in row.holds)
            line = (
                row.seen.invoice_id,
                row.number,
                row.supplier,
                amount,
                row.due_date or "",
                holds,
            )
            self._copy("\t".join(inert(part, 400) for part in line))
        elif self._wanted():
            self.page.say("nothing waits here, so there is no line; y copies the id")

    def _copy(self, text: str) -> None:
        """Hand a text to the terminal: whether its clipboard takes it, only the terminal knows."""
        self.page.app.copy_to_clipboard(text)
        self.page.say(f"sent to the terminal's clipboard: {text}")


def as_json(detail: InvoiceDetail) -> str:
    """Return all of an invoice as JSON in which nothing can reach the terminal as a command."""
    text = json.dumps(detail_shape(detail), ensure_ascii=False, indent=1)
    return "\n".join(inert(line, _LONGEST) for line in text.splitlines()) + "\n"
