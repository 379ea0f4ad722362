"""Reminders before a request runs out: a command of the policy, once a request, never a decision.

The command runs without a shell, with the request as JSON on its standard input and a bounded
time. That it is sent is in the ledger before it runs: twice would be worse than not at all.
"""

import json
import subprocess
from dataclasses import dataclass

from expense_agent.domain.policy import Policy
from expense_agent.storage.overdue import Due, Overdue

MOST_SECONDS = 20.0
"""How long the command may take before it is ended."""
_MOST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Reminded:
    """One reminder, and how it went."""

    invoice_id: str
    problem: str | None
    """Why it did not get through; None: the command ended well."""


def remind(overdue: Overdue, policy: Policy) -> list[Reminded]:
    """Send every reminder that is due; without a command in the policy, none is."""
    reminders = policy.reminders
    if reminders is None:
        return []
    told = []
    for due in overdue.due(reminders.hours_before):
        if not overdue.note(due):
            continue
        problem = _problem(reminders.command, due)
        if problem:
            overdue.failed(due, problem)
        told.append(Reminded(due.shown["id"], problem))
    return told


def _problem(command: tuple[str, ...], due: Due) -> str | None:
    try:
        ran = subprocess.run(  # noqa: S603 - the policy's own command, and no shell reads it
            command,
            input=json.dumps(due.shown, ensure_ascii=False).encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=MOST_SECONDS,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        return f"it took longer than {MOST_SECONDS:g} s"
    except OSError as error:
        return f"{command[0]}: {error.strerror}"
    if ran.returncode == 0:
        return None
    said = ran.stderr.decode(errors="replace").strip()[:_MOST_WORDS]
    return f"it ended with {ran.returncode}{': ' + said if said else ''}"
