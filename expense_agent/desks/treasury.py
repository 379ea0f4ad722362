"""Payment runs, from scheduled payments to a file that rests on the disk.

A run and its file are written down in the ledger first; then the file is written, and only then
are its payments exported. A kill in between leaves a run that the next call finishes, with the
same bytes. Nothing leaves a ledger that cannot be proved. One process at a time: whoever comes
second is told, before anything is chosen.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from expense_agent.domain.payment_run import (
    FORMATS,
    PAIN_09,
    PaymentRun,
    RunLine,
    in_order,
    run_id,
    totals,
)
from expense_agent.domain.policy import Policy
from expense_agent.errors import CannotWrite, RequestRefused, UsageProblem
from expense_agent.exporters import EXPORTERS, Exporter
from expense_agent.exporters.whole_file import (
    Replaceable,
    equals,
    nothing,
    refuse_target,
    write_whole,
)
from expense_agent.ports import Clock, utc
from expense_agent.service.payment_runs import (
    DaySum,
    LeftOut,
    PlannedPayment,
    RunPlan,
    RunReport,
    RunView,
)
from expense_agent.storage.database import Database
from expense_agent.storage.payment_runs import KeptRun, PaymentRunTable, run_view
from expense_agent.storage.restorations import RestorationTable
from expense_agent.storage.verify import verify

LOCK = "pay-run"
PAIN = "pain.001"
MOST_FINDINGS = 5
"""So many findings are told of a ledger that cannot be proved; `audit verify` tells all."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    lines: tuple[RunLine, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Treasury:
    """Implements paying.PayRuns."""

    database: Database
    table: PaymentRunTable
    restorations: RestorationTable
    policy: Policy
    clock: Clock
    by: str

    def plan(self, until: date | None = None, format: str | None = None) -> RunPlan:  # noqa: A002
        """Say what a run would hold; changes nothing."""
        kind = self._format(format)
        chosen, waits = self._choose(until, kind, EXPORTERS[kind]()), self.restorations.open()
        return RunPlan(
            format=kind,
            payments=tuple(_planned(line) for line in chosen.lines),
            totals=totals(line.amount for line in chosen.lines),
            dates=tuple(_by_date(chosen.lines)),
            left_out=chosen.left_out,
            notes=(*([waits.sentence] if waits else []), *chosen.notes),
        )

    def run(
        self,
        output: Path,
        until: date | None = None,
        format: str | None = None,  # noqa: A002 - what the command calls it
    ) -> RunReport:
        """Export scheduled payments, once; finishes a run that was cut off instead."""
        kind = self._format(format)
        with self._alone():
            kept, chosen = self.table.unfinished(), _Chosen((), (), ())
            repeated = kept is not None
            refuse_target(output, _same(kept))
            self._refuse_unproved()
            if kept is None:
                kept, chosen = self._written_down(until, kind)
            if kept is None:
                return _nothing(kind, chosen)
            self._write(output, kept)
        return _report(kept, output, chosen, repeated=repeated)

    def again(self, run_id: str, output: Path) -> RunReport:
        """Write the file of a run once more, the same bytes."""
        with self._alone():
            kept = self.table.get(run_id)
            refuse_target(output, _same(kept))
            self._refuse_unproved()
            self._write(output, kept)
        return _report(kept, output, _Chosen((), (), ()), repeated=True)

    def runs(self) -> list[RunView]:
        """Return the runs made, the latest first."""
        return [run_view(self.table.get(name)) for name in reversed(self.table.ids())]

    def _format(self, wanted: str | None) -> str:
        if wanted in (None, PAIN):
            return self.policy.debtor.pain if self.policy.debtor else PAIN_09
        if wanted not in FORMATS:
            raise UsageProblem(f"no format {wanted!r}; there are {', '.join((PAIN, *FORMATS))}")
        return wanted

    def _choose(self, until: date | None, kind: str, exporter: Exporter) -> _Chosen:
        if exporter.needs_debtor and self.policy.debtor is None:
            raise UsageProblem(
                f"{kind} names the account that pays: the policy needs a [debtor] with name and"
                " account"
            )
        today = self.clock.now().date().isoformat()
        lines, left_out = [], []
        for line in self.table.due(until.isoformat() if until else "9999-12-31", today):
            reason = exporter.why_not(line, self.policy.debtor) or self.table.why_not(line)
            if reason is None:
                lines.append(line)
            else:
                left_out.append(_left_out(line, reason))
        notes = tuple(note for line in lines for note in exporter.notes(line))
        return _Chosen(in_order(lines), tuple(left_out), notes)

    def _written_down(self, until: date | None, kind: str) -> tuple[KeptRun | None, _Chosen]:
        """Choose under the ledger's lock, so that nobody takes back what is chosen."""
        exporter = EXPORTERS[kind]()
        with self.database.transaction():
            chosen = self._choose(until, kind, exporter)
            if not chosen.lines:
                return None, chosen
            now = utc(self.clock.now())
            run = PaymentRun(
                id=run_id(now[:10], chosen.lines),
                format=kind,
                created_at=now,
                debtor=self.policy.debtor if exporter.needs_debtor else None,
                head=self.table.head(),
                lines=chosen.lines,
                store=self.database.seen.store if self.database.seen else "",
            )
            self.table.prepare(run, exporter.write(run), self.by)
        return self.table.get(run.id), chosen

    def _write(self, output: Path, kept: KeptRun) -> None:
        try:
            write_whole(output, kept.content, _same(kept))
        except (CannotWrite, UsageProblem) as problem:
            raise RequestRefused(
                f"{problem}; run {kept.id} is written down, `pay-run --output FILE` goes on with it"
            ) from problem
        with self.database.transaction():
            self.table.export(kept.id, output.name, self.by)

    def _refuse_unproved(self) -> None:
        """Export nothing from a ledger that `doctor` would not call ok; raises RequestRefused."""
        if waits := self.restorations.open():
            raise RequestRefused(f"nothing is exported: {waits.sentence}")
        findings = verify(self.database).findings
        if not findings:
            return
        more = len(findings) - MOST_FINDINGS
        told = "; ".join(findings[:MOST_FINDINGS]) + (f"; and {more} more" if more > 0 else "")
        raise RequestRefused(f"nothing is exported, `audit verify` finds: {told}")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let nobody else make a run at the same time; a process that dies lets go."""
        self.database.refuse_read_only()
        with self.database.exclusive(LOCK) as alone:
            if not alone:
                raise RequestRefused("another payment run is being written at this moment")
            yield


def _same(kept: KeptRun | None) -> Replaceable:
    """Let a run's file be written over itself; a payment run replaces no other."""
    return equals(kept.content) if kept else nothing


def _left_out(line: RunLine, reason: str) -> LeftOut:
    return LeftOut(
        payment_id=line.payment_id,
        invoice_id=line.invoice_id,
        supplier=line.name,
        amount=_amount(line),
        currency=line.amount.currency,
        reason=reason,
    )


def _planned(line: RunLine) -> PlannedPayment:
    return PlannedPayment(
        payment_id=line.payment_id,
        invoice_id=line.invoice_id,
        supplier=line.name,
        account=line.account,
        amount=_amount(line),
        currency=line.amount.currency,
        remittance=line.remittance,
        execution_date=line.execution_date,
        end_to_end_id=line.end_to_end_id,
    )


def _amount(line: RunLine) -> str:
    return totals([line.amount])[line.amount.currency]


def _by_date(lines: Sequence[RunLine]) -> Iterator[DaySum]:
    for day, several in groupby(lines, key=lambda line: line.execution_date):
        group = tuple(several)
        for currency, total in totals(line.amount for line in group).items():
            count = sum(line.amount.currency == currency for line in group)
            yield DaySum(day, currency, count, total)


def _nothing(kind: str, chosen: _Chosen) -> RunReport:
    return RunReport(
        run=None, format=kind, file=None, sha256=None, bytes=0, payments=0, totals={},
        created_at=None, head=None, repeated=False, left_out=chosen.left_out, notes=chosen.notes,
    )  # fmt: skip


def _report(kept: KeptRun, output: Path, chosen: _Chosen, *, repeated: bool) -> RunReport:
    return RunReport(
        run=kept.id,
        format=kept.format,
        file=str(output),
        sha256=sha256(kept.content).hexdigest(),
        bytes=len(kept.content),
        payments=kept.payments,
        totals=kept.totals,
        created_at=kept.created_at,
        head=kept.head,
        repeated=repeated,
        left_out=chosen.left_out,
        notes=chosen.notes,
    )
