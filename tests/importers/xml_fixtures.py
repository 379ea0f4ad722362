"""The self-written e-invoices, to be changed by one thing at a time."""

from pathlib import Path

INVOICES = Path(__file__).parents[2] / "fixtures" / "invoices"
UBL = (INVOICES / "ubl" / "everything.xml").read_text("utf-8")
CII = (INVOICES / "cii" / "everything.xml").read_text("utf-8")
CREDIT_NOTE = (INVOICES / "ubl" / "credit-note.xml").read_text("utf-8")
ZUGFERD1 = (INVOICES / "zugferd1" / "comfort.xml").read_text("utf-8")
EVERY_SYNTAX = {"ubl": UBL, "cii": CII, "zugferd1": ZUGFERD1}


def changed(document: str, *changes: tuple[str, str]) -> str:
    """The document with each text replaced once; the text must be there."""
    for old, new in changes:
        assert old in document, old
        document = document.replace(old, new, 1)
    return document
