"""Commands that check, mend and compute: recover, doctor, policy, metrics."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from expense_agent.cli.command_shapes import metrics_shape, recovery_shape
from expense_agent.cli.opening import opened, warn_read_only, with_agent
from expense_agent.cli.output import print_fields, print_json, print_table
from expense_agent.doctor import examine
from expense_agent.domain.invisible_chars import safe
from expense_agent.errors import PolicyInvalid
from expense_agent.in_force import policy_in_force, policy_path, unknown_categories
from expense_agent.named_file import MOST_BYTES, read_text
from expense_agent.policy_file import load_policy, notes_on, policy_to_plain, policy_to_toml
from expense_agent.policy_file.policy_lines import line_of, lines_of, meaning
from expense_agent.policy_file.tried import policy_with
from expense_agent.service import Held, held_sentences
from expense_agent.service.store_metrics import Amounts, Metrics, Rate, Spend, Spread
from expense_agent.settings import Settings
from expense_agent.streams import warn

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


_SAID_APART = ("problems", "held")


def recover(arguments: argparse.Namespace, settings: Settings) -> int:
    """Finish whatever a crash cut off."""
    report = with_agent(settings, lambda agent: agent.recover())
    if arguments.json:
        print_json(recovery_shape(report))
    else:
        if report.set_aside:
            print(safe(f"damaged checkpoints are kept as {report.set_aside}; new ones were begun"))
        for invoice_id, reason in report.failed:
            print(safe(f"{invoice_id}: {reason}"))
        print(f"{len(report.finished)} finished, {len(report.failed)} failed")
    warn("\n".join(held_sentences(report.held)))
    return 1 if report.failed else 0


def doctor(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print versions, permissions, integrity and open ends."""
    findings = examine(settings)
    warn_read_only(settings.store, findings["read_only"])
    if arguments.json:
        print_json(findings)
    else:
        shown = {key: _said(value) for key, value in findings.items() if key not in _SAID_APART}
        print_fields(shown)
        for problem in findings["problems"]:
            print(safe(f"problem: {problem}"))
        print("ok" if findings["ok"] else "not ok")
    warn("\n".join(held_sentences(Held(**held) for held in findings["held"])))
    if not findings["usable"]:
        return 3
    return 0 if findings["ok"] else 1


def _said(value: Any) -> Any:
    """Put what has parts into words: "langgraph 1.2.22, textual 8.2.8"."""
    if not isinstance(value, dict):
        return value
    return ", ".join(f"{name} {part}" for name, part in value.items())


def policy(arguments: argparse.Namespace, settings: Settings) -> int:
    """Show the policy in force, validate a file, or try other values over the history."""
    verbs = {"show": _show, "check": _check, "try": try_policy}
    return verbs[arguments.verb](arguments, settings)


def _show(arguments: argparse.Namespace, settings: Settings) -> int:
    in_force = policy_in_force(settings)
    if arguments.json:
        print_json(policy_to_plain(in_force))
    else:
        path = policy_path(settings)
        print(safe(f"# from {path or 'the built-in policy'}, version {in_force.version}"))
        print(policy_to_toml(in_force))
    return 0


def _check(arguments: argparse.Namespace, settings: Settings) -> int:
    """Say line by line what a file means, or on which lines it is wrong."""
    path = arguments.file or policy_path(settings)
    problems: list[str] = []
    notes: list[str] = []
    said: list[dict[str, Any]] = []
    if path is not None:
        try:
            problems = unknown_categories(load_policy(path), settings)
            said = _explained(path, load_policy(path).base_currency)
            notes = notes_on(path)
        except PolicyInvalid as invalid:
            problems = invalid.problems
    at = {problem: _line(problem, path) for problem in problems}
    if arguments.json:
        file = str(path) if path else None
        found = {"ok": not problems, "file": file, "problems": problems, "notes": notes}
        print_json({**found, "problem_lines": list(at.values()), "lines": said})
    else:
        _print_checked(path, said, [*at.items(), *((note, None) for note in notes)])
        print("not valid" if problems else safe(f"valid: {path or 'the built-in policy'}"))
    return 1 if problems else 0


def _print_checked(
    path: Path | None, said: list[dict[str, Any]], remarks: list[tuple[str, int | None]]
) -> None:
    for line in said:
        print(safe(f"{line['line']:>4}  {line['key']}: {line['says']}"))
    for remark, number in remarks:
        print(safe(f"{path}:{f'{number}:' if number else ''} {remark}"))


def _explained(path: Path, currency: str) -> list[dict[str, Any]]:
    found = lines_of(read_text(path, MOST_BYTES))
    said = [(line, meaning(line, currency)) for line in found]
    return [{"line": line.number, "key": line.key, "says": words} for line, words in said if words]


def _line(problem: str, path: Path | None) -> int | None:
    """Return the line of a problem; None for a file that cannot be read as lines of text."""
    try:
        return line_of(problem, read_text(path, MOST_BYTES)) if path else None
    except (OSError, ValueError):
        return None
