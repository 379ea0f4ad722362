"""ISO 20022 pain.001, the customer credit transfer of SEPA, in the versions .09 and .03.

The schema accepts amounts of zero, wrong check digits, emoji and line breaks, so what matters is
checked here and not left to it. Loads lxml.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby

from lxml import etree

from expense_agent.domain.money import Money, plain
from expense_agent.domain.payment_run import PAIN_09, Debtor, PaymentRun, RunLine
from expense_agent.exporters.sepa_text import (
    account_problem,
    is_creditor_reference,
    is_legible,
    shortened,
    spelt,
)

MOST_NAME = 70
MOST_REMITTANCE = 140
MOST_AMOUNT = Decimal("999999999.99")


class PainExporter:
    """Writes one payment information block for each execution date."""

    needs_debtor = True

    def why_not(self, line: RunLine, debtor: Debtor | None) -> str | None:
        """Say why a bank would refuse a payment, or None."""
        if line.amount.currency != "EUR":
            return f"SEPA transfers are in EUR, not {line.amount.currency}: format csv takes it"
        if not 0 < line.amount.amount <= MOST_AMOUNT:
            return f"{line.amount} is not an amount of a SEPA transfer"
        if problem := account_problem(line.account):
            return problem
        if debtor is not None and line.account == debtor.account:
            return "it would be paid into the account that pays"
        if not is_legible(spelt(line.name)):
            return f"the name {line.name!r} has no letters a bank takes"
        return None

    def notes(self, line: RunLine) -> list[str]:
        """Say what had to be cut."""
        return [
            f"{what} of {line.invoice_id} is cut to {most} characters"
            for what, text, most in (
                ("the name", line.name, MOST_NAME),
                ("the remittance text", line.remittance, MOST_REMITTANCE),
            )
            if len(spelt(text)) > most
        ]

    def write(self, run: PaymentRun) -> bytes:
        """Return the file of a run."""
        assert run.debtor is not None, "the caller has asked needs_debtor"
        names = {None: f"urn:iso:std:iso:20022:tech:xsd:{run.format}"}
        root = etree.Element("Document", nsmap=names)  # type: ignore[arg-type] # the stubs know no default
        root.addprevious(etree.Comment(f" audit head {run.head} "))
        root.addprevious(etree.Comment(f" store {run.store} "))
        initiation = etree.SubElement(root, "CstmrCdtTrfInitn")
        header = etree.SubElement(initiation, "GrpHdr")
        _text(header, "MsgId", run.id)
        _text(header, "CreDtTm", f"{run.created_at[:19]}Z")
        _sums(header, run.lines)
        _text(header, "InitgPty/Nm", shortened(run.debtor.name, MOST_NAME))
        dates = groupby(run.lines, key=lambda line: line.execution_date)
        for ordinal, (_day, lines) in enumerate(dates, 1):
            block = etree.SubElement(initiation, "PmtInf")
            _text(block, "PmtInfId", f"{run.id}-{ordinal}")
            _block(block, run, run.debtor, tuple(lines))
        return etree.tostring(
            root.getroottree(), xml_declaration=True, encoding="UTF-8", pretty_print=True
        )


def _block(
    block: etree._Element, run: PaymentRun, debtor: Debtor, lines: Sequence[RunLine]
) -> None:
    newer = run.format == PAIN_09
    _text(block, "PmtMtd", "TRF")
    _sums(block, lines)
    _text(block, "PmtTpInf/SvcLvl/Cd", "SEPA")
    _text(block, "ReqdExctnDt/Dt" if newer else "ReqdExctnDt", lines[0].execution_date)
    _text(block, "Dbtr/Nm", shortened(debtor.name, MOST_NAME))
    _text(block, "DbtrAcct/Id/IBAN", debtor.account)
    if debtor.bic:
        _text(block, f"DbtrAgt/FinInstnId/{'BICFI' if newer else 'BIC'}", debtor.bic)
    else:
        _text(block, "DbtrAgt/FinInstnId/Othr/Id", "NOTPROVIDED")
    _text(block, "ChrgBr", "SLEV")
    for line in lines:
        _transfer(block, line)


def _transfer(block: etree._Element, line: RunLine) -> None:
    block.append(etree.Comment(f" key {line.payment_key}{_first(line)} "))
    transfer = etree.SubElement(block, "CdtTrfTxInf")
    _text(transfer, "PmtId/EndToEndId", line.end_to_end_id)
    _text(transfer, "Amt/InstdAmt", _amount(line.amount)).set("Ccy", line.amount.currency)
    _text(transfer, "Cdtr/Nm", shortened(line.name, MOST_NAME))
    _text(transfer, "CdtrAcct/Id/IBAN", line.account or "")
    if is_creditor_reference(line.remittance):
        reference = etree.SubElement(etree.SubElement(transfer, "RmtInf"), "Strd")
        information = etree.SubElement(reference, "CdtrRefInf")
        _text(information, "Tp/CdOrPrtry/Cd", "SCOR")
        _text(information, "Ref", line.remittance.replace(" ", "").upper())
    elif is_legible(text := shortened(line.remittance, MOST_REMITTANCE)):
        _text(transfer, "RmtInf/Ustrd", text)


def _first(line: RunLine) -> str:
    """Name the key under which the invoice was paid first, where that is another one."""
    return f" first {line.first_key}" if line.first_key not in ("", line.payment_key) else ""


def _sums(parent: etree._Element, lines: Sequence[RunLine]) -> None:
    _text(parent, "NbOfTxs", str(len(lines)))
    total = sum((line.amount.rounded().amount for line in lines), Decimal(0))
    _text(parent, "CtrlSum", plain(total))


def _amount(money: Money) -> str:
    return plain(money.rounded().amount)


def _text(parent: etree._Element, path: str, text: str) -> etree._Element:
    """Add elements inside each other, with a text in the innermost one."""
    for name in path.split("/"):
        parent = etree.SubElement(parent, name)
    parent.text = text
    return parent
