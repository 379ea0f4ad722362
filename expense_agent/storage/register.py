"""The register: every invoice ever seen, as read and as edited, with where it stands.

Where it stands includes what was taken back of it, and what was asked again.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from expense_agent.domain.edit import Edited
from expense_agent.domain.invoice import (
    Invoice,
    canonical_json,
    from_plain,
    invoice_kind,
    to_compact,
    with_changes,
)
from expense_agent.domain.reversal import Reopening, Reversal
from expense_agent.domain.supplier import supplier_keys
from expense_agent.errors import LedgerTampered, UnknownInvoice
from expense_agent.ports import Clock, Registered, utc
from expense_agent.service.readings import Held, OpenEnds
from expense_agent.storage.audit_table import AuditTrail
from expense_agent.storage.database import Database, Row
from expense_agent.storage.similarity import Likeness

_REVERSALS = "SELECT round, taken_back_by, reason, payment_id, decided_by FROM reversals"


def reversals_of(database: Database, thread_id: str) -> tuple[Reversal, ...]:
    """Return what was taken back of an invoice, in order."""
    rows = database.all(f"{_REVERSALS} WHERE thread_id = ? ORDER BY round", thread_id)
    return tuple(_reversal(row) for row in rows)


def reversal_of_payment(database: Database, payment_id: int) -> Reversal:
    """Return why a payment was voided."""
    return _reversal(database.all(f"{_REVERSALS} WHERE payment_id = ?", payment_id)[0])


def reopening_of(database: Database, thread_id: str) -> Reopening | None:
    """Say which refused invoice this one asks about again, if it does."""
    row = database.one(
        "SELECT i.invoice_id, o.reopened_by, o.reason, o.origin FROM reopenings o"
        " JOIN invoices i ON i.thread_id = o.reopens WHERE o.thread_id = ?",
        thread_id,
    )
    if row is None:
        return None
    return Reopening(row["invoice_id"], row["reopened_by"], row["reason"], row["origin"])


def reopened_as(database: Database, thread_id: str) -> str | None:
    """Return the id under which an invoice is asked about again."""
    row = database.one(
        "SELECT i.invoice_id FROM reopenings o JOIN invoices i ON i.thread_id = o.thread_id"
        " WHERE o.reopens = ?",
        thread_id,
    )
    return row["invoice_id"] if row else None


def _reversal(row: Row) -> Reversal:
    return Reversal(
        round=row["round"],
        by=row["taken_back_by"],
        reason=row["reason"],
        payment_id=row["payment_id"],
        decided_by=tuple(json.loads(row["decided_by"])),
    )


_SHORTEST_ID = 6
_CUT_OFF = "FROM invoices WHERE status IN ('received', 'deciding')"
_GIVEN_UP = "FROM invoices WHERE status = 'failed'"
"""Written out, for SQLite to find the indexes made for them."""
_CROCKFORD = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789abcdefghjkmnpqrstvwxyz"
)


class Register:
    """Writes and reads the table of invoices."""

    def __init__(
        self, database: Database, clock: Clock, trail: AuditTrail, likeness: Likeness
    ) -> None:
        self._database = database
        self._clock = clock
        self._trail = trail
        self._likeness = likeness

    def add(self, invoice: Invoice, content_hash: str, by: str) -> tuple[Registered, bool]:
        """Write an invoice down; give it and whether it is new."""
        thread_id = f"invoice-{content_hash[:32]}"
        with self._database.transaction():
            if self._database.one("SELECT 1 FROM invoices WHERE thread_id = ?", thread_id):
                return self.get(thread_id), False
            self._write(invoice, content_hash, by, recorded_by=by)
            return self.get(thread_id), True

    def copy(self, known: Registered, content_hash: str, by: str) -> Registered:
        """Write an invoice down once more, as it was read, under another content hash."""
        row = self._database.all("SELECT body FROM invoices WHERE thread_id = ?", known.thread_id)[
            0
        ]
        invoice = _as_read(row["body"])
        return self.get(self._write(invoice, content_hash, known.imported_by, recorded_by=by))

    def _write(self, invoice: Invoice, content_hash: str, by: str, *, recorded_by: str) -> str:
        thread_id = f"invoice-{content_hash[:32]}"
        invoice_id = self._free_id(content_hash)
        received = utc(self._clock.now())
        seal = self._database.insert(
            "invoices",
            invoice_id=invoice_id,
            thread_id=thread_id,
            content_hash=content_hash,
            body=canonical_json(to_compact(invoice)),
            number_key=invoice.number_key,
            kind=invoice_kind(invoice),
            imported_by=by,
            received_at=received,
        )
        known_by = (
            self._database.insert("invoice_suppliers", supplier_key=key, thread_id=thread_id)
            for key in supplier_keys(invoice.supplier)
        )
        self._record(invoice, invoice_id, recorded_by, [seal, *known_by])
        row = self._database.all("SELECT seq FROM invoices WHERE thread_id = ?", thread_id)[0]
        self._likeness.keep(invoice, row["seq"], received)
        return thread_id

    def thread_of(self, invoice_id: str) -> str:
        """Return the thread of an invoice id; raises UnknownInvoice."""
        row = self._database.one("SELECT thread_id FROM invoices WHERE invoice_id = ?", invoice_id)
        if row is None:
            raise UnknownInvoice(invoice_id)
        return str(row["thread_id"])

    def get(self, thread_id: str) -> Registered:
        """Return the invoice of a thread, edits applied; raises LedgerTampered if it is none."""
        row = self._database.one(
            "SELECT *, (SELECT count(*) FROM comments c WHERE c.thread_id = i.thread_id)"
            " AS comments, EXISTS (SELECT 1 FROM reversals u WHERE u.thread_id = i.thread_id)"
            " OR EXISTS (SELECT 1 FROM reopenings o WHERE o.thread_id = i.thread_id) AS asked_anew"
            " FROM invoices i WHERE thread_id = ?",
            thread_id,
        )
        if row is None:
            raise UnknownInvoice(thread_id)
        try:
            return self._as_edited(row)
        except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError) as error:
            raise LedgerTampered(
                f"{row['invoice_id']} cannot be read from the ledger ({type(error).__name__});"
                " nothing is done with it, and `audit verify` says more"
            ) from error

    def _as_edited(self, row: Row) -> Registered:
        thread_id = row["thread_id"]
        edits = self._edits(thread_id)
        changes: dict[str, str] = {}
        for edit in edits:
            changes |= edit.after
        return Registered(
            id=row["invoice_id"],
            thread_id=thread_id,
            seq=row["seq"],
            status=row["status"],
            invoice=with_changes(_as_read(row["body"]), changes),
            imported_by=row["imported_by"],
            category=changes.get("category"),
            round=row["round"],
            edits=edits,
            failures=row["failures"],
            comments=row["comments"],
            suggestion=json.loads(row["suggestion"]),
            reversals=reversals_of(self._database, thread_id) if row["asked_anew"] else (),
            reopening=reopening_of(self._database, thread_id) if row["asked_anew"] else None,
        )

    def _edits(self, thread_id: str) -> tuple[Edited, ...]:
        rows = self._database.all(
            "SELECT editor, before, after, round FROM edits WHERE thread_id = ? ORDER BY round",
            thread_id,
        )
        return tuple(
            Edited(row["editor"], json.loads(row["before"]), json.loads(row["after"]), row["round"])
            for row in rows
        )

    def unfinished(self, void: Sequence[str], *, include_failed: bool) -> list[str]:
        """Return the threads that are not at rest, and those under a claim that is `void`."""
        failed = f" UNION ALL SELECT seq, thread_id {_GIVEN_UP}" if include_failed else ""
        rows = self._database.all(f"SELECT seq, thread_id {_CUT_OFF}{failed} ORDER BY seq")
        if include_failed:  # asked for by a person, and worth a look at every open request
            rows += self._database.all(
                "SELECT thread_id FROM overtaken_requests"
                " UNION SELECT thread_id FROM contradicted_payments"
            )
        return list(dict.fromkeys(row["thread_id"] for row in rows) | dict.fromkeys(void))

    def open_ends(self, held: tuple[Held, ...], void: Sequence[str]) -> OpenEnds:
        """Say what was cut off or given up, and is not `held` by anybody."""
        columns = "seq, thread_id, invoice_id, status"
        rows = self._database.all(
            f"SELECT {columns} {_CUT_OFF} UNION SELECT {columns} {_GIVEN_UP}"
            f" UNION SELECT {columns} FROM invoices"
            " WHERE thread_id IN (SELECT value FROM json_each(?)) ORDER BY seq",
            json.dumps(void),
        )
        busy = {one.thread_id for one in held}
        found = [(row["invoice_id"], row["status"]) for row in rows if row["thread_id"] not in busy]
        return OpenEnds(
            tuple(invoice_id for invoice_id, status in found if status != "failed"),
            tuple(invoice_id for invoice_id, status in found if status == "failed"),
            held,
        )

    def set_status(self, thread_id: str, status: str) -> None:
        """Say where an invoice stands."""
        self._database.write(
            "UPDATE invoices SET status = ? WHERE thread_id = ?", status, thread_id
        )

    def set_round(self, thread_id: str, number: int, status: str) -> None:
        """Begin a round; what broke off before no longer counts."""
        self._database.write(
            "UPDATE invoices SET round = ?, status = ?, failures = 0 WHERE thread_id = ?",
            number,
            status,
            thread_id,
        )

    def give_up(self, thread_id: str) -> None:
        """Leave an invoice to a person, unless it is finished."""
        self._database.write(
            "UPDATE invoices SET status = 'failed' WHERE thread_id = ?"
            " AND status NOT IN ('scheduled', 'booked', 'rejected', 'expired')",
            thread_id,
        )

    def count_failure(self, thread_id: str) -> None:
        """Count a run that broke off."""
        self._database.write(
            "UPDATE invoices SET failures = failures + 1 WHERE thread_id = ?", thread_id
        )

    def keep_trace(
        self, thread_id: str, suggestion: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]
    ) -> None:
        """Keep what the agent did, for those who read the ledger without the engine."""
        self._database.write(
            "UPDATE invoices SET suggestion = ?, steps = ? WHERE thread_id = ?",
            canonical_json(suggestion),
            canonical_json(steps),
            thread_id,
        )

    def _record(
        self, invoice: Invoice, invoice_id: str, by: str, rows: Sequence[str | None]
    ) -> None:
        self._trail.append(
            by,
            "received",
            invoice_id,
            rows=rows,
            number=invoice.number,
            supplier=invoice.supplier.name,
            payable=str(invoice.payable) if invoice.payable else None,
            file=invoice.source.file,
            location=invoice.source.location,
            sha256=invoice.source.sha256,
        )

    def _free_id(self, content_hash: str) -> str:
        """Return the shortest id that is free: content makes it, so it is the same everywhere."""
        text = base64.b32encode(bytes.fromhex(content_hash)).translate(_CROCKFORD).decode()
        ids = (text[:length] for length in range(_SHORTEST_ID, len(text)))
        taken = "SELECT 1 FROM invoices WHERE invoice_id = ?"
        return next(short for short in ids if self._database.one(taken, short) is None)


@lru_cache(maxsize=256)
def _as_read(body: str) -> Invoice:
    """Return the invoice of a body; every node of a run reads the same few."""
    return from_plain(json.loads(body))
