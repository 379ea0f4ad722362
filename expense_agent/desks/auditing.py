"""Reports taken out of the ledger: evidence, the journal, another policy tried."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expense_agent import __version__
from expense_agent.domain.category import Category
from expense_agent.domain.invoice import Source, to_plain
from expense_agent.domain.policy import Policy
from expense_agent.errors import DocumentGone
from expense_agent.exporters.evidence_export import as_file
from expense_agent.exporters.journal import (
    Entry,
    account_of,
    invoice_postings,
    journal,
    payment_postings,
)
from expense_agent.exporters.whole_file import is_folder, write_whole
from expense_agent.ports import Clock, utc
from expense_agent.shapes import detail_shape, payment_shape, run_shape
from expense_agent.storage.audit_reader import Booked, Transfer, booked, story
from expense_agent.storage.database import Database
from expense_agent.storage.payment_runs import PaymentRunTable, run_view
from expense_agent.storage.records import RecordReader
from expense_agent.storage.store import Sources

_SHOWN = (
    "round", "level", "interrupt_id", "fingerprint", "approvals_needed", "payable", "currency",
    "account", "category", "due_date", "holds", "policy_version", "waiting_since", "expires_at",
    "held_until",
)  # fmt: skip
_OF_THE_INVOICE = (
    "id", "state", "invoice", "category", "suggestion", "account", "imported_by", "received_at",
    "reopens", "reopened_as", "edits", "decisions", "reversals", "comments", "steps",
)  # fmt: skip
"""Fields of the shape of `show` that evidence has, too."""


@dataclass(frozen=True, slots=True)
class Auditor:
    """Reads the ledger for people outside of it."""

    database: Database
    records: RecordReader
    runs: PaymentRunTable
    sources: Sources
    categories: Sequence[Category]
    clock: Clock
    by: str

    def write_evidence(self, invoice_id: str, output: Path) -> str:
        """Write the story of an invoice to a new file, or into a folder; say what was written."""
        if is_folder(output):
            output = output / f"evidence-{invoice_id}.md"
        content = as_file(self.evidence(invoice_id), output)
        write_whole(output, content)
        return f"{output}: {len(content):,} bytes"

    def evidence(self, invoice_id: str) -> dict[str, Any]:
        """Return the whole story of one invoice with what proves it; raises UnknownInvoice."""
        proof = story(self.database, invoice_id)
        detail = self.records.invoice(invoice_id)
        shown = detail_shape(detail)
        payments = self.records.payments_of(invoice_id)
        runs = dict.fromkeys(payment.run for payment in payments if payment.run)
        return {
            "made": {"at": utc(self.clock.now()), "by": self.by, "program": __version__},
            **{name: shown[name] for name in _OF_THE_INVOICE},
            "invoice_as_read": to_plain(self.records.as_read(invoice_id)),
            "source_kept": self._is_kept(detail.invoice.source),
            "requests": _requests(proof["rows"]),
            "payments": [payment_shape(payment) for payment in payments],
            "runs": [run_shape(run_view(self.runs.get(run))) for run in runs],
            "proof": proof,
        }

    def try_policy(self, now: Policy, tried: Policy, changed: Mapping[str, Any]) -> dict[str, Any]:
        """Say what another policy would have done over the history."""
        from expense_agent.desks.policy_simulation import tried_out  # noqa: PLC0415 - runs every rule again

        return tried_out(self.database, now, tried, changed)

    def journal(self) -> bytes:
        """Return the journal of all that was booked or scheduled."""
        accounts = {category.id: category for category in self.categories}
        entries: list[Entry] = []
        omitted = []
        for one in booked(self.database):
            account = account_of(one.category, accounts)
            postings = invoice_postings(one.invoice, account, amount_edited=one.amount_edited)
            if postings:
                entries.append(_booking(one, postings))
            else:
                omitted.append(f"{one.invoice_id}, {one.invoice.number or 'no number'}: no amount")
            entries += _transfers(one)
        return journal(entries, omitted)

    def _is_kept(self, source: Source) -> bool:
        try:
            self.sources.get(source.sha256, source.file)
        except DocumentGone:
            return False
        return True


def _requests(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the requests as they were shown, from their sealed rows."""
    asked = [
        dict(zip(row["columns"], row["values"], strict=True))
        for row in rows
        if row["table"] == "approval_requests"
    ]
    return [
        {column: one[column] for column in _SHOWN}
        for one in sorted(asked, key=lambda one: (int(one["round"]), int(one["level"])))
    ]


def _booking(one: Booked, postings: Any) -> Entry:
    invoice = one.invoice
    issued = invoice.issue_date
    remark = "the amount was edited: VAT is not told apart" if one.amount_edited else ""
    return Entry(
        day=issued.isoformat() if issued else one.received,
        payee=invoice.supplier.name or "unknown supplier",
        text=f"{'credit note' if invoice.is_credit_note else 'invoice'} {invoice.number or '-'}",
        link=f"invoice-{one.invoice_id}",
        currency=invoice.currency,
        postings=postings,
        remark=remark,
    )


def _transfers(one: Booked) -> Iterator[Entry]:
    return (_transfer(one, sent) for sent in one.transfers if sent.status != "scheduled")


def _transfer(one: Booked, sent: Transfer) -> Entry:
    return Entry(
        day=sent.day,
        payee=one.invoice.payee_name or one.invoice.supplier.name or "unknown supplier",
        text=f"payment {sent.payment_id} of {one.invoice.number or one.invoice_id}",
        link=f"invoice-{one.invoice_id}",
        currency=sent.amount.currency,
        postings=payment_postings(sent.amount.rounded().amount),
        pending=sent.status != "settled",
        remark=f"payment run {sent.run}" if sent.run else "",
    )
