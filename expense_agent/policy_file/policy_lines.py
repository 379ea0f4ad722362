"""Where the keys of a policy file stand, and what each line means for a payment, in plain words."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from expense_agent.named_file import parse_toml

_HEADER = re.compile(r"\[(\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\"?([A-Za-z0-9_-]+)\"?\s*=")
_MOST_LINES_OF_A_VALUE = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One key of the file."""

    number: int
    key: str
    """With its table, items of lists counted from 1: "approvers.2.limit"."""
    value: Any


def lines_of(text: str) -> Iterator[Line]:
    """Yield every key and every table of a file that is TOML, with the line where it begins."""
    lines = text.splitlines()
    table, counts, number = "", Counter[str](), 0
    while number < len(lines):
        line = lines[number].strip()
        if header := _HEADER.match(line):
            table = header[2]
            if header[1]:
                counts[table] += 1
                table = f"{table}.{counts[table]}"
            yield Line(number + 1, table, None)
        elif key := _KEY.match(line):
            value, used = _value(lines[number : number + _MOST_LINES_OF_A_VALUE], key[1])
            yield Line(number + 1, f"{table}.{key[1]}" if table else key[1], value)
            number += used - 1
        number += 1


def line_of(problem: str, text: str) -> int | None:
    """Return the line a problem ("key: sentence") is about, else that of its table, else None.

    A text that is no TOML has no keys to stand anywhere.
    """
    parse_toml(text)
    path = problem.partition(":")[0].partition(" ")[0]
    where = {line.key: line.number for line in lines_of(text)}
    while path:
        if path in where:
            return where[path]
        path = path.rpartition(".")[0]
    return None


def meaning(line: Line, currency: str) -> str:
    """Say what a line means for a payment; "" for the head of a table."""
    if line.value is None:
        return ""
    table, _, key = line.key.rpartition(".")
    table = re.sub(r"\.\d+$", "", table)
    if table == "holds":
        return _of_hold(key, line.value)
    if table == "exchange_rates" and key != "as_of":
        return f"{line.value} {key} are one {currency}"
    words = WORDS.get(f"{table}.{key}" if table else key, "")
    if isinstance(words, Mapping):
        words = words.get(line.value, "")
    return words.format(v=_shown(line.value), c=currency)


def _value(lines: list[str], key: str) -> tuple[Any, int]:
    """Read a value that may go on over several lines; give it, and how many lines it takes."""
    for used in range(1, len(lines) + 1):
        try:
            return parse_toml("\n".join(lines[:used]))[key], used
        except (ValueError, KeyError):
            continue
    return None, 1


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


_OF_HOLD = {
    "block": "waits for a person",
    "warn": "is only shown, and holds nothing up",
    "off": "is not looked at",
}


def _of_hold(rule: str, severity: Any) -> str:
    what = _OF_HOLD.get(severity, "")
    return (
        f"every rule not named here: what it finds {what}"
        if rule == "default"
        else (f"what {rule} finds {what}" if what else "")
    )


WORDS: dict[str, str | Mapping[Any, str]] = {
    "base_currency": "every limit is in {v}; another currency needs a rate",
    "auto_approve_limit": "a clean invoice of up to {v} {c} is scheduled by itself",
    "mode": {
        "interrupt_on_action": "clean invoices up to the limit go by themselves, a person sees the"
        " rest",
        "autonomous": "whatever nothing blocks goes by itself, up to autonomous_limit",
        "step_by_step": "nothing goes by itself: a person takes every step of every invoice",
    },
    "autonomous_limit": "in the autonomous mode nothing above {v} {c} goes without a person",
    "request_ttl_hours": "a request nobody answers in {v} hours expires, unpaid",
    "required_fields": "an invoice without {v} is held",
    "confidence_threshold": "a category less sure than {v} counts as unsure",
    "default_term_days": "an invoice without a due date is paid {v} days after its issue",
    "exchange_rates_file": "rates come from {v}, each with its own day",
    "locked_until": "an invoice of a day up to {v} is held: its period is closed",
    "approvers.name": "{v} may approve",
    "approvers.limit": "up to {v} {c}",
    "approvers.roles": "and answers where a tier asks for {v}",
    "approvals.second_above": "above {v} {c} two different people approve, one after the other",
    "approvals.parallel_above": "above {v} {c} two people are asked at once",
    "approvals.preparers_may_approve": {
        True: "who imported or edited an invoice may approve it",
        False: "who imported or edited an invoice does not approve it, whoever they are",
    },
    "approvals.importers_may_edit": {
        True: "who imported an invoice may edit it",
        False: "who imported an invoice does not edit it",
    },
    "approvals.approval_valid_hours": "an approval not paid on within {v} hours is asked for again",
    "tiers.name": "the tier {v}: all that follows must hold for an invoice to be of it",
    "tiers.above": "it is above {v} {c}",
    "tiers.categories": "its category is one of {v}",
    "tiers.cost_centres": "its buyer reference is one of {v}",
    "tiers.suppliers": "its supplier is one of {v}",
    "tiers.people": "then {v} different people approve it",
    "tiers.roles": "among them a holder of each of {v}",
    "tiers.approvers": "among them {v}",
    "tiers.order": {
        "sequential": "one is asked after the other",
        "parallel": "all are asked at once",
    },
    "tiers.request_ttl_hours": "its requests expire after {v} hours",
    "delegations.from": "the authority of {v} is lent",
    "delegations.to": "to {v}, who approves for them and counts as the same person",
    "delegations.first_day": "from {v}",
    "delegations.last_day": "to {v}, that day included",
    "delegations.cap": "for no more than {v} {c} an invoice",
    "reminders.hours_before": "{v} hours before a request expires somebody is reminded, once",
    "reminders.command": "by running: {v}",
    "categories.learn": {
        True: "decisions and edits teach the categorizer",
        False: "nothing is learned from decisions and edits",
    },
    "categories.learn_not_from": "nothing is learned from {v}",
    "categories.first_confirmations": "a person looks at the category of a supplier's first {v}"
    " invoices",
    "categories.audit_one_in": "one category in {v} is looked at, whatever is known; 0: none",
    "categories.sensitive": "the categories {v} are always looked at",
    "llm.base_url": "a language model at {v} may name categories",
    "llm.model": "its name there is {v}",
    "llm.api_key_env": "its key is in the environment variable {v}",
    "llm.timeout_seconds": "it has {v} seconds for an answer",
    "llm.seconds_budget": "and {v} seconds in one import altogether",
    "llm.read_pdfs": {
        True: "it writes down the text of PDFs without an e-invoice; a person looks at each",
        False: "it reads no PDFs",
    },
    "llm.token_budget": "and {v} tokens in one import altogether",
    "limits.window_days": "what a supplier or an account was paid by itself is added up over {v}"
    " days",
    "limits.cumulative_limit": "more than {v} {c} in that time waits for a person",
    "limits.near_percent": "several invoices of {v} percent of the limit and more are pointed out",
    "confirm.page_above": "an approval of more than {v} {c} shows a page with its holds first",
    "confirm.amount_above": "above {v} {c} the amount is typed there",
    "confirm.count_above": "more than {v} invoices at once are carried out by typing how many",
    "confirm.sum_above": "so is a set of more than {v} {c} in one currency",
    "budgets.category": "for {v}",
    "budgets.period": "a {v} has",
    "budgets.amount": "{v} {c}; what goes beyond is held",
    "debtor.name": "payment runs are paid by {v}",
    "debtor.account": "from the account {v}",
    "debtor.bic": "at the bank {v}",
    "debtor.pain": "in the format {v}",
    "exchange_rates.as_of": "the rates below are those of {v}",
}
"""The meaning of every key; the value of a key that takes one of a few words chooses."""
