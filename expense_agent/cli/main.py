"""Runs one command: arguments in, exit code out; every refusal becomes a sentence on stderr."""

import argparse
import sys
from collections.abc import Callable, Sequence

from expense_agent.cli import checking, deciding, importing, reading
from expense_agent.cli.parser import build_parser
from expense_agent.errors import ExpenseAgentError, PolicyInvalid, StoreUnusable, UsageProblem
from expense_agent.settings import Settings, settings_from

Command = Callable[[argparse.Namespace, Settings], int]

COMMANDS: dict[str, Command] = {
    "read": importing.read,
    "import": importing.import_,
    "suppliers": importing.suppliers,
    "queue": reading.queue,
    "show": reading.show,
    "payments": reading.payments,
    "audit": reading.audit,
    "approve": deciding.approve,
    "reject": deciding.reject,
    "edit": deciding.edit,
    "expire": deciding.expire,
    "recover": checking.recover,
    "doctor": checking.doctor,
    "policy": checking.policy,
}


def main(argv: Sequence[str]) -> int:
    """Run the command of an argument list; give its exit code."""
    parser = build_parser()
    arguments = parser.parse_args(argv)
    command = COMMANDS.get(arguments.command)
    if command is None:
        parser.print_help(sys.stderr)
        return 2
    try:
        return command(
            arguments, settings_from(arguments.store, arguments.policy, arguments.approver)
        )
    except (UsageProblem, PolicyInvalid) as problem:
        return _said(problem, 2)
    except StoreUnusable as problem:
        return _said(problem, 3)
    except ExpenseAgentError as problem:
        return _said(problem, 1)
    except BrokenPipeError:
        sys.stdout = None
        return 1
    except KeyboardInterrupt:
        return 130


def _said(problem: ExpenseAgentError, code: int) -> int:
    print(f"expense-agent: {problem}", file=sys.stderr)
    return code
