"""Threads cut off or gone astray, found by the ledger, finished by the runner."""

import asyncio
from collections.abc import Callable, Iterable

from expense_agent.errors import LedgerTampered
from expense_agent.ports import Ledger
from expense_agent.service import Failed, RecoveryReport
from expense_agent.workflow.runner import Runner


async def recover(
    ledger: Ledger,
    runner: Runner,
    *,
    retry_failed: bool,
    stop: Callable[[], bool],
    astray: Callable[[], Iterable[str]] = tuple,
) -> RecoveryReport:
    """Bring every unfinished thread to its rest, then begin those anew that went `astray`.

    Driven from the register: a scan of checkpoints would miss threads that never wrote one.
    `retry_failed` tries those again that gave up; `stop` is asked before each.
    """
    finished: list[str] = []
    failed: list[tuple[str, str]] = []

    async def finish(thread_ids: Iterable[str], *, anew: bool) -> None:
        for thread_id in thread_ids:
            if stop():
                break
            try:
                outcome = await runner.finish(thread_id, anew=anew)
            except LedgerTampered as alarm:  # one damaged row holds up no other invoice
                failed.append((thread_id, str(alarm)))
                continue
            if isinstance(outcome, Failed):
                failed.append((outcome.invoice_id, outcome.reason))
            elif outcome is not None:
                finished.append(outcome.invoice_id)

    cut_off = await asyncio.to_thread(ledger.unfinished, include_failed=retry_failed)
    await finish(cut_off, anew=False)
    await finish(await asyncio.to_thread(astray), anew=True)
    held = await asyncio.to_thread(ledger.claims.held)
    return RecoveryReport(tuple(finished), tuple(failed), held=held)
