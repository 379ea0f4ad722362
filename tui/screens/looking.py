"""Looking closer at an invoice, also with programs of the person's own; decides nothing."""

import asyncio
import json
from pathlib import Path

from expense_agent.service import ApprovalService, InvoiceDetail, QueueRow, SupplierHistory
from expense_agent.shapes import detail_shape
from tui.destinations import ShowComparison
from tui.formatting import money
from tui.keymap import bindings
from tui.messages import ErrandWanted
from tui.model.past import twin_of
from tui.safe_text import inert
from tui.screens.mode_page import ModePage
from tui.screens.words import WordsScreen

_LONGEST = 1_000_000
"""Characters of JSON that go to the pager."""
_Read = tuple[InvoiceDetail, SupplierHistory]


class LookingPage(ModePage):
    """A screen that shows an invoice."""

    BINDINGS = bindings("look")

    def target(self) -> QueueRow | None:
        """Return the request this screen shows."""
        raise NotImplementedError

    @property
    def looked_at(self) -> str | None:
        """The id of the invoice that is shown."""
        row = self.target()
        return row.seen.invoice_id if row else None

    def action_document(self) -> None:
        """Show what the invoice was read from; where documents are attached, ask which."""
        if invoice_id := self.looked_at:
            self.say("reading the document")
            self.ask("document", lambda service: service.invoice(invoice_id), self._choose_document)

    def _choose_document(self, detail: InvoiceDetail) -> None:
        names = [one.document_name for one in detail.comments if one.document_name]
        if not names:
            self._read_document(detail.id, None)
            return
        from tui.screens.choose_document import ChooseDocumentScreen  # noqa: PLC0415 - when needed

        def chosen(name: str | None) -> None:
            if name is not None:
                self._read_document(detail.id, name or None)

        self.say("")
        self.open(ChooseDocumentScreen(self.session, dict.fromkeys(names)), chosen)

    def _read_document(self, invoice_id: str, attached: str | None) -> None:
        self.ask("document", lambda service: service.document(invoice_id, attached), self._page)

    def action_raw(self) -> None:
        """Show all that is stored of it."""
        if invoice_id := self.looked_at:
            self.say("reading the invoice")
            self.ask("raw", lambda service: as_json(service.invoice(invoice_id)), self._page)

    def _page(self, text: str) -> None:
        """Show a text in the pager; it is harmless already."""
        from tui.pager import paged  # noqa: PLC0415 - when needed

        self.say(paged(self.app, text))

    def action_evidence(self) -> None:
        """Ask for a file, then write the whole story of the invoice to it."""
        if not (invoice_id := self.looked_at):
            return

        def named(typed: str | None) -> None:
            if typed:
                self._write_evidence(invoice_id, Path(typed).expanduser())

        title = f"Evidence of {invoice_id}"
        effect = "A new file for an auditor: Markdown, or JSON if it is named .json"
        screen = WordsScreen(self.session, title, effect, "file or folder", "name a file")
        self.open(screen, named)

    def _write_evidence(self, invoice_id: str, output: Path) -> None:
        async def work(service: ApprovalService) -> str:
            return await asyncio.to_thread(service.auditor.write_evidence, invoice_id, output)

        self.post_message(ErrandWanted("evidence", work, invoice_id))

    def action_compare(self) -> None:
        """Show it side by side with the invoice most like it."""
        if invoice_id := self.looked_at:
            self.ask(
                "compare",
                lambda service: (service.invoice(invoice_id), service.supplier_history(invoice_id)),
                self._compare,
            )

    def _compare(self, read: _Read) -> None:
        detail, past = read
        twin = twin_of(detail, past)
        if twin is None:
            self.say("nothing to compare it with: it is the first of this supplier")
        else:
            self.show(ShowComparison(detail, past, twin))

    def action_copy_id(self) -> None:
        """Copy the id."""
        if invoice_id := self.looked_at:
            self._copy(invoice_id)

    def action_copy_line(self) -> None:
        """Copy what the line says, tab by tab."""
        if row := self.target():
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

    def _copy(self, text: str) -> None:
        """Hand a text to the terminal: whether its clipboard takes it, only the terminal knows."""
        self.app.copy_to_clipboard(text)
        self.say(f"sent to the terminal's clipboard: {text}")


def as_json(detail: InvoiceDetail) -> str:
    """Return all of an invoice as JSON in which nothing can reach the terminal as a command."""
    text = json.dumps(detail_shape(detail), ensure_ascii=False, indent=1)
    return "\n".join(inert(line, _LONGEST) for line in text.splitlines()) + "\n"
