"""Another policy tried over a store's history, in the shape people are told it."""

from collections.abc import Mapping, Sequence
from typing import Any

from expense_agent.domain.money import Money, plain
from expense_agent.domain.policy import Policy
from expense_agent.domain.whatif import APPROXIMATIONS, Comparison, Difference, compare, listed
from expense_agent.storage.audit_reader import history
from expense_agent.storage.database import Database


def tried_out(
    database: Database, now: Policy, tried: Policy, changed: Mapping[str, Any]
) -> dict[str, Any]:
    """Let both policies go through the history; `policy try --help` says what each key is."""
    found = compare(history(database), now, tried)
    return {
        "changed": dict(changed),
        "invoices": found.invoices,
        "untouched": {"now": found.untouched_now, "tried": found.untouched_tried},
        "more": _told(found.more),
        "fewer": _told(found.fewer),
        "slipped": _slipped(found),
        "hours_saved": round(sum(d.past.waited_hours for d in found.more), 2),
        "decisions_saved": sum(d.past.decisions for d in found.more),
        "stops": dict(found.stops.most_common()),
        "approximations": list(APPROXIMATIONS),
    }


def _slipped(found: Comparison) -> dict[str, Any]:
    """Return what people stopped or changed, of what would have left with nobody asked."""
    kinds = {
        "duplicates": [d for d in found.more if d.past.is_duplicate],
        "rejected": [d for d in found.more if d.past.status == "rejected"],
        "expired": [d for d in found.more if d.past.status == "expired"],
        "edited": [d for d in found.more if d.past.edited],
    }
    return {
        kind: {
            "count": len(several),
            "sums": _sums(several),
            "ids": [d.past.invoice_id for d in several],
        }
        for kind, several in kinds.items()
    }


def _told(differences: Sequence[Difference]) -> dict[str, Any]:
    return {
        "count": len(differences),
        "sums": _sums(differences),
        "invoices": [_shape(difference) for difference in differences],
    }


def _shape(difference: Difference) -> dict[str, Any]:
    past = difference.past
    payable = past.invoice.payable
    return {
        "id": past.invoice_id,
        "supplier": past.invoice.supplier.name,
        "amount": _plain(payable) if payable else None,
        "currency": past.invoice.currency,
        "status": past.status,
        "holds": sorted({hold.rule for hold in difference.holds}),
    }


def _sums(differences: Sequence[Difference]) -> dict[str, str]:
    return {money.currency: _plain(money) for money in listed(differences)}


def _plain(money: Money) -> str:
    return plain((money.rounded() if money.is_exact else money).amount)
