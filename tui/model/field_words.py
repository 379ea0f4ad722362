"""The line below a right field of the edit form: its former value, or the reason for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from expense_agent.domain.edit_fields import EditField
from expense_agent.service import InvoiceDetail
from tui.model.candidates import candidates
from tui.model.edit_form import Form, Typed, matching

_SHOWN_MATCHES = 4


@dataclass(frozen=True, slots=True)
class FieldWords:
    """Speaks of the fields of one form."""

    form: Form
    detail: InvoiceDetail
    categories: Mapping[str, str]

    def said(self, field: EditField, value: str, typed: Typed) -> tuple[str, bool]:
        """Return a sentence about a field, and whether it says what is wrong."""
        problem = typed.problems.get(field.name, "")
        if field.kind == "category" and problem and self._found(value):
            return self._completion(value), False
        if problem:
            return problem, True
        if field.kind == "category":
            return self._category(field, value, typed), False
        if field.kind == "credit":
            return self._credit(field, typed), False
        return (self._was(field) if field.name in typed.changes else ""), False

    def completed(self, value: str) -> str | None:
        """Return the category that Enter takes for what is typed."""
        return next(iter(self._found(value)), None)

    def _found(self, value: str) -> list[str]:
        return matching(value, self.categories) if value else []

    def _completion(self, value: str) -> str:
        first, *others = self._found(value)
        also = f"; also {', '.join(others[: _SHOWN_MATCHES - 1])}" if others else ""
        return f"Enter takes {first}{also}"

    def _credit(self, field: EditField, typed: Typed) -> str:
        """Return what is taken off, or what the digits would take."""
        taken = dict(field.choices).get(typed.changes.get(field.name, ""))
        if taken:
            return f"{taken} is taken off"
        return self._numbered(words for _, words in field.choices)

    @staticmethod
    def _numbered(found: Iterable[str]) -> str:
        """Return what the digits stand for."""
        return "   ".join(f"{number} {one}" for number, one in enumerate(found, start=1))

    def _was(self, field: EditField) -> str:
        return f"was {self.form.before[field.name] or 'empty'}"

    def _category(self, field: EditField, value: str, typed: Typed) -> str:
        """Return what it is and was; while it is unchanged, candidates and why it was suggested."""
        if changed := typed.changes.get(field.name):
            return f"{self.categories.get(changed, changed)}, {self._was(field)}"
        label = self.categories.get(value, value)
        suggestion = self.detail.suggestion
        sure = f"{suggestion.confidence:.0%} sure: " if suggestion and value else ""
        why = f"{sure}{suggestion.why}" if suggestion and suggestion.why else ""
        if found := candidates(self.detail):
            named = self._numbered(self.categories.get(one, one) for one in found)
            return f"{named}   {why}"
        return ", ".join(part for part in (label, why) if part)
