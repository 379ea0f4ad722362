"""The `store` commands: backup, restore, reconcile."""

import argparse
from contextlib import closing
from dataclasses import asdict

from expense_agent.books import SystemClock, open_store_of
from expense_agent.cli.opening import acting, warn_read_only
from expense_agent.cli.output import print_fields, print_json
from expense_agent.desks.reconciling import ReconcileReport
from expense_agent.desks.restoring import Restorer, make_backup
from expense_agent.domain.invisible_chars import safe
from expense_agent.errors import UsageProblem
from expense_agent.ports import utc
from expense_agent.settings import Settings
from expense_agent.streams import tell


def store(arguments: argparse.Namespace, settings: Settings) -> int:
    """Run one of the `store` commands."""
    verbs = {"backup": _backup, "restore": _restore, "reconcile": _reconcile}
    return verbs[arguments.verb](arguments, settings)


def _backup(arguments: argparse.Namespace, settings: Settings) -> int:
    """Copy the store into one file; it may be in use."""
    now = utc(SystemClock().now())
    with closing(open_store_of(settings)) as opened:
        warn_read_only(settings.store, opened.database.why_read_only)
        report = make_backup(opened.database, arguments.file, settings.busy_seconds, now)
    if arguments.json:
        print_json(asdict(report))
    else:
        print_fields(
            {
                "backup": f"{report.file}, {report.bytes:,} bytes",
                "head": report.head,
                "files": ", ".join(report.names),
            }
        )
    return 0


def _restore(arguments: argparse.Namespace, settings: Settings) -> int:
    """Put a backup in the place of the store."""
    restorer = Restorer(settings, SystemClock())
    report = restorer.restore(arguments.file, arguments.reason or "")
    if arguments.json:
        print_json(asdict(report))
    else:
        print_fields(
            {
                "restored": f"as of event {report.head}, {report.files} files",
                "was there": report.set_aside and f"kept in {settings.store / report.set_aside}",
                "forgotten": ", ".join(f"payment run {run}" for run in report.forgotten_runs),
                "waits": report.waits,
            }
        )
    return 0


def _reconcile(arguments: argparse.Namespace, settings: Settings) -> int:
    """Give back the payment files written since the backup, or say that there are no more."""
    if arguments.none != bool(arguments.reason):
        raise UsageProblem("--none says that there are no more files; it needs a --reason")
    if not arguments.files and not arguments.none:
        raise UsageProblem("name the payment files written since the backup, or --none --reason T")
    with acting(settings) as books:
        report = books.reconciler.give_back(arguments.files)
        if arguments.none:
            report = books.reconciler.state_no_more(arguments.reason, report)
    if arguments.json:
        print_json(asdict(report))
    else:
        _print_reconciled(report)
    return 1 if report.refused else 0


def _print_reconciled(report: ReconcileReport) -> None:
    for run in report.runs:
        known = f"{run['exported']} payments of the ledger have left in it"
        others = f"{run['remembered']} others are remembered as paid"
        print(safe(f"{run['file']}: payment run {run['run']}: {known}, {others}"))
        for invoice_id in run["twice"]:
            print(safe(f"{invoice_id} left in another file, too: ask the bank to recall one"))
    for refused in report.refused:
        tell(f"{refused['file']} is not taken: {refused['reason']}")
    print(safe(report.waits or "nothing is waited for any more: pay-run goes on"))
