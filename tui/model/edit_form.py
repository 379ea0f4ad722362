"""The edit form: typed values or a sentence beside each, and the effects of an edit.

Which fields there are, and of what type, is said by the request. Money goes from text to Decimal,
never through a float.

It is what the rules say of the edited invoice now; the engine checks everything again.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from expense_agent.domain.category import UNSURE
from expense_agent.domain.edit import OFFSET, EditField
from expense_agent.domain.invoice import to_plain
from expense_agent.domain.money import EXPONENTS
from expense_agent.domain.supplier import canonical_account, iban_problem, is_iban
from expense_agent.service import Foreseen, InvoiceDetail

_MOST = 3


def candidates(detail: InvoiceDetail) -> tuple[str, ...]:
    """Return the category it has, then the next best; none when nobody need look."""
    suggestion = detail.suggestion or UNSURE
    unsure = any(hold.rule == "category_unsure" for hold in detail.holds) or suggestion.doubt
    if not unsure or suggestion.kind == "person":
        return ()
    named = (detail.category, suggestion.category, *suggestion.others)
    return tuple(dict.fromkeys(category for category in named if category))[:_MOST]


COMMENT = "comment"
"""The field that every form ends with: why it is changed."""
_AMOUNT = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|[0-9]+(\.[0-9]+)?")


class FieldError(ValueError):
    """A typed value that cannot be taken; the text says why and what would be right."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as read: what changes, and what is wrong."""

    changes: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    """Sentence by field; "comment" when the reason for the change is missing."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one request: its fields, and the values it starts with."""

    fields: tuple[EditField, ...] = ()
    before: Mapping[str, str] = field(default_factory=dict)

    @property
    def open(self) -> tuple[EditField, ...]:
        """Those that may be changed."""
        return tuple(one for one in self.fields if not one.fixed)

    def title(self, name: str) -> str:
        """Return what a field, or a change of one, is called."""
        named = {one.name: one.title for one in self.fields}
        return named.get(name, name.replace("_", " ").capitalize())

    def read(self, values: Mapping[str, str], categories: Mapping[str, str]) -> Typed:
        """Read the typed values; an untouched field is no change, whatever it holds."""
        changes: dict[str, str] = {}
        problems: dict[str, str] = {}
        for one in self.open:
            typed = values[one.name].strip()
            if typed == self.before[one.name]:
                continue
            try:
                changes[one.name] = read_field(one, typed, categories)
            except FieldError as wrong:
                problems[one.name] = str(wrong)
        changes = {name: new for name, new in changes.items() if new != self.before.get(name)}
        if OFFSET in changes and "payable_amount" in changes:
            problems[OFFSET] = "it sets the payable amount itself: change one or the other"
        if not values[COMMENT].strip():
            problems[COMMENT] = "say why: the next approver reads it"
        elif not changes and not problems:
            problems[COMMENT] = "nothing is changed yet"
        return Typed(changes, problems)


def form_of(detail: InvoiceDetail) -> Form:
    """Return the form of the request that waits, as its schema says."""
    now = to_plain(detail.invoice) | {"category": detail.category, "account": detail.account}
    fields = detail.edit_fields
    return Form(fields, {one.name: str(now.get(one.name) or "") for one in fields})


def read_field(one: EditField, text: str, categories: Mapping[str, str]) -> str:
    """Read one field by its type; raises FieldError."""
    text = text.strip()
    match one.kind:
        case "decimal":
            return _amount(text, one.currency)
        case "category":
            return _category(text, categories)
        case "date":
            return _date(text)
        case "account":
            return _account(text)
        case "currency":
            return _currency(text)
        case "credit":
            return _credit(text, [value for value, _ in one.choices])
        case _:
            return text


def _amount(text: str, currency: str) -> str:
    if not _AMOUNT.fullmatch(text):
        raise FieldError("write it as 1240.50, with a decimal point")
    amount = Decimal(text.replace(",", ""))
    decimals = EXPONENTS.get(currency, 2)
    if amount != round(amount, decimals):
        raise FieldError(f"{currency} has {decimals} decimals")
    if amount == 0:
        raise FieldError("must be above zero; reject what is not to be paid")
    return format(round(amount, decimals), "f")


def _currency(text: str) -> str:
    code = text.upper()
    if code not in EXPONENTS:
        raise FieldError("write its three letters, like EUR")
    return code


def _credit(text: str, there: Sequence[str]) -> str:
    if text not in there:
        raise FieldError(f"no credit {text!r} is open; there are {', '.join(there)}")
    return text


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise FieldError("write it as 2026-12-31") from None


def _account(text: str) -> str:
    account = canonical_account(text)
    if not account:
        raise FieldError("an account cannot be taken away; reject the invoice instead")
    problem = iban_problem(account) if is_iban(account) else None
    if problem:
        raise FieldError(problem)
    return account


def matching(text: str, categories: Mapping[str, str]) -> list[str]:
    """Return the category ids whose id or label has the typed text, prefix matches first."""
    typed = text.strip().casefold()
    names = {key: (key.casefold(), label.casefold()) for key, label in categories.items()}
    exact = [key for key, name in names.items() if typed in name]
    if exact:
        return exact
    begins = [key for key, name in names.items() if any(n.startswith(typed) for n in name)]
    within = [key for key, name in names.items() if any(typed in n for n in name)]
    return list(dict.fromkeys([*begins, *within]))


def _category(text: str, categories: Mapping[str, str]) -> str:
    found: Sequence[str] = matching(text, categories) if text else []
    if len(found) == 1:
        return found[0]
    if not found:
        raise FieldError("no category has this in its name")
    raise FieldError(f"several match: {', '.join(found[:4])}")


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


_OF_THE_EDIT = "edited"
"""The hold that every edit brings: said once, at the end."""


def effects(detail: InvoiceDetail, foreseen: Foreseen) -> Iterator[tuple[str, str]]:
    """Yield what to expect: a word ("gone", "new", "stays", "") and a sentence each."""
    before = {(hold.rule, hold.reason): hold for hold in detail.holds}
    after = {(hold.rule, hold.reason): hold for hold in foreseen.holds if _is_other(hold.rule)}
    for name, hold in after.items():
        if name not in before:
            yield "new", hold.reason
    for name, hold in before.items():
        if name not in after and _is_other(hold.rule):
            yield "gone", hold.reason
    for name, hold in after.items():
        if name in before:
            yield "stays", hold.reason
    if foreseen.approvals_needed != detail.approvals_needed:
        yield "", f"needs {foreseen.approvals_needed} approvals, not {detail.approvals_needed}"
    if voided := detail.approvals_given:
        yield "", f"voids {voided} earlier approval{'s'[: voided != 1]}"
    yield "", "it is held as edited, and waits for a person with the new values"


def _is_other(rule: str) -> bool:
    return rule != _OF_THE_EDIT
