"""The grammar of the command line."""

import argparse
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from expense_agent import __version__
from expense_agent.arguments import Parser, file_name, prose, words
from expense_agent.doctor import KEYS
from expense_agent.domain.days import typed_day
from expense_agent.service import PAYMENT_STATUSES
from expense_agent.service.figure_keys import METRICS, POLICY_TRY
from expense_agent.views import VIEWS

WithJson = Callable[[ArgumentParser], ArgumentParser]


def add_categories(commands: Any, with_json: WithJson) -> None:
    """Add `categories` and its verbs."""
    command = with_json(
        commands.add_parser("categories", help="the categories; what to confirm; what to learn")
    )
    verbs = command.add_subparsers(dest="verb", metavar="VERB")
    with_json(verbs.add_parser("list", help="id, label, account code and counts (the default)"))
    with_json(verbs.add_parser("unconfirmed", help="unsure categories nobody has looked at"))
    confirm = with_json(verbs.add_parser("confirm", help="confirm or correct, and learn from it"))
    confirm.add_argument("ids", nargs="+", metavar="ID")
    confirm.add_argument("--category", metavar="C", help="id, label or account code")
    confirm.add_argument(
        "--only-this", action="store_true", help="an exception: learn nothing from it"
    )
    rule = with_json(verbs.add_parser("rule", help="always this category for that supplier"))
    rule.add_argument("supplier", metavar="SUPPLIER", help="name, VAT id or legal id")
    rule.add_argument("category", metavar="CATEGORY")
    rule.add_argument("--cost-centre", metavar="X", help="only for this cost centre")
    learn = with_json(verbs.add_parser("learn", help="CSV: supplier, description, category"))
    learn.add_argument("file", type=Path, metavar="FILE")
    undo = with_json(verbs.add_parser("undo", help="take back the last word on an invoice"))
    undo.add_argument("id", metavar="ID")
    forget = with_json(
        verbs.add_parser("forget", help="take back every word and rule on a supplier")
    )
    forget.add_argument("supplier", metavar="SUPPLIER", help="name, VAT id or legal id")


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse has no public name for it
EPILOG = """
without a command: the full-screen app on the store. `expense-agent help` lists the reference pages.
exit codes: 0 done, 1 something was refused or failed, 2 wrong usage, 3 the store cannot be used,
130 interrupted. Every command that reads takes --json.
"""


def build_parser() -> Parser:
    """Return the parser of all commands."""
    parser = Parser(
        prog="expense-agent",
        description="Approve supplier payments from a terminal: agents do the work, people decide.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"expense-agent {__version__}")
    parser.add_argument("--store", type=file_name, metavar="DIR", help="folder of the store")
    for name, text in (
        ("--policy", "policy file; default: policy.toml in the store"),
        ("--categories", "categories; default: categories.toml in the store"),
        ("--config", "your own theme, keys and views"),
    ):
        parser.add_argument(name, type=file_name, metavar="FILE", help=text)
    parser.add_argument("--json", action="store_true", help="the same as behind the command")
    parser.add_argument("--as", dest="approver", metavar="APPROVER", help="who is acting")
    parser.add_argument("--ascii", action="store_true", help="app: plain ASCII symbols")
    parser.add_argument("--read-only", action="store_true", help="app: look, but decide nothing")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _reading(commands)
    _importing(commands)
    _paying(commands)
    _deciding(commands)
    _checking(commands)
    _storing(commands)
    add_categories(commands, _with_json)
    page = _with_json(commands.add_parser("help", help="the reference pages; TOPIC shows one"))
    page.add_argument("topic", nargs="?", metavar="TOPIC")
    return parser


def _reading(commands: Commands) -> None:
    demo = commands.add_parser("demo", help="try the app on a throw-away store of sample invoices")
    demo.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep the demo's store in this folder"
    )
    queue = _with_json(commands.add_parser("queue", help="the approval requests that wait"))
    queue.add_argument(
        "--view",
        default="all",
        metavar="NAME",
        help=", ".join([*(view.name for view in VIEWS), "confirm", "steps"]),
    )
    queue.add_argument(
        "--filter", type=prose, metavar="EXPR", help="supplier:nord amount>500 hold:bank"
    )
    queue.add_argument(
        "--sort",
        metavar="KEY",
        help="holds, due, amount, supplier, waiting, loss; default: the view's",
    )
    show = _with_json(commands.add_parser("show", help="one invoice: what, why, who, when"))
    show.add_argument("id", metavar="ID")
    document = commands.add_parser("document", help="what an invoice was read from, as it came")
    document.add_argument("id", metavar="ID")
    document.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="write the file itself here; - for standard output",
    )
    document.add_argument("--attached", metavar="NAME", help="a document attached to it instead")
    payments = _with_json(commands.add_parser("payments", help="the ledger's payments"))
    payments.add_argument("--status", choices=PAYMENT_STATUSES)
    figures = commands.add_parser("metrics", help="how much goes by itself, and how long it takes")
    _with_keys(_with_json(figures), METRICS)
    audit = _with_json(
        commands.add_parser("audit", help="the audit trail; `audit verify` proves it")
    )
    audit.add_argument("id", nargs="?", metavar="ID|verify")
    audit.add_argument(
        "--anchor", metavar="SEQ:HASH", help="verify: a head printed earlier must still be there"
    )


def _paying(commands: Commands) -> None:
    run = _with_json(
        commands.add_parser("pay-run", help="export scheduled payments as one file, once")
    )
    run.add_argument("--until", type=day, metavar="DATE", help="only what is to be paid by then")
    run.add_argument("--output", type=Path, metavar="FILE", help="a new file, never a pipe")
    run.add_argument(
        "--format", metavar="F", help="pain.001 (the default; version by policy), or csv"
    )
    run.add_argument("--dry-run", action="store_true", help="only show what would be in it")
    run.add_argument("--again", metavar="RUN", help="write the file of an earlier run once more")
    evidence = commands.add_parser("evidence", help="the whole story of one invoice, with proof")
    evidence.add_argument("id", metavar="ID")
    journal = commands.add_parser("journal", help="plain-text accounting (beancount, hledger)")
    for command, text in (
        (evidence, "JSON for .json, else Markdown; - for standard output"),
        (journal, "replaces only a journal; - for standard output"),
    ):
        command.add_argument("--output", required=True, type=Path, metavar="FILE", help=text)


def _importing(commands: Commands) -> None:
    for name, text in (
        ("read", "show what would be imported; stores nothing"),
        ("import", "import files, folders or - (standard input); safe to repeat, safe to kill"),
    ):
        command = _with_json(commands.add_parser(name, help=text))
        command.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        command.add_argument(
            "--mapping", type=Path, metavar="FILE", help="which column means what (TOML)"
        )
    suppliers = commands.add_parser("suppliers", help="`suppliers import FILE`: accounts to trust")
    verbs = suppliers.add_subparsers(dest="verb", metavar="VERB", required=True)
    listed = _with_json(verbs.add_parser("import", help="CSV: name, vat_id, account, category"))
    listed.add_argument("file", type=Path, metavar="FILE")


def _deciding(commands: Commands) -> None:
    approve = _with_json(commands.add_parser("approve", help="approve waiting requests"))
    approve.add_argument("ids", nargs="+", metavar="ID")
    approve.add_argument("--comment", type=prose, metavar="TEXT")
    approve.add_argument(
        "--expect", metavar="FINGERPRINT", help="refuse if something else waits now"
    )
    reject = _with_json(commands.add_parser("reject", help="reject waiting requests"))
    reject.add_argument("ids", nargs="+", metavar="ID")
    reject.add_argument("--reason", required=True, type=prose, metavar="TEXT")
    edit = _with_json(
        commands.add_parser("edit", help="change a waiting request; it is asked again")
    )
    edit.add_argument("id", metavar="ID")
    edit.add_argument("--payable-amount", metavar="A")
    edit.add_argument("--category", metavar="C")
    edit.add_argument("--due-date", type=day, metavar="DATE")
    edit.add_argument("--account", metavar="IBAN")
    edit.add_argument("--offset", metavar="CREDIT_ID", help="take an open credit off the amount")
    edit.add_argument("--comment", required=True, type=prose, metavar="TEXT")
    edit.add_argument("--expect", metavar="FINGERPRINT", help="refuse if something else waits now")
    hold = _with_json(commands.add_parser("hold", help="put a request on hold until a day"))
    hold.add_argument("id", metavar="ID")
    hold.add_argument("--until", required=True, type=day, metavar="DATE")
    hold.add_argument("--reason", type=prose, metavar="TEXT")
    release = _with_json(commands.add_parser("release", help="end a hold before its day"))
    release.add_argument("id", metavar="ID")
    back = _with_json(commands.add_parser("send-back", help="let the agent look again"))
    back.add_argument("id", metavar="ID")
    back.add_argument("--comment", required=True, type=prose, metavar="TEXT", help="the question")
    comment = _with_json(commands.add_parser("comment", help="append a remark to what waits"))
    comment.add_argument("id", metavar="ID")
    comment.add_argument("text", type=prose, metavar="TEXT")
    attach = _with_json(commands.add_parser("attach", help="attach a document to what waits"))
    attach.add_argument("id", metavar="ID")
    attach.add_argument("file", type=Path, metavar="FILE")
    attach.add_argument("--comment", type=prose, metavar="TEXT")
    _with_json(commands.add_parser("remind", help="run the policy's reminder for what runs out"))
    step = _with_json(commands.add_parser("step", help="go on, one step each (step_by_step)"))
    step.add_argument("ids", nargs="+", metavar="ID")
    for name, text in (
        ("undo", "take back a decision whose payment has not been exported; people decide anew"),
        ("reopen", "ask again about an expired or rejected invoice, under a new id"),
    ):
        command = _with_json(commands.add_parser(name, help=text))
        command.add_argument("id", metavar="ID")
        command.add_argument(
            "--reason",
            default="no reason given",
            type=prose,
            metavar="TEXT",
            help="read when asked again",
        )
    expire = _with_json(commands.add_parser("expire", help="close requests past their time"))
    expire.add_argument("--dry-run", action="store_true", help="only list them")


def _checking(commands: Commands) -> None:
    _with_json(commands.add_parser("recover", help="finish whatever a crash cut off"))
    doctor = _with_json(
        commands.add_parser("doctor", help="versions, permissions, integrity, open ends")
    )
    _with_keys(doctor, KEYS)
    policy = commands.add_parser("policy", help="show, check [FILE], try KEY=VALUE...")
    verbs = policy.add_subparsers(dest="verb", metavar="VERB", required=True)
    _with_json(verbs.add_parser("show", help="the policy in force"))
    what_if = verbs.add_parser("try", help="what other values would have done over the history")
    _with_keys(_with_json(what_if), POLICY_TRY)
    what_if.add_argument("changes", nargs="+", metavar="KEY=VALUE")
    check = _with_json(verbs.add_parser("check", help="validate a policy file"))
    check.add_argument("file", nargs="?", type=Path, metavar="FILE")


def day(value: str) -> date:
    """Read a date on which something may be due."""
    try:
        return typed_day(words(value))
    except ValueError as problem:
        raise argparse.ArgumentTypeError(str(problem)) from None


def _storing(commands: Commands) -> None:
    store = commands.add_parser("store", help="backup FILE, restore FILE, reconcile FILE...")
    verbs = store.add_subparsers(dest="verb", metavar="VERB", required=True)
    backup = _with_json(verbs.add_parser("backup", help="copy the store to one new file"))
    backup.add_argument("file", type=Path, metavar="FILE")
    restore = _with_json(verbs.add_parser("restore", help="put a backup in its place"))
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument(
        "--reason", metavar="TEXT", help="why a good and newer ledger is to be set aside"
    )
    reconcile = _with_json(
        verbs.add_parser("reconcile", help="give back the payment files written since the backup")
    )
    reconcile.add_argument("files", nargs="*", type=Path, metavar="FILE")
    reconcile.add_argument("--none", action="store_true", help="there are no more; needs --reason")
    reconcile.add_argument("--reason", metavar="TEXT")


def _with_json(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    # Without a default here, or it would undo a --json in front of the command.
    command.add_argument(
        "--json",
        action="store_true",
        default=argparse.SUPPRESS,
        help="one JSON document on standard output",
    )
    return command


def _with_keys(command: argparse.ArgumentParser, keys: Mapping[str, str]) -> None:
    """Document the keys of a command's JSON in its help."""
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.epilog = "the keys of --json:\n" + "\n".join(f"  {k}: {v}" for k, v in keys.items())
