"""Commands about money: the list of payments, and the run that sends them to the bank."""

import argparse
from collections.abc import Iterator, Mapping, Sequence

from expense_agent.cli.command_shapes import plan_shape, report_shape
from expense_agent.cli.export_commands import STANDARD_OUTPUT
from expense_agent.cli.opening import Reader, acting, opened
from expense_agent.cli.output import print_fields, print_json, print_json_list, print_table
from expense_agent.errors import UsageProblem
from expense_agent.service import PaymentQuery, PaymentView
from expense_agent.service.payment_runs import LeftOut, RunPlan, RunReport
from expense_agent.settings import Settings
from expense_agent.shapes import payment_shape
from expense_agent.streams import tell

_PAGE = 1000
_HEADERS = (
    "ID", "INVOICE", "SUPPLIER", "ACCOUNT", "AMOUNT", "CUR", "STATUS", "EXECUTION", "APPROVED BY",
)  # fmt: skip


class _Lines:
    """Lines of the table; read anew whenever they are gone through."""

    def __init__(self, books: Reader, keys: Sequence[int]) -> None:
        self._books = books
        self._keys = keys

    def __iter__(self) -> Iterator[list[object]]:
        for payment in _pages(self._books, self._keys):
            yield [
                payment.id,
                payment.invoice_id,
                payment.supplier,
                payment.account,
                payment.amount,
                payment.currency,
                payment.status,
                payment.execution_date,
                ", ".join(payment.approved_by) or "policy",
            ]


def _pages(books: Reader, keys: Sequence[int]) -> Iterator[PaymentView]:
    for start in range(0, len(keys), _PAGE):
        yield from books.payment_list.rows(keys[start : start + _PAGE])


def payments(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the ledger's payments."""
    with opened(settings) as books:
        keys = books.payment_list.overview(PaymentQuery(arguments.status)).keys
        if arguments.json:
            print_json_list(map(payment_shape, _pages(books, keys)))
        else:
            print_table(_HEADERS, _Lines(books, keys), right="AMOUNT ID")
    return 0


def pay_run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Export scheduled payments as one payment run, once."""
    if arguments.dry_run:
        with opened(settings) as books:
            return _tell_plan(books.treasury.plan(arguments.until, arguments.format), arguments)
    if arguments.output is None:
        raise UsageProblem("--output FILE is missing; --dry-run only shows what would be in it")
    if arguments.output == STANDARD_OUTPUT:
        raise UsageProblem("a payment run is a file that rests on the disk: name it")
    if arguments.output == STANDARD_OUTPUT:
        raise UsageProblem("a payment run is a file that rests on the disk: name it")
    with acting(settings) as books:
        if arguments.again:
            report = books.treasury.again(arguments.again, arguments.output)
        else:
            report = books.treasury.run(arguments.output, arguments.until, arguments.format)
    if arguments.json:
        print_json(report_shape(report))
    else:
        _print_report(report)
    return 0


def _tell_plan(plan: RunPlan, arguments: argparse.Namespace) -> int:
    if arguments.json:
        print_json(plan_shape(plan))
        return 0
    rows = [
        (one.execution_date, one.supplier, one.account, one.amount, one.currency, one.remittance)
        for one in plan.payments
    ]
    headers = ("DATE", "SUPPLIER", "ACCOUNT", "AMOUNT", "CUR", "REMITTANCE")
    print_table(headers, rows, right="AMOUNT")
    print(f"{len(plan.payments)} payments as {plan.format}: {_sums(plan.totals)}")
    _print_remarks(plan.left_out, plan.notes)
    return 0


def _print_report(report: RunReport) -> None:
    if report.run is None:
        print("nothing to export")
    else:
        again = " (made before, the same bytes)" if report.repeated else ""
        print_fields(
            {
                "run": f"{report.run}{again}",
                "payments": f"{report.payments}: {_sums(report.totals)}",
                "file": f"{report.file} ({report.format}, {report.bytes} bytes)",
                "sha256": report.sha256,
                "audit head": report.head,
            }
        )
    _print_remarks(report.left_out, report.notes)


def _print_remarks(left_out: Sequence[LeftOut], notes: Sequence[str]) -> None:
    for payment in left_out:
        what = f"{payment.invoice_id}, {payment.amount} {payment.currency} to {payment.supplier}"
        tell(f"left out, stays scheduled: {what}: {payment.reason}")
    for note in notes:
        tell(f"note: {note}")


def _sums(totals: Mapping[str, str]) -> str:
    return ", ".join(f"{total} {currency}" for currency, total in totals.items()) or "nothing"
