"""The table of payment runs: written down first, with their files; exported once the file rests."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from expense_agent.domain.invoice import canonical_json
from expense_agent.domain.money import Money
from expense_agent.domain.payment_run import PaymentRun, RunLine
from expense_agent.errors import LedgerTampered, UsageProblem
from expense_agent.ports import Clock, utc
from expense_agent.service.payment_runs import RunView
from expense_agent.storage.audit_table import AuditTrail, refuse_unvouched
from expense_agent.storage.database import Database, Row


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run as the ledger has it, with the bytes of its file."""

    id: str
    format: str
    created_by: str
    created_at: str
    debtor: Mapping[str, Any] | None
    head: str
    payments: int
    totals: Mapping[str, str]
    sha256: str
    content: bytes
    exported: bool
    """False: its file may not have been written."""


class PaymentRunTable:
    """Writes and reads payment runs."""

    def __init__(self, database: Database, clock: Clock, trail: AuditTrail) -> None:
        self._database = database
        self._clock = clock
        self._trail = trail

    def due(self, until: str, today: str) -> list[RunLine]:
        """Return the scheduled payments of no run that are to be made until a day (ISO)."""
        rows = self._database.all(f"{_DUE} ORDER BY p.payment_id", until)
        return [_line(row, max(row["execution_date"], today)) for row in rows]

    def why_not(self, line: RunLine) -> str | None:
        """Say why a payment must not leave, or None.

        It was answered against since, has left already, or is not vouched for.
        """
        thread_id = self._database.all(
            "SELECT thread_id FROM payments WHERE payment_id = ?", line.payment_id
        )[0]["thread_id"]
        against = self._database.one(
            "SELECT by, what FROM contradicted_payments WHERE thread_id = ?", thread_id
        )
        if against:
            said = f"{against['by']} ({against['what']})"
            return f"it was answered against since by {said}: `recover` asks again"
        has_left = "SELECT * FROM left_already WHERE payment_id = ?"
        if left := self._database.one(has_left, line.payment_id):
            amount = Money.from_minor(left["amount_minor"], left["currency"])
            said = f"payment run {left['run_id']} has paid {amount} into {left['account']}"
            return f"{said} for it already: undo it, then approve that or reject it"
        try:
            refuse_unvouched(self._database, thread_id, line.invoice_id, paid=True)
        except LedgerTampered as alarm:
            return str(alarm)
        return None

    def head(self) -> str:
        """Return number and hash of the last audit event, the anchor a run carries."""
        row = self._database.all("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")[0]
        return f"{row['seq']}:{row['hash'].hex()}"

    def prepare(self, run: PaymentRun, content: bytes, by: str) -> None:
        """Write a run down with its file, before the file leaves the ledger."""
        debtor = asdict(run.debtor) if run.debtor else None
        rows = [
            self._database.insert(
                "payment_runs",
                run_id=run.id,
                format=run.format,
                created_by=by,
                created_at=run.created_at,
                debtor=canonical_json(debtor),
                head=run.head,
                payments=len(run.lines),
                totals=canonical_json(run.totals),
                sha256=hashlib.sha256(content).hexdigest(),
                content=content,
            )
        ]
        rows += [self._add_line(run.id, place, line) for place, line in enumerate(run.lines, 1)]
        self._trail.append(
            by,
            "payment_run",
            None,
            rows=rows,
            run=run.id,
            format=run.format,
            payments=len(run.lines),
            totals=run.totals,
            sha256=hashlib.sha256(content).hexdigest(),
            head=run.head,
        )

    def export(self, run_id: str, file: str, by: str) -> None:
        """Say of every payment of a run that it is exported; what is said already stays."""
        now = utc(self._clock.now())
        for row in self._database.all(_UNEXPORTED, run_id):
            seal = self._database.insert(
                "payment_events",
                payment_id=row["payment_id"],
                status="exported",
                actor=by,
                at=now,
            )
            self._trail.append(
                by, "exported", row["invoice_id"], rows=[seal],
                payment=row["payment_id"], run=run_id, file=file,
            )  # fmt: skip

    def unfinished(self) -> KeptRun | None:
        """Return the run that was cut off before its payments were exported, if there is one."""
        row = self._database.one(
            "SELECT l.run_id FROM payment_run_lines l WHERE NOT EXISTS (SELECT 1 FROM"
            " payment_events e WHERE e.payment_id = l.payment_id AND e.status = 'exported')"
            " ORDER BY l.run_id LIMIT 1"
        )
        return self.get(row["run_id"]) if row else None

    def get(self, run_id: str) -> KeptRun:
        """Return a run; raises UsageProblem for an unknown, LedgerTampered for a changed one."""
        row = self._database.one("SELECT * FROM payment_runs WHERE run_id = ?", run_id)
        if row is None:
            known = ", ".join(self.ids()[-5:]) or "none yet"
            raise UsageProblem(f"no payment run {run_id}; the last ones are: {known}")
        if hashlib.sha256(row["content"]).hexdigest() != row["sha256"]:
            raise LedgerTampered(f"the file of payment run {run_id} is not what was written down")
        return KeptRun(
            id=row["run_id"],
            format=row["format"],
            created_by=row["created_by"],
            created_at=row["created_at"],
            debtor=json.loads(row["debtor"]),
            head=row["head"],
            payments=row["payments"],
            totals=json.loads(row["totals"]),
            sha256=row["sha256"],
            content=row["content"],
            exported=not self._database.all(f"{_UNEXPORTED} LIMIT 1", run_id),
        )

    def lines(self, run_id: str) -> list[RunLine]:
        """Return the lines of a run, in the order of its file."""
        rows = self._database.all(_LINES, run_id)
        return [_line(row, row["exported_for"]) for row in rows]

    def ids(self) -> list[str]:
        """Return the ids of all runs, oldest first."""
        rows = self._database.all("SELECT run_id FROM payment_runs ORDER BY rowid")
        return [row["run_id"] for row in rows]

    def _add_line(self, run_id: str, ordinal: int, line: RunLine) -> str | None:
        return self._database.insert(
            "payment_run_lines",
            run_id=run_id,
            ordinal=ordinal,
            payment_id=line.payment_id,
            end_to_end_id=line.end_to_end_id,
            execution_date=line.execution_date,
        )


def run_view(kept: KeptRun) -> RunView:
    """Return a run as people read it: without the bytes of its file."""
    return RunView(
        run=kept.id,
        format=kept.format,
        created_at=kept.created_at,
        created_by=kept.created_by,
        payments=kept.payments,
        totals=kept.totals,
        sha256=kept.sha256,
        head=kept.head,
        exported=kept.exported,
    )


def _line(row: Row, day: str) -> RunLine:
    return RunLine(
        payment_id=row["payment_id"],
        invoice_id=row["invoice_id"],
        payment_key=row["payment_key"],
        execution_date=day,
        amount=Money.from_minor(row["amount_minor"], row["currency"]),
        name=row["supplier"],
        account=row["account"],
        remittance=row["remittance"],
        first_key=row["first_key"],
    )


_FIRST_KEY = """coalesce((SELECT k.first_key FROM first_keys k WHERE k.payment_id = p.payment_id),
  p.payment_key) AS first_key"""
_PAYMENT = f"""SELECT p.*, i.invoice_id, {_FIRST_KEY}
FROM payments p JOIN invoices i ON i.thread_id = p.thread_id"""
_DUE = f"""{_PAYMENT}
WHERE p.execution_date <= ? AND NOT EXISTS (
  SELECT 1 FROM payment_run_lines l WHERE l.payment_id = p.payment_id) AND NOT EXISTS (
  SELECT 1 FROM payment_events e WHERE e.payment_id = p.payment_id AND e.status <> 'scheduled')"""
_UNEXPORTED = """
SELECT l.payment_id, i.invoice_id FROM payment_run_lines l
JOIN payments p ON p.payment_id = l.payment_id JOIN invoices i ON i.thread_id = p.thread_id
WHERE l.run_id = ? AND NOT EXISTS (SELECT 1 FROM payment_events e
  WHERE e.payment_id = l.payment_id AND e.status = 'exported') ORDER BY l.ordinal"""
_LINES = f"""
SELECT p.*, i.invoice_id, {_FIRST_KEY}, l.execution_date AS exported_for FROM payment_run_lines l
JOIN payments p ON p.payment_id = l.payment_id JOIN invoices i ON i.thread_id = p.thread_id
WHERE l.run_id = ? ORDER BY l.ordinal"""
