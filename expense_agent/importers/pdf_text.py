"""A PDF without an e-invoice, where the policy lets a language model read its text.

The model only writes down strings. Our own reader of JSON makes an invoice of them, and whatever
does not stand in the text letter by letter is refused. The invoice is always held for a person.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from expense_agent.domain.invoice import Invoice, Source
from expense_agent.importers.json_file import JsonFile
from expense_agent.importers.mapping import ColumnMapping
from expense_agent.importers.problem import Problem
from expense_agent.importers.record import Document

Transcribe = Callable[[str], Mapping[str, Any] | None]
"""Writes down what a text says, in the `invoice` shape, strings only; None: no answer."""

NO_ANSWER = "no e-invoice inside this PDF, and no language model has read its pages"
_LONGEST_TEXT = 20_000
_AMOUNTS = ("payable_amount", "tax_amount")
_CHECKED = ("number", "supplier", "vat_id", "account", "payable_amount", "tax_amount")


@dataclass(frozen=True, slots=True)
class ModelPages:
    """Has a language model write down what stands on the pages. Implements PageReader."""

    transcribe: Transcribe

    def read(self, words: str, source: Source) -> Invoice | Problem:
        """Return the invoice, or why there is none."""
        said = self.transcribe(words[:_LONGEST_TEXT])
        if said is None:
            return Problem("file", NO_ANSWER)
        if missing := [name for name in _CHECKED if not _stands_in(words, name, said.get(name))]:
            named = ", ".join(name.replace("_", " ") for name in missing)
            return Problem("text", f"not in its text, though a language model read it: {named}")
        return _invoice(said, source)


def _invoice(said: Mapping[str, Any], source: Source) -> Invoice | Problem:
    """Have our own reader make the invoice, from plain strings."""
    written = json.dumps(_shape(said)).encode()
    record = next(JsonFile().read(Document(source, written), ColumnMapping()))
    if record.invoice is None:
        return Problem("text", "; ".join(problem.reason for problem in record.problems))
    return replace(record.invoice, source=source)


def _shape(said: Mapping[str, Any]) -> dict[str, Any]:
    names = ("number", "issue_date", "due_date", "currency", "payable_amount", "tax_amount")
    shape: dict[str, Any] = {name: said[name] for name in names if said.get(name)}
    shape["supplier"] = {"name": said.get("supplier") or None, "vat_id": said.get("vat_id") or None}
    if said.get("account"):
        shape["payment_means"] = [{"code": "30", "account": said["account"]}]
    if said.get("description"):
        shape["lines"] = [{"name": said["description"]}]
    return shape


def _stands_in(text: str, name: str, value: object) -> bool:
    """Whether a value is in the text: letters and digits in their order; none is none."""
    if name in _AMOUNTS and value:
        return any(_apart(form, text) for form in _written(str(value)))
    wanted = _letters(str(value or ""))
    return not wanted or wanted in _letters(text)


def _written(amount: str) -> Iterator[str]:
    """Yield how an amount may be written: with any usual separator, or without any."""
    whole, _, cents = amount.partition(".")
    if not re.fullmatch(r"\d{1,12}", whole, re.ASCII) or not re.fullmatch(r"\d*", cents, re.ASCII):
        return
    grouped = f"{int(whole):,}"
    for comma in ("", ",", ".", " ", "'", "\u2019", "\u00a0", "\u202f"):
        for point in (".", ","):
            if comma != point:
                yield grouped.replace(",", comma) + (point + cents if cents else "")
        if not cents.strip("0"):
            yield grouped.replace(",", comma)


def _apart(form: str, text: str) -> bool:
    """Whether a number stands in a text by itself, and not as a part of a longer one."""
    return bool(re.search(rf"(?<![\d.,]){re.escape(form)}(?![.,]?\d)", text))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).casefold()
