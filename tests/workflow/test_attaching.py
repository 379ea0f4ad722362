"""Documents that people attach, as every reader of the store finds them."""

from pathlib import Path

from expense_agent.service import AskedAgain, Comment, Refused
from tests.agents import an_office, take, waiting
from tests.builders import an_invoice
from tests.importers.pdfs import hybrid


async def test_an_attached_document_is_kept_named_harmlessly_and_in_the_trail(
    tmp_path: Path,
) -> None:
    hostile = tmp_path / "or\x1b]52;c;x\x07der.txt"
    hostile.write_text("8 pallets\x1b[2J")
    scan = tmp_path / "scan.bin"
    scan.write_bytes(b"\x00\x01")
    async with an_office(tmp_path) as office:
        ann = office.person("ann")
        await take(ann, an_invoice("720.00 EUR"))
        row = waiting(ann, "R-1001")
        invoice_id = row.seen.invoice_id
        for path in (hostile, scan):
            events = [event async for event in ann.act(Comment(invoice_id, "see it", path))]
            assert isinstance(events[-1], AskedAgain)
        assert waiting(ann, "R-1001").seen.fingerprint == row.seen.fingerprint
        names = [said.document_name or "" for said in ann.invoice(invoice_id).comments]
        assert names[1] == "scan.bin"
        assert "\x1b" not in names[0]
        text = ann.documents.text(invoice_id, names[0])
        assert "8 pallets" in text
        assert "\x1b" not in text
        assert "It is no text. `document ID --attached NAME" in ann.documents.text(
            invoice_id, "scan.bin"
        )
        told = [e.details for e in ann.history(invoice_id) if e.action == "attached"]
        assert [details["name"] for details in told] == names


async def test_of_an_attached_pdf_the_words_on_its_pages_are_shown(tmp_path: Path) -> None:
    order, picture = tmp_path / "order.pdf", tmp_path / "picture.pdf"
    order.write_bytes(hybrid((), ["Order 4711", "8 pallets"]))
    picture.write_bytes(hybrid((), ()))
    async with an_office(tmp_path) as office:
        ann = office.person("ann")
        await take(ann, an_invoice("720.00 EUR"))
        invoice_id = waiting(ann, "R-1001").seen.invoice_id
        for path in (order, picture):
            _ = [event async for event in ann.act(Comment(invoice_id, "", path))]
        text = ann.documents.text(invoice_id, "order.pdf")
        assert "--- on its pages\nOrder 4711\n8 pallets" in text
        assert "--output FILE` writes it out" in text
        assert "no words: a picture perhaps" in ann.documents.text(invoice_id, "picture.pdf")


async def test_what_cannot_be_read_is_not_attached(tmp_path: Path) -> None:
    async with an_office(tmp_path) as office:
        ann = office.person("ann")
        await take(ann, an_invoice("720.00 EUR"))
        what = Comment(waiting(ann, "R-1001").seen.invoice_id, "", tmp_path / "none.pdf")
        (refused,) = [event async for event in ann.act(what)]
        assert isinstance(refused, Refused)
        assert "none.pdf cannot be attached" in refused.reason
