"""The command that lists the ledger's payments, page by page: a long ledger is never held."""

import argparse
from collections.abc import Iterator, Sequence

from expense_agent.cli.opening import Reader, opened
from expense_agent.cli.output import print_json_list, print_table
from expense_agent.service import PaymentQuery, PaymentView
from expense_agent.settings import Settings
from expense_agent.shapes import payment_shape

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
