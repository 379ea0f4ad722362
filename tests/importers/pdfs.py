"""PDFs written by hand, object by object, so that every one of them can be wrong on purpose.

    python -m tests.importers.pdfs

writes the PDFs among the fixtures anew, from the XML files beside them.
"""

import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.importers.xml_fixtures import CII, INVOICES, ZUGFERD1, changed

DEMO = INVOICES.parent / "demo" / "invoices"
CATALOG, PAGES, PAGE, TEXT, FONT, METADATA = range(1, 7)
FIRST_FREE = 7
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#">
<fx:DocumentType>INVOICE</fx:DocumentType><fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>
<fx:Version>1.0</fx:Version><fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (more, len(data), data)


def packed(data: bytes, more: bytes = b"") -> bytes:
    return stream(zlib.compress(data, 9), b"/Filter/FlateDecode" + more)


def a_pdf(objects: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """A file of these objects, the first being its catalog."""
    out, at = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), {}
    for number, body in objects.items():
        at[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 %s \n" % (at.get(number, 0), b"n" if number in at else b"f")
    out += b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (size, trailer)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)


def hybrid(
    attachments: Sequence[tuple[str, bytes]] = (),
    lines: Sequence[str] = ("An invoice",),
    *,
    catalog: bytes = b"",
    page: bytes = b"",
    more: Mapping[int, bytes] | None = None,
) -> bytes:
    """A PDF of one page with attached files, as a program that makes e-invoices writes it."""
    names, objects = b"", dict(more or {})
    for number, (name, data) in enumerate(attachments):
        spec = FIRST_FREE + 2 * number
        written = b"(%s)" % name.encode("latin-1")
        names += b"%s %d 0 R " % (written, spec)
        objects[spec] = (
            b"<</Type/Filespec/F%s/UF%s/AFRelationship/Alternative/EF<</F %d 0 R/UF %d 0 R>>>>"
            % (written, written, spec + 1, spec + 1)
        )
        objects[spec + 1] = packed(data, b"/Type/EmbeddedFile/Subtype/text#2Fxml")
    files = b"/Names<</EmbeddedFiles<</Names[%s]>>>>" % names if attachments else b""
    shown = b"BT /F1 11 Tf 60 780 Td 16 TL " + b"".join(
        b"(%s) Tj T* " % line.encode("cp1252").replace(b"(", b"\\(").replace(b")", b"\\)")
        for line in lines
    )
    objects |= {
        CATALOG: b"<</Type/Catalog/Pages 2 0 R/Metadata 6 0 R%s%s>>" % (files, catalog),
        PAGES: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        PAGE: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>%s>>" % page,
        TEXT: packed(shown + b"ET"),
        FONT: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        METADATA: stream(XMP.encode(), b"/Type/Metadata/Subtype/XML"),
    }
    return a_pdf(dict(sorted(objects.items())))


JAVASCRIPT = b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"


def fixtures() -> dict[Path, bytes]:
    """Every PDF among the fixtures: where it lies, and its bytes."""
    whole = hybrid(
        [("factur-x.xml", CII.encode())],
        ["Ostalb Feinwerk GmbH & Co. KG", "Rechnung FW-2026-0417", "Zahlbetrag 1.205,90 EUR"],
    )
    folder = INVOICES / "pdf"
    return {
        folder / "factur-x.pdf": whole,
        folder / "zugferd-1.pdf": hybrid([("ZUGFeRD-invoice.xml", ZUGFERD1.encode())]),
        folder / "two-that-disagree.pdf": hybrid(
            [("factur-x.xml", CII.encode()), ("zugferd-invoice.xml", ZUGFERD1.encode())]
        ),
        folder / "with-javascript.pdf": hybrid(
            [("xrechnung.xml", CII.encode())], catalog=JAVASCRIPT
        ),
        folder / "plain.pdf": hybrid((), ["An invoice on paper"]),
        folder / "another-attachment.pdf": hybrid([("../../terms.xml", b"<terms/>")]),
        folder / "cut-off.pdf": whole[: whole.index(b"/EmbeddedFile/") + 400],
        DEMO / "8-e-invoice-factur-x.pdf": for_the_demo(),
    }


def for_the_demo() -> bytes:
    """The demo's invoice in a PDF: the CII file beside it, from another supplier."""
    cii = (DEMO / "8-e-invoice-cii.xml").read_text("utf-8")
    xml = changed(
        cii,
        ("<ram:ID>HK-26-0731<", "<ram:ID>2611-0092<"),
        ("<ram:PaymentReference>HK-26-0731<", "<ram:PaymentReference>2611-0092<"),
        (">20261117<", ">20261112<"),
        ("20261217", "20261212"),
        ("Wartung der Heizungsanlage", "Software licence, one year"),
        ("Haustechnik Brösel &amp; Klamm GmbH", "Windroos &amp; Kwartel Software B.V."),
        ("<ram:CountryID>DE<", "<ram:CountryID>NL<"),
        ("DE991230051", "NL981204405B01"),
        ("DE82999991080071466316", "NL76ZZZZ0417004432"),
        ("Gebäude 2", "IT"),
    )
    for german, dutch in (
        ("1450.00", "890.00"),
        ("275.50", "186.90"),
        ("1725.50", "1076.90"),
        ("Percent>19<", "Percent>21<"),
    ):
        xml = xml.replace(german, dutch)
    lines = (
        "Windroos & Kwartel Software B.V.",
        "Invoice 2611-0092 of 12 November 2026",
        "Software licence, one year            890.00",
        "VAT 21%                               186.90",
        "To be paid by 12 December 2026      EUR 1,076.90",
        "NL76 ZZZZ 0417 0044 32",
    )
    return hybrid([("factur-x.xml", xml.encode())], lines)


def main() -> None:
    for path, data in fixtures().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


if __name__ == "__main__":
    main()
