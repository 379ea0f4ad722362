"""Runs one command: arguments in, exit code out; every refusal becomes a sentence on stderr."""

import argparse
import io
import sys
from collections.abc import Callable, Sequence

from expense_agent.cli import (
    category_commands as categories,
)
from expense_agent.cli import (
    checking_commands as checking,
)
from expense_agent.cli import (
    decision_commands as deciding,
)
from expense_agent.cli import (
    document_commands as documents,
)
from expense_agent.cli import (
    export_commands as taking_away,
)
from expense_agent.cli import (
    figure_commands as figures,
)
from expense_agent.cli import (
    help_pages,
    payment_list,
)
from expense_agent.cli import (
    import_commands as importing,
)
from expense_agent.cli import (
    payment_commands as paying,
)
from expense_agent.cli import (
    reading_commands as reading,
)
from expense_agent.cli import (
    store_commands as store,
)
from expense_agent.cli.parser import build_parser
from expense_agent.settings import Settings, settings_from
from expense_agent.streams import INTERRUPTED, flush_output, open_closed, told

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
    "store": store.store,
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
