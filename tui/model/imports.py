"""The imports of this run: how far each is, and what became of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from expense_agent.service import ImportProgress, ImportReport
from tui.formatting import counted

_COUNTED = ("scheduled", "waiting", "booked", "duplicates", "problems")


@dataclass
class Batch:
    """One import."""

    number: int
    paths: tuple[Path, ...]
    mapping: Path | None
    began: datetime
    progress: ImportProgress = field(default_factory=lambda: ImportProgress("", 0, 0.0))
    report: ImportReport | None = None
    """None until it has ended by itself."""
    broke_off: str = ""
    """Why it ended otherwise; "" if it has not."""

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self.report is None and not self.broke_off

    @property
    def name(self) -> str:
        """The import in few words."""
        first = self.paths[0].name or str(self.paths[0])
        more = len(self.paths) - 1
        return f"{first} and {more:,} more" if more else first

    @property
    def outcomes(self) -> dict[str, int]:
        """How many invoices have become what, and the problems, so far."""
        if self.report is None:
            return {name: self.progress.outcomes.get(name, 0) for name in _COUNTED}
        counts = {name: getattr(self.report, name) for name in _COUNTED[:-1]}
        return {**counts, "problems": len(self.report.problems)}

    @property
    def sentence(self) -> str:
        """How far it is, or how it ended, in one sentence."""
        if self.broke_off:
            return f"{self.name}: {self.broke_off}"
        done = self.report.invoices if self.report else self.progress.done
        counts = ", ".join(_counted(name, count) for name, count in self.outcomes.items() if count)
        said = f"{counted(done, 'invoice')}: {counts}" if counts else "nothing found in it"
        if self.report is None:
            return f"{self.name}: {self.progress.share:.0%}, {said if done else 'reading'}"
        first = self.report.problems[0].reason if self.report.problems else ""
        more = f"; {first}" if first else ""
        return f"{self.name}: {said}, in {self.report.seconds:.1f} s{more}"


def _counted(name: str, count: int) -> str:
    """Return "1 problem", "2 problems", "3 waiting", "4 known already"."""
    if name == "duplicates":
        return f"{count:,} known already"
    return counted(count, name[:-1]) if name.endswith("s") else f"{count:,} {name}"


class Imports:
    """All imports of this run, the newest first."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.last_typed = ""
        """The last choice, to begin with the next time."""
        self.stop: Callable[[], object] = lambda: None
        """Stops the running one after the chunk in hand; does nothing when none runs."""

    @property
    def running(self) -> Batch | None:
        """The one that runs; there is one at a time."""
        return next((batch for batch in self.batches if batch.running), None)

    def begin(self, paths: Sequence[Path], mapping: Path | None, at: datetime) -> Batch:
        """Note that an import begins."""
        batch = Batch(len(self.batches) + 1, tuple(paths), mapping, at)
        self.batches.insert(0, batch)
        return batch

    def apply(self, number: int, told: ImportProgress | ImportReport | str) -> Batch:
        """Take in how far an import is, its report, or why it broke off."""
        batch = next(one for one in self.batches if one.number == number)
        match told:
            case ImportProgress():
                batch.progress = told
            case ImportReport():
                batch.report = told
            case str():
                batch.broke_off = told
        return batch
