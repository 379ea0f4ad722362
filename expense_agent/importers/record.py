"""The result of reading a file, and the promise of an importer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from expense_agent.domain.invoice import Invoice, Source
from expense_agent.importers.mapping import ColumnMapping
from expense_agent.importers.problem import Problem


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of `read --json`: an invoice, or why there is none."""

    file: str
    """The path as it was given, made printable."""
    format: str | None
    """"ubl", "cii", "zugferd1", "csv", "json", "jsonl" or "xlsx"; None for anything else."""
    container: str | None
    """"pdf" when the invoice was inside one."""
    invoice: Invoice | None
    problems: tuple[Problem, ...]
    """Without an invoice: why it was not read. Beside an invoice: notes."""
    share: float
    """How far through this file, 0 to 1; for progress only."""


class PageReader(Protocol):
    """Reads an invoice off the words of a PDF that carries no e-invoice: a guess, not a reading."""

    def read(self, words: str, source: Source) -> Invoice | Problem:
        """Return the invoice, or why there is none; raises nothing. Pages are parted by form feeds.

        Whatever it gives is held for a person (`read_off_pages`), whatever the policy says.
        """
        ...


@dataclass(frozen=True, slots=True)
class Document:
    """A file in memory: exactly the bytes that were hashed."""

    source: Source
    data: bytes
    pages: PageReader | None = None
    """The reader to be asked about a PDF without an e-invoice; None: it is not read."""


class Importer(Protocol):
    """Reads one format. Recognises it by bytes; no exception leaves `read`."""

    @property
    def format(self) -> str:
        """The name of the format in `read --json`."""
        ...

    def recognises(self, data: bytes) -> bool:
        """Whether this is a file of the format; at most one importer says so."""
        ...

    def read(self, document: Document, mapping: ColumnMapping) -> Iterator[Record]:
        """Read lazily, at least one Record per file."""
        ...
