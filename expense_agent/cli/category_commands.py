"""The `categories` commands: the list, what to confirm, what was said, and taking it back."""

import argparse
from collections.abc import Callable
from typing import Any

from expense_agent.cli.command_shapes import answer_shape, category_shape, learned_shape
from expense_agent.cli.decision_commands import changed_category
from expense_agent.cli.opening import Agent, opened, recording, with_agent
from expense_agent.cli.output import print_json, print_table
from expense_agent.cli.reading_commands import unconfirmed
from expense_agent.domain.invisible_chars import safe
from expense_agent.service.category_review import CategoryAnswer, CategoryChoice
from expense_agent.settings import Settings


def categories(arguments: argparse.Namespace, settings: Settings) -> int:
    """Run one of the `categories` commands; without a verb, list them."""
    return _VERBS[arguments.verb or "list"](arguments, settings)


def _list(arguments: argparse.Namespace, settings: Settings) -> int:
    with opened(settings) as books:
        counts, rates = books.category_reader.counts(), books.category_reader.rates()
    if arguments.json:
        print_json([category_shape(count) for count in counts])
        return 0
    print_table(
        ("ID", "LABEL", "CODE", "INVOICES", "CONFIRMED"),
        [
            (
                count.id,
                count.label + (" (removed)" if count.removed else ""),
                count.gl_code,
                count.invoices,
                count.confirmed,
            )
            for count in counts
        ],
        right="INVOICES CONFIRMED",
    )
    for rate in rates:
        print(safe(f"{rate.evidence}: right {rate.right} of {rate.seen} times here"))
    return 0


def _learn(arguments: argparse.Namespace, settings: Settings) -> int:
    with recording(settings) as agent:
        report = agent.category_desk.learn(arguments.file)
    if arguments.json:
        print_json(learned_shape(report))
    else:
        for problem in report.problems:
            print(safe(f"{problem.file}, {problem.location}: {problem.reason}"))
        print(
            f"{report.learned} lines learned, {report.known} known before,"
            f" {len(report.problems)} problems"
        )
    return 1 if report.problems else 0


def _confirm(arguments: argparse.Namespace, settings: Settings) -> int:
    """Confirm or correct; an invoice that waits for a decision is edited, and asked again."""
    choices = [
        CategoryChoice(invoice_id, arguments.category, arguments.only_this)
        for invoice_id in dict.fromkeys(arguments.ids)
    ]

    async def work(agent: Agent) -> list[CategoryAnswer]:
        return [
            await changed_category(agent, answer) if answer.outcome == "waiting" else answer
            for answer in agent.category_desk.confirm(choices)
        ]

    return _report(with_agent(settings, work), as_json=arguments.json)


def _undo(arguments: argparse.Namespace, settings: Settings) -> int:
    with recording(settings) as agent:
        answer = agent.category_desk.undo(arguments.id)
    return _report([answer], as_json=arguments.json)


def _rule(arguments: argparse.Namespace, settings: Settings) -> int:
    cost_centre = arguments.cost_centre or ""
    with recording(settings) as agent:
        said = agent.category_desk.rule(arguments.supplier, arguments.category, cost_centre)
    return _said({"rule": said}, said, as_json=arguments.json)


def _forget(arguments: argparse.Namespace, settings: Settings) -> int:
    with recording(settings) as agent:
        count = agent.category_desk.forget(arguments.supplier)
    _said({"forgotten": count}, f"{count} words taken back", as_json=arguments.json)
    return 0 if count else 1


def _said(shape: dict[str, Any], words: str, *, as_json: bool) -> int:
    if as_json:
        print_json(shape)
    else:
        print(safe(words))
    return 0


def _report(answers: list[CategoryAnswer], *, as_json: bool) -> int:
    if as_json:
        print_json([answer_shape(answer) for answer in answers])
    else:
        for answer in answers:
            print(safe(f"{answer.invoice_id}  {answer.outcome}: {answer.reason}"))
            if answer.others:
                others = " ".join(answer.others)
                print(
                    safe(
                        f"  {len(answer.others)} other open invoices of this supplier; to apply:"
                        f" categories confirm {others} --category {answer.category}"
                    )
                )
    return 0 if all(answer.done for answer in answers) else 1


_VERBS: dict[str, Callable[[argparse.Namespace, Settings], int]] = {
    "list": _list,
    "unconfirmed": unconfirmed,
    "confirm": _confirm,
    "rule": _rule,
    "learn": _learn,
    "undo": _undo,
    "forget": _forget,
}
