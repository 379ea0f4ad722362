"""Which column of a table is which field of an invoice, by the names people give their columns.

A name counts in any case, with spaces, dots, dashes and underscores ignored. Stronger names win;
two columns of equal strength for one field are for the user to decide, in a mapping file.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
_CURRENCY = re.compile(r"[\s_]*(?:[(\[]\s*(?:in\s+)?([A-Z]{3}|€)\s*[)\]]|\sin\s+([A-Z]{3}|€))\s*$")
_CONTRACT = -1
_TIERS: dict[str, dict[str, int]] = {
    field: {name: tier for tier, names in enumerate(tiers) for name in names}
    for field, tiers in ALIASES.items()
}
_MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands."""

    at: Mapping[str, int]
    """Field -> index of its column."""
    names: Sequence[str]
    """The header as written."""
    currency: str | None
    """The currency that the header of the payable amount names: "Amount (GBP)"."""

    def header(self, field: str) -> str:
        """Give the name of a field's column, printable."""
        return printable(self.names[self.at[field]].strip())


def columns_of(
    names: Sequence[str], chosen: Mapping[str, str], fields: Sequence[str] = INVOICE_FIELDS
) -> tuple[Columns, list[Problem]]:
    """Find the fields among column names; also give what stays open.

    `chosen` is the user's mapping, field -> header, and decides before any name does.
    """
    problems: list[Problem] = []
    at: dict[str, int] = {}
    keys = [normalised(name) for name in names]
    for field, header in chosen.items():
        found = _positions(header, names, keys)
        if len(found) == 1:
            at[field] = found[0]
        else:
            why = "two columns of that name" if found else f"the columns are {listed(names)}"
            problems.append(Problem(f"column {printable(header)}", f"mapped to {field}: {why}"))
    for field in fields:
        if field not in chosen:
            _by_name(field, names, keys, at, problems)
    _no_net_instead_of_gross(names, keys, chosen, at, problems)
    payable = at.get("payable_amount")
    currency = None if payable is None else _currency_in(names[payable])
    return Columns(at, names, currency), problems


def recognised(names: Sequence[str], chosen: Mapping[str, str]) -> int:
    """Count the cells of a row that name a field: the header is the row that has most."""
    wanted = {normalised(header) for header in chosen.values()}
    keys = {normalised(name) for name in names if len(name) < 100}  # noqa: PLR2004 - no header
    return sum(key in wanted or any(key in tiers for tiers in _TIERS.values()) for key in keys)


def normalised(header: str) -> str:
    """Fold a column name: `Rechnungs-Nr.` gives "rechnungsnr", `Amount (GBP)` "amount"."""
    folded = unicodedata.normalize("NFKC", _CURRENCY.sub("", header)).casefold().translate(_FOLDS)
    decomposed = unicodedata.normalize("NFKD", folded)
    return re.sub(r"[\W_]", "", "".join(c for c in decomposed if not unicodedata.combining(c)))


def listed(names: Sequence[str]) -> str:
    """Write column names out for a reason: printable, and not hundreds of them."""
    shown = [printable(name.strip())[:40] for name in names if name.strip()]
    more = f" and {len(shown) - _MOST_NAMED} more" if len(shown) > _MOST_NAMED else ""
    return ", ".join(shown[:_MOST_NAMED]) + more if shown else "without names"


def _positions(header: str, names: Sequence[str], keys: Sequence[str]) -> list[int]:
    exact = [i for i, name in enumerate(names) if name.strip() == header.strip()]
    return exact or [i for i, key in enumerate(keys) if key and key == normalised(header)]


def _by_name(
    field: str,
    names: Sequence[str],
    keys: Sequence[str],
    at: dict[str, int],
    problems: list[Problem],
) -> None:
    taken = set(at.values())
    claims: dict[int, list[int]] = {}
    for i, key in enumerate(keys):
        tier = _CONTRACT if names[i].strip() == field else _TIERS[field].get(key)
        if tier is not None and i not in taken:
            claims.setdefault(tier, []).append(i)
    if not claims:
        return
    best = claims[min(claims)]
    if len(best) == 1:
        at[field] = best[0]
        return
    both = " and ".join(f'"{printable(names[i].strip())}"' for i in best)
    advice = f'name the right one in a mapping file: [columns] {field} = "..."'
    problems.append(Problem(f"column {field}", f"{both} may both be it; {advice}"))


def _no_net_instead_of_gross(
    names: Sequence[str],
    keys: Sequence[str],
    chosen: Mapping[str, str],
    at: dict[str, int],
    problems: list[Problem],
) -> None:
    """Refuse to pay a net amount beside a tax column: the payable amount is somewhere else."""
    payable = at.get("payable_amount")
    if payable is None or "payable_amount" in chosen or "tax_amount" not in at:
        return
    if keys[payable] in NET:
        reason = (
            f'"{printable(names[payable].strip())}" is without tax; name the amount to pay in a '
            'mapping file: [columns] payable_amount = "..."'
        )
        problems.append(Problem("column payable_amount", reason))


def _currency_in(header: str) -> str | None:
    found = _CURRENCY.search(header)
    code = (found[1] or found[2]) if found else None
    code = "EUR" if code == "€" else code
    return code if code in EXPONENTS else None
