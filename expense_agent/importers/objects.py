"""A decoded JSON object -> what it says, field by field, flat or nested; records of many."""

from collections.abc import Iterator, Mapping
from typing import Any

from expense_agent.domain.invoice import Source
from expense_agent.importers.amounts import ExactNumber, NumberNotation
from expense_agent.importers.assemble import Notations, Said, invoice_from
from expense_agent.importers.dates import DateNotation
from expense_agent.importers.grouping import Keyed
from expense_agent.importers.headers import (
    AMOUNT_FIELDS,
    DATE_FIELDS,
    INVOICE_FIELDS,
    Columns,
    columns_of,
    listed,
    normalised,
)
from expense_agent.importers.json_text import LONGEST, decoded
from expense_agent.importers.mapping import ColumnMapping
from expense_agent.importers.problem import Problem, UnreadableError
from expense_agent.importers.record import Record
from expense_agent.importers.text import printable

_DEEPEST_KEY = 3
_KNOWN_SHAPES = 256
_LISTS = {
    "lines": "lines invoicelines lineitems items positions positionen",
    "payment_means": "paymentmeans bankaccounts accounts",
    "preceding": "preceding precedinginvoices",
    "vat_breakdown": "vatbreakdown taxes",
    "discounts": "discounts",
    "document_allowances": "documentallowances",
    "document_charges": "documentcharges",
    "flags": "flags",
}
_LIST_OF = {word: name for name, words in _LISTS.items() for word in words.split()}
_LINE_KEYS = {
    "id": "id lineid",
    "name": "name item itemname product title",
    "description": "description text note",
    "quantity": "quantity qty menge",
    "unit": "unit unitcode uom",
    "net_amount": "netamount lineamount amount total linetotal net",
    "price": "price unitprice netprice",
    "vat_category": "vatcategory taxcategory",
    "vat_rate": "vatrate taxrate vatpercent",
    "counts": "counts",
}
_VAT_KEYS = {
    "category": "category vatcategory code",
    "rate": "rate vatrate percent",
    "base": "base taxableamount",
    "tax": "tax taxamount amount",
}
_DISCOUNT_KEYS = {
    "percent": "percent",
    "last_day": "lastday",
    "base": "base",
    "text": "text description",
}
_MEANS_KEYS = {
    "code": "code typecode",
    "account": "account iban accountnumber",
    "account_name": "accountname accountholder name",
    "bic": "bic swift",
    "mandate": "mandate",
}


class Objects:
    """Reads objects of one file; objects with the same keys are looked up once."""

    def __init__(self, mapping: ColumnMapping) -> None:
        self._chosen = mapping.columns
        self.unseen: dict[str, str] = dict(mapping.columns)
        """The fields of the mapping that no object has had so far: field -> key."""
        self._shapes: dict[tuple[str, ...], Columns] = {}

    def said(self, value: Any) -> Said:
        """Return the fields of an object; raises UnreadableError."""
        found = unwrapped(value)
        cells = dict(_cells(found))
        columns = self._columns(tuple(cells))
        if columns.problems:
            first = columns.problems[0]
            raise UnreadableError(f"{first.location.replace('column', 'key')}: {first.reason}")
        if "payable_amount" not in columns.at:
            reason = f"the keys are: {listed(columns.names)}"
            raise UnreadableError(f"no key for the amount to pay; {reason}")
        texts = list(cells.values())
        lists = _lists(found)
        return Said(
            {name: text for name, i in columns.at.items() if (text := texts[i])},
            lines=_each(lists["lines"], _LINE_KEYS, "lines"),
            means=_each(lists["payment_means"], _MEANS_KEYS, "payment_means"),
            vat_breakdown=_each(lists["vat_breakdown"], _VAT_KEYS, "vat_breakdown"),
            discounts=_each(lists["discounts"], _DISCOUNT_KEYS, "discounts"),
            document_allowances=_texts(lists["document_allowances"]),
            document_charges=_texts(lists["document_charges"]),
            preceding=_texts(lists["preceding"]),
            flags=[text for text in _texts(lists["flags"]) if ": " in text and text.isprintable()],
        )

    def is_invoice(self, value: Mapping[str, Any]) -> bool:
        """Whether an object is an invoice itself and not the wrapper of a list of them."""
        at = self._columns(tuple(dict(_cells(unwrapped(value))))).at
        return "payable_amount" in at and ("number" in at or "supplier" in at)

    def _columns(self, names: tuple[str, ...]) -> Columns:
        columns = self._shapes.get(names)
        if columns is None:
            if len(self._shapes) >= _KNOWN_SHAPES:
                self._shapes.clear()
            columns = self._shapes[names] = self._found(names)
        return columns

    def _found(self, names: tuple[str, ...]) -> Columns:
        """Find the fields; a key of the mapping that an object lacks is an empty field of it."""
        keys = {*names, *map(normalised, names)}
        here = {
            name: key
            for name, key in self._chosen.items()
            if key in keys or normalised(key) in keys
        }
        self.unseen = {name: key for name, key in self.unseen.items() if name not in here}
        fields = [name for name in INVOICE_FIELDS if name in here or name not in self._chosen]
        return columns_of(names, here, fields)


def unwrapped(value: Any) -> Mapping[str, Any]:
    """Return the invoice object, also out of an entry that `read --json` has written."""
    if isinstance(value, dict) and isinstance(value.get("invoice"), dict):
        value = value["invoice"]
    if isinstance(value, dict) and value.get("invoice", value) is None:
        raise UnreadableError("an entry without an invoice")
    if not isinstance(value, dict):
        raise UnreadableError("not an object with fields of an invoice")
    return value


def _cells(value: Mapping[str, Any], prefix: str = "", level: int = 1) -> Iterator[tuple[str, str]]:
    """Flatten: {"supplier": {"name": ...}} gives "supplier.name"; lists are read elsewhere."""
    for key, item in value.items():
        if isinstance(item, dict) and level < _DEEPEST_KEY:
            yield from _cells(item, f"{prefix}{key}.", level + 1)
        elif (text := _text(item)) is not None:
            yield prefix + key, text


def _text(item: Any) -> str | None:
    match item:
        case ExactNumber():
            return item
        case str():
            return item.strip()
        case None:
            return ""
        case bool():
            return "true" if item else "false"
        case _:
            return None


def _lists(value: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the lists by our names; two of one meaning are one list, nothing is dropped."""
    found: dict[str, list[Any]] = {name: [] for name in _LISTS}
    for key, item in value.items():
        name = key if key in _LISTS else _LIST_OF.get(normalised(key))
        if name and isinstance(item, list):
            found[name] += item
    return found


def _each(value: list[Any], keys: Mapping[str, str], where: str) -> list[dict[str, str]]:
    """Return the texts of a list of objects by our names."""
    names = {word: name for name, words in keys.items() for word in words.split()}
    found = []
    for i, item in enumerate(value):
        if not isinstance(item, dict):
            raise UnreadableError(f"{where}[{i}] is not an object")
        found.append(_named(item, names))
    return found


def _named(item: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in item.items():
        name = key if key in names.values() else names.get(normalised(key))
        text = _text(value)
        if name and text and (name not in found or key == name):
            found[name] = text
    return found


def _texts(value: list[Any]) -> list[str]:
    return [item for item in value if isinstance(item, str)]


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
