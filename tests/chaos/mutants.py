"""Worse builds of the product, made in a child process: each lacks one thing that keeps money safe.

A proof is worth what it finds, so the trials are held against these and must go red. A text that
is to be replaced must be there: a mutant never becomes the product unnoticed.
"""

import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from expense_agent.domain.approval import Decision
from expense_agent.storage.ledger import StoredLedger
from expense_agent.storage.payment_table import PaymentTable
from expense_agent.storage.sqlite import schema
from expense_agent.workflow import nodes
from expense_agent.workflow.claim_guard import Job
from expense_agent.workflow.runner import Runner

_UNLESS_SOMETHING_IS_NEXT = """\
waiting = _interrupts(snapshot)
if not snapshot.next:
    return _REST"""
_KEY = ("payment_key    TEXT NOT NULL UNIQUE", "payment_key    TEXT NOT NULL")


def without_the_key() -> None:
    """Let only the graph remember what is paid: no unique key, no guard, no look in the ledger."""
    only_the_key()
    _schema_without("payments_once", replacing=_KEY)


def only_the_key() -> None:
    """Let nobody look whether something is paid before paying it; the database has its key."""
    _altered(PaymentTable.is_there, ("if row is None:", "if True:"))
    _altered(nodes.schedule_payment, ('known.status in ("scheduled", "booked")', "False"))
    _altered(Runner._next_input, ("in _FINAL:", "in _FINAL and not snapshot.tasks:"))


def recovery_by_next() -> None:
    """Take a thread for finished when its snapshot says that nothing is next."""
    _altered(
        Runner._next_input,
        ("waiting = _interrupts(snapshot)", _UNLESS_SOMETHING_IS_NEXT),
    )
    _altered(
        Runner._settle,
        ('raise RequestRefused("its thread ended without an outcome")', "return Booked(known.id)"),
    )


def answer_before_its_row() -> None:
    """Resume first, and write the decision down when that has gone well."""
    _schema_without("payments_once", "decisions_once")
    unwritten: list[tuple[Decision, tuple[Any, ...]]] = []
    write, read, carry_out = StoredLedger.add_decision, StoredLedger.decisions, Runner.carry_out

    def keep_in_mind(_ledger: StoredLedger, decision: Decision, *about: Any) -> bool:
        unwritten.append((decision, about))
        return True

    def with_unwritten(ledger: StoredLedger, thread_id: str) -> list[Decision]:
        mine = [decision for decision, _ in unwritten if decision.thread_id == thread_id]
        return [*read(ledger, thread_id), *mine]

    async def and_then_write(runner: Runner, job: Job, **how: Any) -> Any:
        async for event in carry_out(runner, job, **how):
            yield event
        ledger: Any = runner._ports.ledger
        while unwritten:
            decision, about = unwritten.pop()
            with ledger.transaction():
                status = ledger.registered(job.thread_id).status
                write(ledger, decision, *about)
                ledger._register.set_status(job.thread_id, status)

    _put(StoredLedger, "add_decision", keep_in_mind)
    _put(StoredLedger, "decisions", with_unwritten)
    _put(Runner, "carry_out", and_then_write)


# --- how a build is altered


def _altered(function: Any, *replacements: tuple[str, str]) -> None:
    """Put a function with another text in the place of one, wherever it was imported to."""
    text = textwrap.dedent(inspect.getsource(function))
    for old, new in replacements:
        assert text.count(old) == 1, f"{function.__qualname__} does not say {old!r} once"
        indented = new.replace("\n", "\n" + " " * 4)
        text = text.replace(old, indented)
    scope: dict[str, Any] = {}
    exec(compile(text, f"mutant of {function.__qualname__}", "exec"), function.__globals__, scope)
    for owner in _owners(function):
        _put(owner, function.__name__, scope[function.__name__])


def _owners(function: Any) -> Iterator[Any]:
    module, _, name = function.__qualname__.rpartition(".")
    if module:
        yield getattr(sys.modules[function.__module__], module)
        return
    for imported in [m for n, m in sys.modules.items() if n.startswith("expense_agent")]:
        if getattr(imported, name, None) is function:
            yield imported


def _schema_without(*triggers: str, replacing: tuple[str, str] | None = None) -> None:
    """Make stores without some guards; it holds for the store this process begins."""
    usual: Callable[[str], Iterator[str]] = schema.statements

    def fewer(script: str) -> Iterator[str]:
        for statement in usual(script):
            if not any(f"CREATE TRIGGER {name} " in statement for name in triggers):
                yield statement.replace(*replacing) if replacing else statement

    _put(schema, "statements", fewer)


def _put(owner: Any, name: str, value: Any) -> None:
    setattr(owner, name, value)
