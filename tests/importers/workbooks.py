"""Workbooks and zip archives written by hand, so that every one of them can be wrong on purpose.

    python -m tests.importers.workbooks

writes those among the fixtures anew.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from tests.importers.pdfs import hybrid
from tests.importers.xml_fixtures import CII, INVOICES, UBL

Cell = str | float | date | None
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
STYLES = (
    f'<styleSheet xmlns="{SPREADSHEET}"><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy"/></numFmts>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>'
)
FIRST_DAY = date(1899, 12, 30)


class Raw(str):
    """A cell in XML, "{}" being its place."""

    __slots__ = ()


NO_RESULT = Raw('<c r="{}"><f>B1*2</f></c>')
ERROR = Raw('<c r="{}" t="e"><v>#REF!</v></c>')


def formula(result: float) -> Raw:
    return Raw(f'<c r="{{}}"><f>1+1</f><v>{result}</v></c>')


def cell_of(cell: Cell, place: str) -> str:
    match cell:
        case Raw():
            return cell.format(place)
        case None:
            return ""
        case str():
            return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
        case date():
            return f'<c r="{place}" s="1"><v>{(cell - FIRST_DAY).days}</v></c>'
        case _:
            return f'<c r="{place}"><v>{cell!r}</v></c>'


def sheet_of(rows: Iterable[Sequence[Cell]], first: int = 1) -> str:
    written = (
        f'<row r="{number}">'
        + "".join(cell_of(cell, f"{chr(65 + at)}{number}") for at, cell in enumerate(row))
        + "</row>"
        for number, row in enumerate(rows, first)
    )
    return f'<worksheet xmlns="{SPREADSHEET}"><sheetData>{"".join(written)}</sheetData></worksheet>'


def workbook(
    sheets: Mapping[str, Iterable[Sequence[Cell]] | str], hidden: Sequence[str] = ()
) -> bytes:
    """A workbook of these sheets, given as rows of cells or as XML."""
    listed, related, parts = "", "", {}
    for number, (name, rows) in enumerate(sheets.items(), 1):
        state = ' state="hidden"' if name in hidden else ""
        listed += f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"{state}/>'
        part = f"worksheets/sheet{number}.xml"
        related += f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" Target="{part}"/>'
        parts[f"xl/{part}"] = rows if isinstance(rows, str) else sheet_of(rows)
    related += f'<Relationship Id="rId0" Type="{OFFICE}/styles" Target="styles.xml"/>'
    return zipped(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1"'
            f' Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}">'
            f"<sheets>{listed}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{related}'
            "</Relationships>",
            "xl/styles.xml": STYLES,
            **parts,
        }
    )


def zipped(members: Mapping[str, str | bytes], *, flags: int = 0, mode: int = 0o100644) -> bytes:
    """A zip archive; `flags` are put into every header, as encryption would."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (2026, 11, 1, 0, 0, 0))
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    data = bytearray(out.getvalue())
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = data.find(magic)
        while flags and found >= 0:
            data[found + at] |= flags
            found = data.find(magic, found + 1)
    return bytes(data)


HEADER = ("Invoice Number", "Invoice Date", "Supplier", "IBAN", "Amount Due", "Currency")
IBAN = "DE91999990000012345678"


def row(number: Cell, amount: Cell, supplier: Cell = "Ostalb Feinwerk GmbH") -> tuple[Cell, ...]:
    return (number, date(2026, 9, 14), supplier, IBAN, amount, "EUR")


def fixtures() -> dict[Path, bytes]:
    """Every workbook and archive among the fixtures: where it lies, and its bytes."""
    typed = workbook(
        {
            "September": [
                ("Invoices of September",),
                HEADER,
                row("000417", 1705.88),
                row(418.0, 626.4100000000001),
                row("419", formula(200.0)),
                row("420", "1.234,50"),
                (None, None, "Total", None, 3766.79, None),
            ],
            "Notes": [],
            "October": [HEADER, row("A-1", 12)],
            "Bank": [("IBAN",), (IBAN,)],
        },
        hidden=["Bank"],
    )
    broken = workbook(
        {
            "Invoices": [
                HEADER,
                row("1", NO_RESULT),
                row("2", ERROR),
                row("3", 10.0),
                ("4", 46279, "Ostalb Feinwerk GmbH", IBAN, 11.0, "EUR"),
                row(1.2345678901234567e20, 12.0),
            ],
            "Cover": [("Please pay soon",)],
        }
    )
    table = "number,supplier,payable_amount,currency\nZ-1,Good Ltd,10.00,EUR\n"
    month = zipped(
        {
            "month/invoice.xml": UBL,
            "month/table.csv": table,
            "month/invoice.pdf": hybrid([("factur-x.xml", CII.encode())]),
            "month/october.xlsx": workbook({"October": [HEADER, row("A-1", 12)]}),
            "more.zip": zipped({"table.csv": table, "again.zip": zipped({"table.csv": table})}),
            "month/photo.png": b"\x89PNG\r\n\x1a\n" + bytes(64),
            "__MACOSX/month/._table.csv": b"\0\5\x16\7",
            "month/.DS_Store": b"\0\0\0\1Bud1",
        }
    )
    return {
        INVOICES / "xlsx" / "typed-cells.xlsx": typed,
        INVOICES / "xlsx" / "formulas-and-errors.xlsx": broken,
        INVOICES / "xlsx" / "cut-off.xlsx": typed[: len(typed) // 2],
        INVOICES / "zip" / "month.zip": month,
        INVOICES / "zip" / "locked.zip": zipped({"table.csv": table}, flags=1),
    }


def main() -> None:
    for path, data in fixtures().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


if __name__ == "__main__":
    main()
