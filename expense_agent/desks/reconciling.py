"""Gives a restored store back what it has forgotten: the payment files written since its backup.

Until all are here, or people have said that there are no more, nothing is exported: what left in
them would leave again.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from expense_agent.domain.authority import why_not_decide
from expense_agent.domain.payment_run import GivenFile
from expense_agent.domain.policy import Policy
from expense_agent.errors import RequestRefused
from expense_agent.named_file import read_file
from expense_agent.ports import Clock
from expense_agent.storage.database import Database
from expense_agent.storage.forgotten_table import ForgottenTable
from expense_agent.storage.payment_runs import PaymentRunTable
from expense_agent.storage.restorations import Forgotten, RestorationTable

LARGEST = 64 * 1024 * 1024
"""Bytes of a payment file that is read back."""


@dataclass(frozen=True, slots=True)
class ReconcileReport:
    """The result of giving payment files back."""

    head: str
    """The newest event now."""
    files: int
    """So many were taken."""
    bytes: int
    """Of these."""
    runs: tuple[dict[str, Any], ...]
    """{"file", "run", "exported", "remembered", "twice"}: payments of the ledger, others, and
    invoices that were paid in another file, too."""
    refused: tuple[dict[str, str], ...]
    """{"file", "reason"}."""
    waits: str | None
    """The reason why pay-run still waits; None: it does not."""


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Reconciles one store with what has left of it."""

    database: Database
    runs: PaymentRunTable
    restorations: RestorationTable
    forgotten: ForgottenTable
    policy: Policy
    clock: Clock
    by: str

    def waits(self) -> str | None:
        """Say what pay-run waits for since the store was restored; None: for nothing."""
        waits = self.restorations.open()
        return waits.sentence if waits else None

    def give_back(self, files: Sequence[Path]) -> ReconcileReport:
        """Take payment files; each that cannot be taken is refused with its reason."""
        taken, refused, length = [], [], 0
        for file in dict.fromkeys(files):
            try:
                content = _content(file)
                taken.append({"file": str(file), **self._take(content, file.name)})
                length += len(content)
            except RequestRefused as refusal:
                refused.append({"file": str(file), "reason": str(refusal)})
        return ReconcileReport(
            head=self._head(),
            files=len(taken),
            bytes=length,
            runs=tuple(taken),
            refused=tuple(refused),
            waits=self.waits(),
        )

    def state_no_more(self, reason: str, report: ReconcileReport) -> ReconcileReport:
        """Say that no more files were written than were given back, as reported."""
        waits = self._open()
        if refusal := why_not_decide(self.by, self.policy, self.clock.now().date()):
            raise RequestRefused(refusal)
        if self.by in waits.stated_by:
            raise RequestRefused("you have said so already: another person must, too")
        needed = 2 if self.policy.approvers else 1
        self.restorations.state_no_more(waits.restoration, self.by, reason, needed)
        return replace(report, head=self._head(), waits=self.waits())

    def _head(self) -> str:
        return self.database.seen.head if self.database.seen else ""

    def _open(self) -> Forgotten:
        waits = self.restorations.open()
        if waits is None:
            restored = self.restorations.newest()
            done = "everything is given back already" if restored else "it was never restored"
            raise RequestRefused(f"this store waits for no payment file: {done}")
        return waits

    def _take(self, content: bytes, name: str) -> dict[str, Any]:
        given = _read(content)
        if self._is_known(given, name):
            return {"run": given.run, "exported": len(given.payments), "remembered": 0, "twice": []}
        mine = self.database.seen.store if self.database.seen else ""
        if given.store != mine:
            said = f"of store {given.store[:8]}, not of {mine[:8]}" if given.store else "of none"
            raise RequestRefused(f"payment run {given.run} is {said}: it was not written here")
        restored = self.restorations.newest()
        if restored is None:
            raise RequestRefused(f"payment run {given.run}: this store was never restored")
        recorded = self.forgotten.record(given, restored.restoration, name, self.by)
        return {
            "run": given.run,
            "exported": recorded.exported,
            "remembered": recorded.remembered,
            "twice": list(recorded.twice),
        }

    def _is_known(self, given: GivenFile, name: str) -> bool:
        """Finish a run that the backup had half done; refuse one that the ledger has whole."""
        if given.run not in self.runs.ids():
            return False
        kept = self.runs.get(given.run)
        if kept.sha256 != hashlib.sha256(given.content).hexdigest():
            raise RequestRefused(f"payment run {given.run} is in the ledger, with another file")
        if kept.exported:
            raise RequestRefused(f"payment run {given.run} is known already")
        with self.database.transaction():
            self.runs.export(kept.id, name, self.by)
        return True


def _content(file: Path) -> bytes:
    try:
        return read_file(file, LARGEST)
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise RequestRefused(f"it cannot be read: {said}") from error


def _read(content: bytes) -> GivenFile:
    from expense_agent.exporters.given_back import NotOurs, read_back  # noqa: PLC0415 - lxml

    try:
        return read_back(content)
    except NotOurs as problem:
        raise RequestRefused(str(problem)) from problem
