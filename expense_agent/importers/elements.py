"""One element with named fields after another -> Records, each with its place in the file."""

from collections.abc import Iterator
from typing import Any

from expense_agent.domain.invoice import Source
from expense_agent.importers.amounts import NumberNotation
from expense_agent.importers.assemble import Notations, invoice_from
from expense_agent.importers.dates import DateNotation
from expense_agent.importers.grouping import Keyed
from expense_agent.importers.headers import AMOUNT_FIELDS, DATE_FIELDS
from expense_agent.importers.json_text import LONGEST, decoded
from expense_agent.importers.mapping import ColumnMapping
from expense_agent.importers.objects import Objects
from expense_agent.importers.problem import Problem, UnreadableError
from expense_agent.importers.record import Record
from expense_agent.importers.text import printable


class ElementReader:
    """Reads the invoices of one file whose fields have names, JSON or another."""

    def __init__(self, source: Source, form: str, mapping: ColumnMapping) -> None:
        self._source = source
        self._form = form
        self._objects = Objects(mapping)
        number = NumberNotation(mapping.decimal, strict=mapping.decimal is None)
        day = DateNotation(mapping.date_order, chosen=mapping.date_order is not None)
        self._notations = Notations(
            dict.fromkeys(AMOUNT_FIELDS, number), dict.fromkeys(DATE_FIELDS, day), mapping.currency
        )

    def record(self, location: str, text: str, depth: int, share: float) -> Keyed:
        """Read one element of a JSON text."""
        try:
            return self.element(location, decoded(text, depth), share)
        except UnreadableError as error:
            return self.refused(location, str(error), share)

    def element(self, location: str, value: Any, share: float) -> Keyed:
        """Read one element that is decoded already; values are text."""
        key = ("", "")
        try:
            said = self._objects.said(value)
            key = (said.fields.get("supplier", ""), said.fields.get("number", ""))
            file = self._source
            source = Source(file.file, file.sha256, file.bytes, location)
            invoice = invoice_from(said, self._notations, source)
        except UnreadableError as error:
            return key, self.refused(location, str(error), share)[1]
        return key, Record(self._source.file, self._form, None, invoice, (), share)

    def refused(self, location: str, reason: str, share: float = 1.0) -> Keyed:
        """Return a Record that says why something was not read."""
        problem = Problem(location, reason)
        return ("", ""), Record(self._source.file, self._form, None, None, (problem,), share)

    def end(self) -> Iterator[Keyed]:
        """Say at the end of a file which keys of the mapping stood in no object of it."""
        for name, key in self._objects.unseen.items():
            reason = f"mapped to {name}: no invoice of the file has this key"
            yield self.refused(f"key {printable(key)}", reason)

    def is_invoice(self, text: str) -> bool:
        """Whether an object is an invoice itself, not the wrapper of a list of them."""
        if len(text) > LONGEST:
            return False
        try:
            return self._objects.is_invoice(decoded(text))
        except UnreadableError:
            return False
