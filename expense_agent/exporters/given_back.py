"""Our own payment files, read back: which store, which run, and every payment they name.

A restored store has forgotten what it wrote after the backup; the bank has not. A file must be
exactly what was written: its run's name is made of its payments' keys, its sums of their amounts.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from lxml import etree

from expense_agent.domain.money import EXPONENTS, Money
from expense_agent.domain.payment_run import (
    CSV,
    PAIN_03,
    PAIN_09,
    GivenFile,
    GivenPayment,
    run_id_of,
)
from expense_agent.exporters.csv_export import COLUMNS, from_text

_STORE = re.compile(rb"<!-- store ([0-9a-f]{32}) -->")
_HEAD = re.compile(rb"<!-- audit head ([0-9]+:[0-9a-f]{64}) -->")
_KEYS = re.compile(rb"<!-- key ([0-9a-f]{64})(?: first ([0-9a-f]{64}))? -->")
_AMOUNT = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,3})?")
_FORMATS = {f"urn:iso:std:iso:20022:tech:xsd:{name}": name for name in (PAIN_09, PAIN_03)}


class NotOurs(ValueError):
    """Something that this program has not written, or not like this."""


def read_back(content: bytes) -> GivenFile:
    """Read a payment file; raises NotOurs."""
    try:
        found = _read_pain(content) if content.startswith(b"<?xml") else _read_csv(content)
        _refuse_changed(found)
    except (ValueError, LookupError, ArithmeticError, csv.Error) as error:
        if isinstance(error, NotOurs):
            raise
        raise NotOurs("it is no payment file of this program") from error
    return found


def _refuse_changed(found: GivenFile) -> None:
    if not found.store:
        return  # of the version before, which named neither store nor keys
    keys = [payment.payment_key for payment in found.payments]
    day = f"{found.run[:4]}-{found.run[4:6]}-{found.run[6:8]}"
    if not keys or run_id_of(day, keys) != found.run:
        raise NotOurs("it was changed after it was written: its name does not fit its payments")
    for payment in found.payments:
        if payment.end_to_end_id != payment.payment_key[:32]:
            raise NotOurs(f"it was changed after it was written: {payment.end_to_end_id}")


def _read_csv(content: bytes) -> GivenFile:
    rows = csv.DictReader(io.StringIO(content.decode(), newline=""), strict=True)
    if tuple(rows.fieldnames or ())[:2] != COLUMNS[:2]:
        raise NotOurs("it is no payment file of this program")
    lines = list(rows)
    first = lines[0]
    run, store, head = first["run"], first.get("store") or "", first["audit_head"]
    if any((line["run"], line.get("store") or "") != (run, store) for line in lines):
        raise NotOurs("it was changed after it was written: it is of several runs")
    return GivenFile(
        run=run,
        format=CSV,
        store=store,
        head=head,
        created_at=f"{run[:4]}-{run[4:6]}-{run[6:8]}T00:00:00.000Z",
        debtor=None,
        payments=tuple(map(_row, lines)) if store else (),
        content=content,
    )


def _row(line: Mapping[str, str]) -> GivenPayment:
    return GivenPayment(
        end_to_end_id=line["end_to_end_id"],
        payment_key=line["payment_key"],
        first_key=line["first_key"],
        execution_date=line["execution_date"],
        amount=_money(line["amount"], line["currency"]),
        name=from_text(line["name"]),
        account=from_text(line["account"]),
        remittance=from_text(line["remittance"]),
    )


def _read_pain(content: bytes) -> GivenFile:
    root = _root(content)
    kind = _FORMATS[etree.QName(root).namespace or ""]
    store, head = _STORE.search(content), _HEAD.search(content)
    blocks = root.findall(".//{*}PmtInf")
    transfers = [(block, one) for block in blocks for one in block.findall("{*}CdtTrfTxInf")]
    keys = _KEYS.findall(content)
    if store and len(keys) != len(transfers):
        raise NotOurs("it was changed after it was written: its payments are not as many")
    found = GivenFile(
        run=_said(root, "{*}CstmrCdtTrfInitn/{*}GrpHdr/{*}MsgId"),
        format=kind,
        store=store[1].decode() if store else "",
        head=head[1].decode() if head else "",
        created_at=_said(root, "{*}CstmrCdtTrfInitn/{*}GrpHdr/{*}CreDtTm"),
        debtor={
            "name": _said(root, ".//{*}Dbtr/{*}Nm"),
            "account": _said(root, ".//{*}DbtrAcct/{*}Id/{*}IBAN"),
        },
        payments=tuple(_transfer(*one, *key) for one, key in zip(transfers, keys, strict=False)),
        content=content,
    )
    if store and _said(root, ".//{*}CtrlSum") != "".join(found.totals.values()):
        raise NotOurs("it was changed after it was written: its sum is another")
    return found


def _transfer(
    block: etree._Element, transfer: etree._Element, key: bytes, first: bytes
) -> GivenPayment:
    amount = transfer.find("{*}Amt/{*}InstdAmt")
    if amount is None:
        raise NotOurs("it names a payment without an amount")
    return GivenPayment(
        end_to_end_id=_said(transfer, "{*}PmtId/{*}EndToEndId"),
        payment_key=key.decode(),
        first_key=(first or key).decode(),
        execution_date="".join(str(text) for text in _day(block).itertext()).strip(),
        amount=_money(amount.text or "", amount.get("Ccy") or ""),
        name=_said(transfer, "{*}Cdtr/{*}Nm"),
        account=_said(transfer, "{*}CdtrAcct/{*}Id/{*}IBAN"),
        remittance="".join(str(text) for text in _remittance(transfer)).strip(),
    )


def _day(block: etree._Element) -> etree._Element:
    found = block.find("{*}ReqdExctnDt")
    if found is None:
        raise NotOurs("it names a payment without a day")
    return found


def _remittance(transfer: etree._Element) -> Iterator[str]:
    for path in ("{*}RmtInf/{*}Ustrd", "{*}RmtInf/{*}Strd/{*}CdtrRefInf/{*}Ref"):
        yield transfer.findtext(path) or ""


def _root(content: bytes) -> etree._Element:
    """Parse what we write: UTF-8 without a document type; comments are read apart."""
    if b"<!DOCTYPE" in content:
        raise NotOurs("it has a document type")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise NotOurs(f"it is no whole XML: {error.msg}") from error


def _said(element: etree._Element, path: str) -> str:
    found = element.findtext(path)
    if not found:
        raise NotOurs(f"it lacks {path.rpartition('}')[2]}")
    return found


def _money(amount: str, currency: str) -> Money:
    if not _AMOUNT.fullmatch(amount) or currency not in EXPONENTS:
        raise NotOurs(f"it names no amount: {amount} {currency}")
    money = Money(Decimal(amount), currency)
    if not money.is_exact or money.amount <= 0:
        raise NotOurs(f"it names no amount that can be paid: {amount} {currency}")
    return money
