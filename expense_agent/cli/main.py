"""Runs one command: arguments in, exit code out; every refusal becomes a sentence on stderr."""

import argparse
import io
import sys
from collections.abc import Callable, Sequence

from expense_agent.cli import (
    category_commands,
    checking_commands,
    decision_commands,
    export_commands,
    help_pages,
    import_commands,
    payment_commands,
    reading_commands,
    store_commands,
)
from expense_agent.cli.parser import build_parser
from expense_agent.settings import Settings, settings_from
from expense_agent.streams import INTERRUPTED, flush_output, open_closed, told

Command = Callable[[argparse.Namespace, Settings], int]

COMMANDS: dict[str, Command] = {
    "read": import_commands.read,
    "import": import_commands.import_,
    "suppliers": import_commands.suppliers,
    "queue": reading_commands.queue,
    "show": reading_commands.show,
    "document": export_commands.document,
    "payments": payment_commands.payments,
    "audit": reading_commands.audit,
    "metrics": checking_commands.metrics,
    "pay-run": payment_commands.pay_run,
    "evidence": export_commands.evidence,
    "journal": export_commands.journal,
    "approve": decision_commands.approve,
    "reject": decision_commands.reject,
    "edit": decision_commands.edit,
    "hold": decision_commands.hold,
    "release": decision_commands.release,
    "send-back": decision_commands.send_back,
    "comment": decision_commands.comment,
    "undo": decision_commands.undo,
    "reopen": decision_commands.reopen,
    "expire": decision_commands.expire,
    "categories": category_commands.categories,
    "step": decision_commands.step,
    "attach": decision_commands.attach,
    "remind": decision_commands.remind_,
    "recover": checking_commands.recover,
    "doctor": checking_commands.doctor,
    "policy": checking_commands.policy,
    "store": store_commands.store,
    "help": help_pages.help_,
}


def main(argv: Sequence[str]) -> int:
    """Run the command of an argument list; return its exit code."""
    open_closed()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows ASCII only
    try:
        code = told(lambda: _command(argv))
        return code if flush_output() else max(code, 1)
    except SystemExit:  # argparse has told the help, or what is wrong
        flush_output()
        raise
    except KeyboardInterrupt:
        return INTERRUPTED


def _command(argv: Sequence[str]) -> int:
    parser = build_parser()
    arguments = parser.parse_args(argv)
    command = COMMANDS.get(arguments.command)
    if command is None:
        parser.print_help(sys.stderr)
        return 2
    settings = settings_from(
        arguments.store,
        arguments.policy,
        arguments.approver,
        categories=arguments.categories,
    )
    return command(arguments, settings)
