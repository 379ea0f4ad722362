"""Commands that check and mend: recover, doctor, policy."""

import argparse
from pathlib import Path
from typing import Any

from expense_agent.cli.command_shapes import recovery_shape
from expense_agent.cli.figure_commands import try_policy
from expense_agent.cli.opening import warn_read_only, with_agent
from expense_agent.cli.output import print_fields, print_json
from expense_agent.doctor import examine
from expense_agent.domain.invisible_chars import safe
from expense_agent.errors import PolicyInvalid
from expense_agent.in_force import policy_in_force, policy_path, unknown_categories
from expense_agent.named_file import read_text
from expense_agent.policy_file import load_policy, notes_on, policy_to_plain, policy_to_toml
from expense_agent.policy_file.policy_lines import line_of, lines_of, meaning
from expense_agent.service import Held, held_sentences
from expense_agent.settings import Settings
from expense_agent.streams import warn
from expense_agent.toml_file import MOST_BYTES

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
