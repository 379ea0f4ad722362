"""Which column of a table is which field of an invoice, by the names people give their columns.

A name counts in any case, with spaces, dots, dashes and underscores ignored. Stronger names win;
two columns of equal strength for one field are for the user to decide, in a mapping file.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from expense_agent.domain.money import EXPONENTS
from expense_agent.importers.aliases import ALIASES, NET
from expense_agent.importers.problem import Problem
from expense_agent.importers.text import printable

AMOUNT_FIELDS = (
    "payable_amount",
    "tax_inclusive_amount",
    "tax_exclusive_amount",
    "tax_amount",
    "line_total",
    "allowances",
    "charges",
    "prepaid_amount",
    "rounding_amount",
)
DATE_FIELDS = ("issue_date", "due_date")
INVOICE_FIELDS = tuple(name for name in ALIASES if name != "category")
"""Fields of an invoice a column can hold; the stronger claim to a column stands first."""

_FOLDS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "#": "no"})
# "Amount (GBP)", "Betrag in EUR"; without bracket or "in" only codes that are no words.
_CURRENCY = re.compile(
    r"\s*[(\[]\s*(?:in\s)?\s*([A-Z]{3}|€)\s*[)\]]\s*$|\s(?:in\s+)([A-Z]{3}|€)\s*$"
    r"|[\s,;_]+(EUR|GBP|USD|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|JPY|CAD|AUD|€)\s*$"
)
_CONTRACT = -1
_TIERS: dict[str, dict[str, int]] = {
    field: {name: tier for tier, names in enumerate(tiers) for name in names}
    for field, tiers in ALIASES.items()
}
_DESCRIPTIVE = frozenset(
    (
        "description",
        "detail",
        "purchase_order",
        "buyer_reference",
        "accounting_reference",
        "payment_terms",
        "country",
    )
)
"""Fields that neither money nor identity hangs on."""
_MOST_NAMED = 12
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands."""

    at: Mapping[str, int]
    """Field -> index of its column."""
    names: Sequence[str]
    """The header as written."""
    currency: str | None
    """The currency that the header of the payable amount names: "Amount (GBP)"."""
    problems: tuple[Problem, ...]
    """The questions a person must answer first; nothing of the table can be read."""
    notes: tuple[Problem, ...]

    def header(self, field: str) -> str:
        """Return the name of a field's column, printable."""
        return printable(self.names[self.at[field]].strip())


def columns_of(
    names: Sequence[str], chosen: Mapping[str, str], fields: Sequence[str] = INVOICE_FIELDS
) -> Columns:
    """Find the fields among column names.

    `chosen` is the user's mapping, field -> header, and decides before any name does.
    """
    search = _Search(names)
    for name, header in chosen.items():
        search.by_choice(name, header)
    for name in fields:
        if name not in chosen:
            search.by_name(name)
    if "payable_amount" not in chosen:
        search.refuse_net_beside_tax()
    payable = search.at.get("payable_amount")
    currency = None if payable is None else _without_currency(names[payable])[1]
    return Columns(search.at, names, currency, tuple(search.problems), tuple(search.notes))


def recognised(names: Sequence[str], chosen: Mapping[str, str]) -> int:
    """Count the cells of a row that name a field: the header is the row that has most."""
    wanted = {normalised(header) for header in chosen.values()}
    keys = {normalised(name) for name in names if len(name) <= _LONGEST_NAME}
    return sum(key in wanted or any(key in tiers for tiers in _TIERS.values()) for key in keys)


def normalised(header: str) -> str:
    """Fold a column name: `Rechnungs-Nr.` gives "rechnungsnr", `Amount (GBP)` "amount"."""
    name, _ = _without_currency(header)
    folded = unicodedata.normalize("NFKC", name).casefold().translate(_FOLDS)
    decomposed = unicodedata.normalize("NFKD", folded)
    return re.sub(r"[\W_]", "", "".join(c for c in decomposed if not unicodedata.combining(c)))


def listed(names: Sequence[str]) -> str:
    """Write column names out for a reason: printable, and not hundreds of them."""
    shown = [printable(name.strip())[:40] for name in names if name.strip()]
    more = f" and {len(shown) - _MOST_NAMED} more" if len(shown) > _MOST_NAMED else ""
    return ", ".join(shown[:_MOST_NAMED]) + more if shown else "without names"


@dataclass(slots=True)
class _Search:
    """Gives each field its column; what has one owner is not given to a second."""

    names: Sequence[str]
    at: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    _keys: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self._keys = [normalised(name) for name in self.names]

    def by_choice(self, name: str, header: str) -> None:
        """Take the column the user has named."""
        exact = [i for i, other in enumerate(self.names) if other.strip() == header.strip()]
        key = normalised(header)
        found = exact or [i for i, other in enumerate(self._keys) if key and other == key]
        if len(found) == 1:
            self.at[name] = found[0]
            return
        why = "two columns of that name" if found else f"the columns are {listed(self.names)}"
        self.problems.append(Problem(f"column {printable(header)}", f"mapped to {name}: {why}"))

    def by_name(self, name: str) -> None:
        """Take the column with the strongest name; of several equal ones a person must choose."""
        best = self._strongest(name)
        if not best:
            return
        if len(best) == 1 or name in _DESCRIPTIVE:
            self.at[name] = best[0]
        if len(best) > 1:
            both = " and ".join(f'"{self._shown(i)}"' for i in best)
            if name in _DESCRIPTIVE:
                said = f"{both} may both be it: the first is read"
                self.notes.append(Problem(f"column {name}", said))
            else:
                said = f"{both} may both be it; {_advice(name)}"
                self.problems.append(Problem(f"column {name}", said))

    def refuse_net_beside_tax(self) -> None:
        """Refuse to pay an amount without tax: the payable one stands somewhere else."""
        payable = self.at.get("payable_amount")
        if payable is not None and "tax_amount" in self.at and self._keys[payable] in NET:
            said = f'"{self._shown(payable)}" is without tax; {_advice("payable_amount")}'
            self.problems.append(Problem("column payable_amount", said))

    def _strongest(self, name: str) -> list[int]:
        taken = set(self.at.values())
        claims: dict[int, list[int]] = {}
        for i, key in enumerate(self._keys):
            tier = _CONTRACT if self.names[i].strip() == name else _TIERS[name].get(key)
            if tier is not None and i not in taken:
                claims.setdefault(tier, []).append(i)
        return claims[min(claims)] if claims else []

    def _shown(self, i: int) -> str:
        return printable(self.names[i].strip()[:_LONGEST_NAME])


def _advice(name: str) -> str:
    return f'name the right one in a mapping file: [columns] {name} = "..."'


def _without_currency(header: str) -> tuple[str, str | None]:
    """Split "Amount (GBP)" into "Amount" and "GBP"."""
    header = header[:_LONGEST_NAME]
    found = _CURRENCY.search(header)
    code = next(filter(None, found.groups()), None) if found else None
    code = "EUR" if code == "€" else code
    return (header[: found.start()], code) if found and code in EXPONENTS else (header, None)
