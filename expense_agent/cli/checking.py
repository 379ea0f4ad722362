"""Commands that check and mend: recover, doctor, policy."""

import argparse
import asyncio
from dataclasses import asdict

from expense_agent.agent import open_agent
from expense_agent.books import policy_in_force, policy_path, unknown_categories
from expense_agent.cli.figures import try_policy
from expense_agent.cli.output import print_fields, print_json, safe
from expense_agent.doctor import examine
from expense_agent.errors import PolicyInvalid
from expense_agent.policy_file import load_policy, notes_on, policy_to_plain, policy_to_toml
from expense_agent.service import RecoveryReport
from expense_agent.settings import Settings


def recover(arguments: argparse.Namespace, settings: Settings) -> int:
    """Finish whatever a crash cut off."""

    async def run() -> RecoveryReport:
        agent = open_agent(settings)
        try:
            return await agent.recover()
        finally:
            await agent.close()

    report = asyncio.run(run())
    if arguments.json:
        print_json(asdict(report))
    else:
        if report.set_aside:
            print(safe(f"damaged checkpoints are kept as {report.set_aside}; new ones were begun"))
        for invoice_id, reason in report.failed:
            print(safe(f"{invoice_id}: {reason}"))
        print(f"{len(report.finished)} finished, {len(report.failed)} failed")
    return 1 if report.failed else 0


def doctor(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print versions, permissions, integrity and open ends."""
    findings = examine(settings)
    if arguments.json:
        print_json(findings)
    else:
        print_fields({key: value for key, value in findings.items() if key != "problems"})
        for problem in findings["problems"]:
            print(safe(f"problem: {problem}"))
        print("ok" if findings["ok"] else "not ok")
    if not findings["usable"]:
        return 3
    return 0 if findings["ok"] else 1


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
        print(f"# from {path or 'the built-in policy'}, version {in_force.version}")
        print(policy_to_toml(in_force))
    return 0


def _check(arguments: argparse.Namespace, settings: Settings) -> int:
    path = arguments.file or policy_path(settings)
    problems: list[str] = []
    notes: list[str] = []
    if path is not None:
        try:
            problems = unknown_categories(load_policy(path), settings)
            notes = notes_on(path)
        except PolicyInvalid as invalid:
            problems = invalid.problems
    if arguments.json:
        file = str(path) if path else None
        print_json({"ok": not problems, "file": file, "problems": problems, "notes": notes})
    else:
        for line in [*problems, *notes]:
            print(safe(f"{path}: {line}"))
        print("not valid" if problems else f"valid: {path or 'the built-in policy'}")
    return 1 if problems else 0
