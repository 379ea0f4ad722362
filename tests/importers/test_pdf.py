"""PDFs with an e-invoice inside, without one, and those made to do harm."""

import io
import random
import zlib
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from expense_agent.domain.invoice import content_hash
from expense_agent.domain.policy import Policy
from expense_agent.importers import Record, read_batch
from tests.importers.pdfs import a_pdf, fixtures, hybrid, packed, stream
from tests.importers.reading import read, reasons, the_invoice
from tests.importers.xml_fixtures import CII, UBL, ZUGFERD1, changed

XML = CII.encode()
NO_INVOICE = "file: no e-invoice inside this PDF"
EMPTY_PAGES = b"<</Type/Pages/Kids[]/Count 0>>"


def carrying(embedded: bytes, name: str = "factur-x.xml") -> bytes:
    """A PDF whose one attachment is this object."""
    spec = b"<</Type/Filespec/F(%s)/EF<</F 4 0 R>>>>" % name.encode()
    names = b"/Names<</EmbeddedFiles<</Names[(%s) 3 0 R]>>>>" % name.encode()
    catalog = b"<</Type/Catalog/Pages 2 0 R%s>>" % names
    return a_pdf({1: catalog, 2: EMPTY_PAGES, 3: spec, 4: embedded})


def the_record(data: bytes) -> Record:
    (record,) = read(data)
    return record


@pytest.mark.parametrize("document", [CII, UBL, ZUGFERD1])
def test_the_xml_inside_is_read_as_if_it_came_alone(document: str) -> None:
    inside = the_invoice(hybrid([("factur-x.xml", document.encode())]))
    assert content_hash(inside) == content_hash(the_invoice(document))


def test_the_source_of_the_invoice_is_the_pdf(tmp_path: Path) -> None:
    path = tmp_path / "invoice.pdf"
    path.write_bytes(hybrid([("factur-x.xml", XML)]))
    (record,) = read_batch([path])
    assert record.invoice
    assert (record.format, record.container) == ("cii", "pdf")
    assert record.invoice.source.bytes == path.stat().st_size


@pytest.mark.parametrize(
    "name",
    ["FACTUR-X.XML", "Factur-X.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml", " factur-x.xml"],
)
def test_an_invoice_is_known_by_its_name_in_any_case(name: str) -> None:
    assert the_record(hybrid([("terms.txt", b"terms"), (name, XML)])).invoice


@pytest.mark.parametrize("document", [CII, UBL, ZUGFERD1])
@pytest.mark.parametrize("name", ["INV_2026_00042_ubl_bis3.xml", "Rechnung 4711.XML"])
def test_an_invoice_of_another_name_is_known_by_its_content(name: str, document: str) -> None:
    terms = ("terms.xml", b"<terms/>")
    assert the_record(hybrid([terms, (name, document.encode())])).invoice


def test_a_name_of_the_standards_leads_and_others_are_not_looked_at() -> None:
    other = CII.replace("1205.90", "1.00").encode()
    record = the_record(hybrid([("older.xml", other), ("factur-x.xml", XML)]))
    assert record.invoice
    assert str(record.invoice.payable_amount) == "1205.90"
    assert record.invoice.flags == ()


def test_two_invoices_of_other_names_that_disagree_are_flagged() -> None:
    other = CII.replace("1205.90", "1.00").encode()
    record = the_record(hybrid([("a.xml", XML), ("b.xml", other)]))
    assert record.invoice
    assert record.invoice.flags[-1].startswith("documents_disagree")


@pytest.mark.parametrize("name", ["../../factur-x.xml", "/etc/factur-x.xml", "x/factur-x.xml"])
def test_a_name_that_is_a_path_is_no_invoice(name: str) -> None:
    (reason,) = reasons(read(hybrid([(name, XML)])))
    assert reason.startswith(f"{NO_INVOICE}; it holds {name}: ask the supplier")


def test_a_name_with_escape_sequences_is_made_printable() -> None:
    name = b"\xfe\xff" + "a\x1b[2J.xml".encode("utf-16-be")
    (reason,) = reasons(read(hybrid([(name.decode("latin-1"), XML)])))
    assert "it holds a?[2J.xml" in reason


def test_an_attachment_of_the_catalog_alone_is_found() -> None:
    spec = {20: b"<</Type/Filespec/F(factur-x.xml)/EF<</F 21 0 R>>>>", 21: packed(XML)}
    assert the_record(hybrid(catalog=b"/AF[20 0 R]", more=spec)).invoice


def test_a_pdf_without_an_invoice_says_what_to_do() -> None:
    record = the_record(hybrid())
    assert (record.format, record.container, record.invoice) == (None, "pdf", None)
    assert reasons([record]) == [
        f"{NO_INVOICE}: ask the supplier for one, or write it as a row of a table"
    ]


@pytest.mark.parametrize("junk", [b"\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", bytes(range(256)) * 3])
def test_junk_before_a_pdf_is_accepted(junk: bytes) -> None:
    assert the_record(junk + hybrid([("factur-x.xml", XML)])).invoice


def test_a_table_that_speaks_of_a_pdf_is_a_table() -> None:
    table = "number,supplier,payable_amount,currency\n1,%PDF-1.7 Ltd,1.00,EUR\n"
    assert the_record(table.encode()).format == "csv"


# --- several invoices in one file


def test_the_same_bytes_twice_are_one_invoice() -> None:
    twice = hybrid([("factur-x.xml", XML), ("ZUGFeRD-invoice.xml", XML)])
    assert the_invoice(twice).flags == the_invoice(XML).flags


def test_the_same_invoice_in_two_notations_is_one_invoice() -> None:
    other = changed(CII, ("1205.90", "1205.9")).encode()
    assert not the_invoice(hybrid([("factur-x.xml", XML), ("xrechnung.xml", other)])).flags


def test_two_invoices_that_disagree_are_flagged_and_the_newer_standard_is_read() -> None:
    invoice = the_invoice(
        hybrid([("zugferd-invoice.xml", ZUGFERD1.encode()), ("factur-x.xml", XML)])
    )
    assert invoice.number == "FW-2026-0417"
    (flag,) = invoice.flags
    assert flag.startswith("documents_disagree: invoices inside one PDF: factur-x.xml asks for")


def test_an_invoice_that_cannot_be_read_beside_one_that_can_is_told() -> None:
    record = the_record(hybrid([("factur-x.xml", b"<broken"), ("xrechnung.xml", XML)]))
    assert record.invoice
    assert "factur-x.xml cannot be read" in record.invoice.flags[0]
    (problem,) = record.problems
    assert problem.location == "factur-x.xml line 1"


def test_an_xml_that_cannot_be_read_is_a_problem_with_its_name_and_line() -> None:
    (reason,) = reasons(read(hybrid([("factur-x.xml", b"\n\n<a></b>")])))
    assert reason.startswith("factur-x.xml line 3: not well-formed XML")


def test_more_invoices_than_a_pdf_can_have_are_not_all_read() -> None:
    many = [("factur-x.xml", XML + b"\n" * n) for n in range(6)]
    assert len([r for r in reasons(read(hybrid(many))) if "not read: more than 4" in r]) == 2


# --- what would run


@pytest.mark.parametrize(
    ("catalog", "page", "named"),
    [
        (b"/OpenAction<</S/JavaScript/JS(1)>>", b"", "JavaScript"),
        (b"/OpenAction<</S/Launch/F(cmd.exe)>>", b"", "a program to start"),
        (b"/OpenAction<</S/GoTo/D[3 0 R/Fit]/Next<</S/JavaScript>>>>", b"", "an action on opening"),
        (b"/AA<</WC<</S/JavaScript/JS(1)>>>>", b"", "actions on events"),
        (b"", b"/AA<</O<</S/JavaScript/JS(1)>>>>", "actions on events"),
        (b"", b"/Annots[<</Subtype/Link/A<</S/Launch/F(a)>>>>]", "a program to start"),
    ],
)
def test_what_would_run_is_named_and_only_shown(catalog: bytes, page: bytes, named: str) -> None:
    invoice = the_invoice(hybrid([("factur-x.xml", XML)], catalog=catalog, page=page))
    assert invoice.flags == (f"active_content: the PDF holds {named}; nothing of it was run",)
    assert Policy().severity("active_content") == "warn"


@pytest.mark.parametrize(
    ("catalog", "page"),
    [
        (b"/OpenAction[3 0 R/Fit]", b""),
        (b"/OpenAction<</S/GoTo/D[3 0 R/Fit]>>", b""),
        (b"", b"/Annots[<</Subtype/Link/A<</S/URI/URI(https://example.invalid)>>>>]"),
        (b"/OpenAction 99 0 R/AA null", b"/Annots 99 0 R/AA(x)"),
    ],
)
def test_a_view_to_open_with_and_links_are_no_active_content(catalog: bytes, page: bytes) -> None:
    assert not the_invoice(hybrid([("factur-x.xml", XML)], catalog=catalog, page=page)).flags


def test_pages_in_a_loop_do_not_hide_the_invoice() -> None:
    loop = {3: b"<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>"}
    data = hybrid([("factur-x.xml", XML)])
    objects = {2: b"<</Type/Pages/Kids[3 0 R]/Count 9>>", **loop}
    for number, body in objects.items():
        start = data.index(b"%d 0 obj" % number)
        end = data.index(b"endobj", start)
        padded = b"%d 0 obj\n%s" % (number, body)
        assert len(padded) <= end - start
        data = data[:start] + padded.ljust(end - start) + data[end:]
    assert the_record(data).invoice


# --- locked, damaged


def encrypted(user: str, owner: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(hybrid([("factur-x.xml", XML)]))))
    writer.encrypt(user_password=user, owner_password=owner, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_locked_against_changes_is_read() -> None:
    assert the_record(encrypted("", "owner")).invoice


def test_a_pdf_that_needs_a_password_says_so() -> None:
    assert reasons(read(encrypted("secret", "owner"))) == [
        "file: it opens with a password only: save it without one"
    ]


def test_a_pdf_locked_with_aes_says_what_is_missing() -> None:
    aes = (
        b"/Encrypt<</Filter/Standard/V 5/R 6/Length 256/P -1/O<%s>/U<%s>/OE<%s>/UE<%s>/Perms<%s>"
        b"/CF<</StdCF<</CFM/AESV3/AuthEvent/DocOpen/Length 32>>>>/StmF/StdCF/StrF/StdCF>>"
        % (b"00" * 48, b"00" * 48, b"00" * 32, b"00" * 32, b"00" * 16)
    )
    locked = a_pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: EMPTY_PAGES}, aes)
    (reason,) = reasons(read(locked))
    assert "AES" in reason or "password" in reason  # with the extra it is tried


@pytest.mark.parametrize("kept", [9, 100, 1_000, 3_000])
def test_a_pdf_cut_off_is_a_problem_or_the_whole_invoice(kept: int) -> None:
    record = the_record(hybrid([("factur-x.xml", XML)])[:kept])
    assert record.problems or record.invoice == the_invoice(hybrid([("factur-x.xml", XML)]))


def test_flipped_bytes_end_in_an_invoice_or_a_problem(tmp_path: Path) -> None:
    chance = random.Random(5)
    sources = [data for path, data in fixtures().items() if path.name != "cut-off.pdf"]
    for number in range(300):
        data = bytearray(chance.choice(sources))
        for _ in range(chance.choice((1, 1, 2, 8, 40))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        Path(tmp_path, f"{number:03}.pdf").write_bytes(data)
    records = list(read_batch([tmp_path]))
    assert len(records) == 300
    assert all(record.invoice or record.problems for record in records)
    assert not [reason for reason in reasons(records) if "mistake of this program" in reason]


# --- bombs: each is a problem, in bounded time and memory


def chained_tables(length: int) -> bytes:
    """Cross-reference streams that each unpack to megabytes, one naming the one before."""
    body, out, before = zlib.compress(bytes(11_900_000), 9), bytearray(b"%PDF-1.7\n"), 0
    for number in range(2, length + 2):
        at = len(out)
        more = (
            b"/Type/XRef/Size 10/W[1 2 1]/Root 1 0 R/Filter/FlateDecode"
            b"/DecodeParms<</Predictor 12/Columns 1>>" + (b"/Prev %d" % before if before else b"")
        )
        out += b"%d 0 obj\n%s\nendobj\n" % (number, stream(body, more))
        before = at
    return bytes(out + b"startxref\n%d\n%%%%EOF" % before)


def deflated(data: bytes) -> bytes:
    return zlib.compress(data, 9)


MEGABYTE = 1_000_000
BOMBS = {
    "zeros": carrying(packed(bytes(100 * MEGABYTE))),
    "zeros twice": carrying(
        stream(deflated(deflated(bytes(100 * MEGABYTE))), b"/Filter[/FlateDecode/FlateDecode]")
    ),
    "base 85": carrying(
        stream(deflated(b"z" * 11 * MEGABYTE), b"/Filter[/FlateDecode/ASCII85Decode]")
    ),
    "lzw": carrying(stream(deflated(bytes(11 * MEGABYTE)), b"/Filter[/FlateDecode/LZWDecode]")),
    "run length": carrying(
        stream(deflated(b"\x81a" * 5 * MEGABYTE), b"/Filter[/FlateDecode/RunLengthDecode]")
    ),
    "many filters": carrying(stream(b"x", b"/Filter[" + b"/FlateDecode" * 20 + b"]")),
    "a text of brackets": a_pdf({1: b"<</X" + b"(" * 9 * MEGABYTE + b")" * 9 * MEGABYTE + b">>"}),
    "lists in lists": a_pdf({1: b"<</Type/Catalog/Names " + b"[" * MEGABYTE + b">>"}),
    "a list of a million": a_pdf(
        {1: b"<</Type/Catalog/Names[" + b"(a) 3 0 R " * MEGABYTE + b"]>>"}
    ),
    "nothing but objects": b"%PDF-1.7\n" + b"1 0 obj\n" * 3 * MEGABYTE,
    "a table of a billion": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\nxref\n0 999999999\n"
    + b"0000000000 00000 n \n" * MEGABYTE
    + b"trailer<</Root 1 0 R>>\nstartxref\n42\n%%EOF",
    "tables that never end": chained_tables(20),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_a_problem_and_the_next_file_is_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "a-bomb.pdf").write_bytes(BOMBS[name])
    (tmp_path / "b-whole.pdf").write_bytes(hybrid([("factur-x.xml", XML)]))
    bomb, whole = read_batch([tmp_path])
    assert bomb.invoice is None
    assert bomb.problems
    assert whole.invoice


def test_a_pdf_too_large_is_not_even_opened() -> None:
    assert reasons(read(hybrid() + bytes(30 * 1024 * 1024))) == ["file: a PDF larger than 30 MB"]


def test_too_many_attachments_are_refused() -> None:
    entry = b"(a) <</F(a)/EF<<>>>> "
    names = b"/Names<</EmbeddedFiles<</Names[" + entry * 1_001 + b"]>>>>"
    data = a_pdf({1: b"<</Type/Catalog/Pages 2 0 R%s>>" % names, 2: EMPTY_PAGES})
    assert reasons(read(data)) == ["file: a PDF with more than 1,000 attachments"]
