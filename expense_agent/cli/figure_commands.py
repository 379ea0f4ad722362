"""Commands that compute figures: metrics, policy try."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from expense_agent.cli.command_shapes import metrics_shape
from expense_agent.cli.opening import opened
from expense_agent.cli.output import print_fields, print_json, print_table
from expense_agent.in_force import policy_path
from expense_agent.policy_file.tried import policy_with
from expense_agent.service.store_metrics import Amounts, Metrics, Rate, Spend, Spread
from expense_agent.settings import Settings

_NOISE_PERCENT = 95
_ENOUGH = 20
"""So many decisions make a rate worth a remark."""
_IN_DAYS_FROM = 72
_SHOWN = 20


def metrics(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print how much goes by itself, what people change, and how long all of it takes."""
    with opened(settings) as books:
        figures = books.metrics()
    if arguments.json:
        print_json(metrics_shape(figures))
    else:
        _print(figures)
    return 0


def try_policy(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print what other values of the policy would have done over the history."""
    now, _ = policy_with(policy_path(settings), ())
    tried, changed = policy_with(policy_path(settings), arguments.changes)
    with opened(settings) as books:
        found = books.auditor.try_policy(now, tried, changed)
    if arguments.json:
        print_json(found)
    else:
        _print_tried(found)
    return 0


def _print_tried(found: Mapping[str, Any]) -> None:
    changed = (f"{key}: {was['now']} -> {was['tried']}" for key, was in found["changed"].items())
    untouched, slipped = found["untouched"], found["slipped"]
    print_fields(
        {
            "tried": ", ".join(changed),
            "history": f"{found['invoices']} invoices",
            "with nobody asked": f"{untouched['tried']} instead of {untouched['now']}",
            "more": _money(Amounts(found["more"]["count"], found["more"]["sums"])),
            "fewer": _money(Amounts(found["fewer"]["count"], found["fewer"]["sums"])),
            "saved": f"{found['decisions_saved']} decisions, {found['hours_saved']} hours until"
            " they came",
            **{
                f"  would slip: {kind}": _money(Amounts(some["count"], some["sums"]))
                for kind, some in slipped.items()
            },
        }
    )
    for key in ("more", "fewer"):
        rows = [
            (r["id"], r["supplier"] or "", r["amount"], r["currency"], r["status"],
             ", ".join(r["holds"]))
            for r in found[key]["invoices"][:_SHOWN]
        ]  # fmt: skip
        if rows:
            print()
            print_table(
                (key.upper(), "SUPPLIER", "AMOUNT", "CUR", "IS NOW", "HOLDS"), rows, "AMOUNT"
            )
    print("\nHow exact this is:")
    for sentence in found["approximations"]:
        print(f"- {sentence}")


def _print(figures: Metrics) -> None:
    age = figures.queue_age
    by_state = ", ".join(f"{n} {state}" for state, n in figures.invoices.items())
    print_fields(
        {
            "invoices": f"{sum(figures.invoices.values())}: {by_state or 'none'}",
            "touchless": _rate(figures.touchless),
            "exceptions": _rate(figures.exceptions),
            "first pass": _rate(figures.first_pass),
            "received to scheduled": _hours(figures.cycle_hours),
            "  of what people decided": _hours(figures.cycle_hours_asked),
            "shown to decided": _hours(figures.decision_hours),
            "waits now": f"{_hours(age.ages)}, oldest {_span(age.oldest)}, {age.held} on hold",
            "closed by expiry": _rate(figures.expired),
            "duplicates stopped": _money(figures.duplicates),
            "  their twin was paid": _money(figures.conflicts),
            "discounts lost": _money(figures.discount_lost),
        }
    )
    _print_rates("EDITED FIELD", figures.edits)
    _print_rates("APPROVED IN SPITE OF", figures.overrides)
    _print_spend("CATEGORY", figures.spend_by_category)
    _print_spend("SUPPLIER", figures.spend_by_supplier)


def _print_spend(header: str, spent: Sequence[Spend]) -> None:
    if spent:
        print()
        rows = [(one.name or "none", one.currency, one.count, one.sum) for one in spent]
        print_table((header, "CUR", "PAYMENTS", "SUM"), rows, right="PAYMENTS SUM")


def _print_rates(header: str, rates: Mapping[str, Rate]) -> None:
    if rates:
        print()
        rows = [(name, _rate(rate), remark) for name, rate, remark in _remarked(rates)]
        print_table((header, "RATE", ""), rows)


def _remarked(rates: Mapping[str, Rate]) -> Iterator[tuple[str, Rate, str]]:
    for name, rate in rates.items():
        noise = rate.of >= _ENOUGH and (rate.percent or 0) >= _NOISE_PERCENT
        yield name, rate, "nearly always: is it worth asking?" if noise else ""


def _rate(rate: Rate) -> str:
    percent = "-" if rate.percent is None else f"{rate.percent} %"
    return f"{percent} ({rate.count} of {rate.of})"


def _hours(spread: Spread) -> str:
    return f"p50 {_span(spread.p50)}, p90 {_span(spread.p90)} ({spread.count})"


def _span(hours: float | None) -> str:
    if hours is None:
        return "-"
    if hours < 1:
        return f"{hours * 60:.0f} min"
    return f"{hours:.1f} h" if hours < _IN_DAYS_FROM else f"{hours / 24:.1f} days"


def _money(amounts: Amounts) -> str:
    sums = [f"{total} {code}" for code, total in amounts.sums.items()]
    return f"{amounts.count}" + (f": {', '.join(sums)}" if sums else "")
