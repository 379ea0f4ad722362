"""Zip archives: read like a folder, and what is no folder in them is told."""

import io
import stat
import time
import zipfile
from pathlib import Path

import pytest

from expense_agent.importers import archive, read_batch
from expense_agent.importers.archive import Stopwatch
from tests.importers.reading import invoices, read, reasons
from tests.importers.workbooks import HEADER, row, workbook, zipped
from tests.importers.xml_fixtures import CII

TABLE = "number,supplier,payable_amount,currency\n1,Good Ltd,1.00,EUR\n"


def files(data: bytes) -> list[str]:
    """The names inside the archive that gave an invoice."""
    return [invoice.source.file.partition("file/")[2] for invoice in invoices(read(data))]


def test_the_files_of_an_archive_are_read_in_its_order_with_their_own_hash(tmp_path: Path) -> None:
    path = tmp_path / "batch.zip"
    path.write_bytes(zipped({"b/table.csv": TABLE, "a.xml": CII}))
    alone = tmp_path / "table.csv"
    alone.write_text(TABLE, "utf-8")
    table, xml, single = read_batch([path, alone])
    assert (table.file, xml.file) == (f"{path}/b/table.csv", f"{path}/a.xml")
    assert (table.format, xml.format) == ("csv", "cii")
    assert table.invoice
    assert single.invoice
    assert table.invoice.source.sha256 == single.invoice.source.sha256
    assert table.invoice.source.file == table.file


def test_progress_runs_through_the_archive_by_the_bytes_of_its_files() -> None:
    rows = "".join(f"{number},Good Ltd,1.00,EUR\n" for number in range(2, 12))
    small, large = TABLE, TABLE + rows
    shares = [record.share for record in read(zipped({"a.csv": small, "b.csv": large}))]
    assert shares[0] == pytest.approx(len(small) / (len(small) + len(large)))
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_a_workbook_is_a_workbook_and_no_archive() -> None:
    (record,) = read(workbook({"S": [HEADER, row("1", 1.0)]}))
    assert record.format == "xlsx"


def test_another_office_document_is_not_unpacked() -> None:
    for part in ("[Content_Types].xml", "mimetype"):
        (reason,) = reasons(read(zipped({part: "x", "content.xml": "<a/>"})))
        assert "an office document that is no Excel workbook" in reason


def test_an_archive_in_an_archive_is_read_and_one_deeper_is_not() -> None:
    inner = zipped({"table.csv": TABLE, "deeper.zip": zipped({"table.csv": TABLE})})
    data = zipped({"inner.zip": inner})
    assert files(data) == ["inner.zip/table.csv"]
    assert "an archive in an archive in an archive" in reasons(read(data))[0]


def test_hidden_files_and_those_of_a_mac_are_left_out() -> None:
    hidden = (".hidden.csv", "a/.b/c.csv", "__MACOSX/a.csv", "folder/")
    assert files(zipped(dict.fromkeys((*hidden, "a.csv"), TABLE))) == ["a.csv"]


@pytest.mark.parametrize(
    "name", ["../../evil.csv", "/evil.csv", "..\\evil.csv", "a/../../evil.csv"]
)
def test_a_path_that_leads_out_is_a_name_and_nothing_else(name: str, tmp_path: Path) -> None:
    path = tmp_path / "in" / "batch.zip"
    path.parent.mkdir()
    path.write_bytes(zipped({name: TABLE}))
    (record,) = read_batch([path])
    assert record.invoice
    assert record.file in (f"{path}/evil.csv", f"{path}/a/evil.csv")
    assert [file.name for file in tmp_path.rglob("*")] == ["in", "batch.zip"]


def test_a_name_of_control_characters_is_made_printable() -> None:
    assert files(zipped({"a\x1b[2J\u202e.csv": TABLE})) == ["a?[2J?.csv"]


def test_a_link_inside_an_archive_is_refused() -> None:
    link = zipped({"link.csv": "/etc/passwd"}, mode=stat.S_IFLNK | 0o777)
    assert reasons(read(link)) == ["file: a symbolic link inside an archive"]


def test_a_locked_member_says_so() -> None:
    assert "unpack it with its password" in reasons(read(zipped({"a.csv": TABLE}, flags=1)))[0]


def test_an_empty_archive_and_an_empty_file_are_told() -> None:
    assert reasons(read(zipped({}))) == ["file: a zip archive without files"]
    assert reasons(read(zipped({"a.csv": ""}))) == ["file: the file is empty"]


def test_a_damaged_member_does_not_take_the_others_with_it() -> None:
    data = bytearray(zipped({"a.csv": TABLE, "b.csv": TABLE}))
    start = data.index(b"a.csv") + len(b"a.csv")
    data[start + 5] ^= 0xFF
    records = read(bytes(data))
    assert len(invoices(records)) == 1
    assert "damaged in its archive" in reasons(records)[0]


def test_a_method_that_is_not_plain_zip_is_refused() -> None:
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as packed:
            packed.writestr("a.csv", TABLE)
        assert "packed by a method that is not read" in reasons(read(out.getvalue()))[0]


# --- bombs


def test_a_file_that_unpacks_to_many_times_its_size_is_not_unpacked() -> None:
    data = zipped({"bomb.csv": bytes(60_000_000), "a.csv": TABLE})
    assert files(data) == ["a.csv"]
    assert "times its size" in reasons(read(data))[0]


def test_a_file_larger_than_any_table_is_not_unpacked() -> None:
    assert "larger than 64 MB" in reasons(read(zipped({"bomb.csv": bytes(70_000_000)})))[0]


def test_an_archive_larger_than_all_its_files_may_be_is_not_unpacked() -> None:
    data = zipped({f"{number}.csv": bytes(60_000_000) for number in range(4)})
    assert reasons(read(data)) == ["file: a zip archive that unpacks to more than 200 MB: split it"]


def test_more_files_than_an_archive_may_have_are_refused_unopened() -> None:
    data = zipped({f"{number}.csv": "x" for number in range(archive.MOST_MEMBERS + 1)})
    assert reasons(read(data)) == ["file: a zip archive of more than 10,000 files: split it"]


def test_a_file_that_announces_less_than_it_holds_never_gives_more() -> None:
    data = zipped({"a.csv": TABLE * 1_000})
    size = (len(TABLE) * 1_000).to_bytes(4, "little")
    lied = data.replace(size, (100).to_bytes(4, "little"))
    assert lied != data
    assert "damaged in its archive" in reasons(read(lied))[0]


def test_archives_inside_an_archive_share_the_bytes_that_it_may_unpack_to() -> None:
    inner = zipped({"a.csv": TABLE + " " * 1_000_000})
    data = zipped({f"{number}.zip": inner for number in range(30)})
    assert len(data) < 47_000
    records = read(data)
    assert len(invoices(records)) == 10
    refused = [reason for reason in reasons(records) if "more than 10 MB or 10,000 files" in reason]
    assert len(refused) == 20


def test_archives_inside_an_archive_share_the_files_that_it_may_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archive, "MOST_MEMBERS", 8)
    inner = zipped({"a.csv": TABLE, "b.csv": TABLE})
    records = read(zipped({f"{number}.zip": inner for number in range(4)}))
    assert len(invoices(records)) == 4
    assert ["more than 10 MB or 8 files" in reason for reason in reasons(records)] == [True, True]


def test_an_archive_whose_files_take_too_long_is_read_no_further(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archive, "MOST_SECONDS", -1.0)
    inner = zipped({"b.csv": TABLE})
    records = read(zipped({"a.csv": TABLE, "b.zip": inner, "c.csv": TABLE}))
    (reason,) = reasons(records)
    assert "a.csv and what follows is not read: it takes too long" in reason


def test_the_time_that_an_archive_takes_is_that_of_reading_alone() -> None:
    stopwatch = Stopwatch()
    for _ in stopwatch.timed(iter([1, 2])):
        before = stopwatch.seconds
        time.sleep(0.01)
        assert stopwatch.seconds == before > 0
