"""Runs one command: arguments in, exit code out; every refusal becomes a sentence on stderr."""

import argparse
import io
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence

from expense_agent.cli import (
    categories,
    checking,
    deciding,
    documents,
    figures,
    importing,
    paying,
    payment_list,
    reading,
    taking_away,
)
from expense_agent.cli.output import warn
from expense_agent.cli.parser import build_parser
from expense_agent.errors import ExpenseAgentError, PolicyInvalid, StoreUnusable, UsageProblem
from expense_agent.settings import Settings, settings_from

_PATHS = ("store", "policy", "categories")
_LONE = re.compile("[\ud800-\udfff]")
Command = Callable[[argparse.Namespace, Settings], int]

COMMANDS: dict[str, Command] = {
    "read": importing.read,
    "import": importing.import_,
    "suppliers": importing.suppliers,
    "queue": reading.queue,
    "show": reading.show,
    "document": documents.document,
    "payments": payment_list.payments,
    "audit": reading.audit,
    "metrics": figures.metrics,
    "pay-run": paying.pay_run,
    "evidence": taking_away.evidence,
    "journal": taking_away.journal,
    "approve": deciding.approve,
    "reject": deciding.reject,
    "edit": deciding.edit,
    "hold": deciding.hold,
    "release": deciding.release,
    "send-back": deciding.send_back,
    "comment": deciding.comment,
    "undo": deciding.undo,
    "reopen": deciding.reopen,
    "expire": deciding.expire,
    "categories": categories.categories,
    "step": deciding.step,
    "attach": deciding.attach,
    "remind": deciding.remind_,
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
        return _run(command, arguments)
    except (UsageProblem, PolicyInvalid) as problem:
        return _said(problem, 2)
    except StoreUnusable as problem:
        return _said(problem, 3)
    except ExpenseAgentError as problem:
        return _said(problem, 1)
    except BrokenPipeError:
        # Whoever read has seen enough; what is still buffered must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


def _run(command: Command, arguments: argparse.Namespace) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows ASCII only
    settings = settings_from(
        arguments.store,
        arguments.policy,
        arguments.approver,
        categories=arguments.categories,
    )
    _refuse_damaged_text({**vars(arguments), "approver": settings.approver})
    code = command(arguments, settings)
    sys.stdout.flush()
    return code


def _refuse_damaged_text(arguments: Mapping[str, object]) -> None:
    """Refuse words that are not UTF-8: the ledger could not keep them. Paths may be anything."""
    for name, value in arguments.items():
        words = value if isinstance(value, list) else [value]
        texts = [word for word in words if isinstance(word, str)]
        if name not in ("store", "policy", "categories") and any(
            _LONE.search(text) for text in texts
        ):
            raise UsageProblem(f"{name} is not UTF-8 text")


def _said(problem: ExpenseAgentError, code: int) -> int:
    warn(str(problem))
    return code
