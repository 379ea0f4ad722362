"""The command that lists the ledger's payments, page by page: a long ledger is never held."""

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

from expense_agent.books import Books
from expense_agent.cli.output import print_json_list, print_table
from expense_agent.cli.reading import opened
from expense_agent.service import PaymentQuery
from expense_agent.settings import Settings

_PAGE = 1000
_COLUMNS = {
    "id": "ID",
    "invoice_id": "INVOICE",
    "supplier": "SUPPLIER",
    "account": "ACCOUNT",
    "amount": "AMOUNT",
    "currency": "CUR",
    "status": "STATUS",
    "execution_date": "EXECUTION",
}


class _Lines:
    """Lines of the table; read anew whenever they are gone through."""

    def __init__(self, books: Books, keys: Sequence[int]) -> None:
        self._books = books
        self._keys = keys

    def __iter__(self) -> Iterator[list[object]]:
        for payment in _pages(self._books, self._keys):
            by = ", ".join(payment["approved_by"]) or "policy"
            yield [*(payment[name] for name in _COLUMNS), by]


def _pages(books: Books, keys: Sequence[int]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(keys), _PAGE):
        yield from books.payment_list.rows(keys[start : start + _PAGE])


def payments(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the ledger's payments."""
    with opened(settings) as books:
        keys = books.payment_list.overview(PaymentQuery(arguments.status)).keys
        if arguments.json:
            print_json_list(_pages(books, keys))
        else:
            headers = (*_COLUMNS.values(), "APPROVED BY")
            print_table(headers, _Lines(books, keys), right="AMOUNT ID")
    return 0
