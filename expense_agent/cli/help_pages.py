"""The command `help`: the reference pages, in the person's pager where there is a terminal."""

import argparse
import os
import sys

from expense_agent.cli.output import print_json, print_table
from expense_agent.foreground import pager_of, show_in
from expense_agent.pages import all_pages, page_of
from expense_agent.settings import Settings


def help_(arguments: argparse.Namespace, _settings: Settings) -> int:
    """Show a page, or list all of them."""
    if arguments.topic is None:
        _list(as_json=arguments.json)
        return 0
    page = page_of(arguments.topic)
    if arguments.json:
        print_json({"topic": page.topic, "title": page.title, "text": page.text})
    elif not (sys.stdout.isatty() and _paged(page.text)):
        print(page.text, end="")
    return 0


def _list(*, as_json: bool) -> None:
    rows = [(page.topic, page.about) for page in all_pages()]
    if as_json:
        print_json([{"topic": topic, "about": about} for topic, about in rows])
        return
    print_table(("topic", "what it explains"), rows)
    print("\n`expense-agent help TOPIC` shows one; in the app, press ? and then p.")


def _paged(text: str) -> bool:
    """Show a text in a pager; return whether that was possible."""
    pager = pager_of(os.environ)
    if pager is None or os.environ.get("TERM", "dumb") == "dumb":
        return False
    try:
        show_in(pager, text)
    except OSError:
        return False
    return True
