"""Reminders before a request runs out: a command of the policy, once a request, never a decision.

The command runs without a shell, with the request as JSON on its standard input and a bounded
time. That it is sent is in the ledger before it runs: twice would be worse than not at all.
"""

import json
from dataclasses import dataclass

from expense_agent.desks.hook import run_hook
from expense_agent.domain.policy import Policy
from expense_agent.storage.overdue import Due, Overdue

MOST_SECONDS = 20.0
"""How long the command may take before it is ended."""
_MOST_WORDS = 200
_STUCK = f"it took longer than {MOST_SECONDS:g} s"


@dataclass(frozen=True, slots=True)
class Reminded:
    """One reminder, and how it went."""

    invoice_id: str
    problem: str | None
    """Why it did not get through; None: the command ended well."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """Reminds people by the command of the policy."""

    overdue: Overdue
    policy: Policy

    def remind(self) -> list[Reminded]:
        """Send every reminder that is due; without a command in the policy, none is.

        A command that hangs is not asked again now: the rest is due the next time.
        """
        reminders = self.policy.reminders
        if reminders is None:
            return []
        told = []
        for due in self.overdue.due(reminders.hours_before):
            if not self.overdue.note(due):
                continue
            problem = _problem(reminders.command, due)
            if problem:
                self.overdue.failed(due, problem)
            told.append(Reminded(due.shown["id"], problem))
            if problem == _STUCK:
                break
        return told


def _problem(command: tuple[str, ...], due: Due) -> str | None:
    told = json.dumps(due.shown, ensure_ascii=False).encode()
    try:
        code, said = run_hook(command, told, MOST_SECONDS)
    except TimeoutError:
        return _STUCK
    except OSError as error:
        return f"{command[0]}: {error.strerror}"
    if code == 0:
        return None
    return f"it ended with {code}{': ' + said[:_MOST_WORDS] if said else ''}"
