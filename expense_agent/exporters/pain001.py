"""ISO 20022 pain.001, the customer credit transfer of SEPA, in the versions banks take.

Texts and accounts are written as European banks take them: few letters, few places.

The schema accepts amounts of zero, wrong check digits, emoji and line breaks, so what matters is
checked here and not left to it. Loads lxml.
"""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby

from lxml import etree

from expense_agent.domain.money import Money, plain
from expense_agent.domain.payment_run import PAIN_09, Debtor, PaymentRun, RunLine
from expense_agent.domain.supplier import iban_problem, is_iban

COUNTRIES = frozenset(
    "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT"
    " NL NO PL PT RO RS SE SI SK SM VA".split()
)
"""The countries whose accounts a SEPA credit transfer reaches."""

_SPELT_OUT = str.maketrans(
    {
        "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS",
        "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
        "ł": "l", "Ł": "L", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D", "ı": "i",  # noqa: RUF001 - they are what is spelt out
        "&": "+", "@": "(at)", "_": "-", ";": ",", "–": "-", "—": "-", "’": "'", "‘": "'",  # noqa: RUF001 - they are what is spelt out
        "„": "'", "“": "'", "”": "'", '"': "'", "[": "(", "]": ")", "{": "(", "}": ")",
        "\\": "/", "|": "/", "*": ".", "#": ".", "=": "-", "%": ".", "€": "EUR", "!": ".",
        "<": "(", ">": ")", "\t": " ", "\n": " ", "\r": " ", "\xa0": " ",
    }
)  # fmt: skip
_REFUSED = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_REFERENCE = re.compile(r"RF\d\d[A-Z0-9]{1,21}", re.ASCII)


def spelt(text: str) -> str:
    """Spell a text with the letters of the basic Latin set of SEPA; what has none becomes "?"."""
    composed = unicodedata.normalize("NFC", text).translate(_SPELT_OUT)
    bare = "".join(
        c for c in unicodedata.normalize("NFKD", composed) if unicodedata.category(c)[0] not in "MC"
    )
    letters = _REFUSED.sub("?", bare.translate(_SPELT_OUT))
    one_line = re.sub(r" +", " ", re.sub(r"/{2,}", "/", letters)).strip()
    return one_line.lstrip("/ ").rstrip("/ ")


def shortened(text: str, most: int) -> str:
    """Cut a spelt text to what fits."""
    return spelt(text)[:most].rstrip("/ ")


def is_legible(text: str) -> bool:
    """Whether anything a person could read is left of a spelt text."""
    return bool(re.search(r"[A-Za-z0-9]", text))


def is_creditor_reference(text: str) -> bool:
    """Whether a text is a structured reference of ISO 11649 with right check digits."""
    compact = text.replace(" ", "").upper()
    if not _REFERENCE.fullmatch(compact):
        return False
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def account_problem(account: str | None) -> str | None:
    """Say why a SEPA credit transfer cannot reach an account, or None."""
    if account is None:
        return "there is no account to pay into"
    if not is_iban(account):
        return f"{account} is not an IBAN"
    if problem := iban_problem(account):
        return f"{account} cannot be right: {problem}"
    if account[:2] not in COUNTRIES:
        return f"{account} is in {account[:2]}, where SEPA does not reach"
    return None


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
