"""The grammar of the `categories` commands."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

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
