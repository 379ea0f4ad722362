"""Payment files read back: exactly what was written, or refused with the reason."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from expense_agent.domain.payment_run import CSV, PAIN_03, PAIN_09, PaymentRun
from expense_agent.exporters import EXPORTERS
from expense_agent.exporters.given_back import NotOurs, read_back
from tests.builders import OTHER_IBAN
from tests.exporters.runs import BUYER, HEAD, a_line, a_run

STORE = "cd" * 16
FIRST = "ef" * 32


def a_file(kind: str) -> tuple[PaymentRun, bytes]:
    odd = a_line("0.10 EUR", payment=2, name='=SUM("x"), & Söhne', remittance="RF18 5390 0754 7034")
    again = replace(a_line("3.5 EUR", payment=3, day="2026-12-03"), first_key=FIRST)
    run = a_run(a_line(account=OTHER_IBAN), odd, again, format=kind)
    run = replace(run, store=STORE, debtor=None if kind == CSV else BUYER)
    return run, EXPORTERS[kind]().write(run)


@pytest.mark.parametrize("kind", [PAIN_09, PAIN_03, CSV])
def test_what_was_written_is_read_back(kind: str) -> None:
    run, content = a_file(kind)
    found = read_back(content)
    assert (found.run, found.format, found.store, found.head) == (run.id, kind, STORE, HEAD)
    assert (found.totals, found.content) == (run.totals, content)
    assert [
        (one.end_to_end_id, one.payment_key, one.first_key, one.execution_date, one.account)
        for one in found.payments
    ] == [
        (
            line.end_to_end_id,
            line.payment_key,
            line.first_key or line.payment_key,
            line.execution_date,
            line.account,
        )
        for line in run.lines
    ]
    assert [one.amount for one in found.payments] == [line.amount for line in run.lines]


def without_a_payment(content: bytes) -> bytes:
    start, end = content.index(b"<!-- key"), content.index(b"</CdtTrfTxInf>")
    return content[:start] + content[end + len(b"</CdtTrfTxInf>") :]


def without_a_row(content: bytes) -> bytes:
    return b"\r\n".join(content.split(b"\r\n")[:-2]) + b"\r\n"


@pytest.mark.parametrize(
    ("kind", "spoil", "said"),
    [
        (PAIN_09, without_a_payment, "its sum is another"),
        (PAIN_09, lambda c: c.replace(b">0.10<", b">9.10<"), "its sum is another"),
        (PAIN_09, lambda c: c.replace(b"<!-- key ", b"<!-- yek ", 1), "not as many"),
        (PAIN_09, lambda c: c.replace(b"<?xml", b"<?xml", 1)[:-200], "no whole XML"),
        (PAIN_09, lambda c: c.replace(b"<Document", b"<!DOCTYPE x><Document"), "document type"),
        (CSV, without_a_row, "its name does not fit its payments"),
        (CSV, lambda c: c.replace(b",0.10,", b",NaN,"), "names no amount"),
        (CSV, lambda c: c.replace(STORE.encode(), b"0" * 32, 1), "of several runs"),
        (CSV, lambda _: b"", "no payment file of this program"),
        (CSV, lambda _: b"\xff\xfe", "no payment file of this program"),
    ],
)
def test_what_was_changed_since_is_refused(
    kind: str, spoil: Callable[[bytes], bytes], said: str
) -> None:
    with pytest.raises(NotOurs, match=said):
        read_back(spoil(a_file(kind)[1]))


def test_a_file_of_the_version_before_names_its_run_but_no_store() -> None:
    run = replace(a_run(), store="")
    content = EXPORTERS[PAIN_09]().write(run).replace(b"<!-- store  -->\n", b"")
    found = read_back(content)
    assert (found.run, found.store) == (run.id, "")
