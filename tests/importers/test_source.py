"""Files that may be opened at all, and the content of an import of folders."""

import hashlib
import io
import os
import socket
import sys
from pathlib import Path

import pytest

from expense_agent import importers
from expense_agent.importers import Problem, Record, files_of, read_batch
from expense_agent.importers.json_file import JsonFile
from expense_agent.importers.source import LARGEST_FILE, read_document

TABLE = b"number,supplier,payable_amount,currency\n1,Good Ltd,1.00,EUR\n"


def only_reason(path: Path) -> str:
    (record,) = read_batch([path])
    (problem,) = record.problems
    assert (record.invoice, record.format, problem.location) == (None, None, "file")
    return problem.reason


def test_the_source_says_which_bytes_were_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE)
    (record,) = read_batch([path])
    assert record.invoice
    source = record.invoice.source
    assert (source.file, source.bytes, source.location) == (str(path), len(TABLE), "line 2")
    assert source.sha256 == hashlib.sha256(TABLE).hexdigest()


def test_a_link_is_refused_wherever_it_points(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_bytes(TABLE)
    for name, target in (("a", "real.csv"), ("b", "nowhere"), ("c", "/dev/zero"), ("d", "d")):
        link = tmp_path / name
        link.symlink_to(target)
        assert only_reason(link) == "a symbolic link; name the file it points to"


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert only_reason(tmp_path / "fifo") == "not a regular file"
    assert only_reason(Path("/dev/zero")) == "not a regular file"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        assert only_reason(tmp_path / "socket")


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    giant = tmp_path / "giant.csv"
    with giant.open("wb") as file:
        file.truncate(10 * 1024**3)
    assert only_reason(giant) == "larger than 64 MB; split it"


def test_a_file_that_grows_while_it_is_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(bytes(LARGEST_FILE + 1))))
    assert read_document(Path("-")) == Problem("file", "larger than 64 MB; split it")


@pytest.mark.parametrize("name", ["missing.csv", "a\0b", "x" * 300])
def test_what_cannot_be_opened_says_why(tmp_path: Path, name: str) -> None:
    assert only_reason(tmp_path / name)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_one_may_not_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_bytes(TABLE)
    (tmp_path / "secret.csv").chmod(0)
    assert only_reason(tmp_path / "secret.csv") == "Permission denied"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04xl/", "a damaged zip archive or workbook"),
        (b"<!DOCTYPE html><html>", "an HTML page: not a format that is read"),
        (b"\xef\xbb\xbf <Invoice/>", "an XML document with the root Invoice without a namespace"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "not a text file"),
        ("number,supplier".encode("utf-16-le"), "not a text file"),
    ],
)
def test_what_is_no_table_says_what_it_seems_to_be(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "invoices.csv"
    path.write_bytes(content)
    assert reason in only_reason(path)


def test_a_name_of_control_characters_is_made_printable(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[2J\u202e.csv"
    path.write_bytes(TABLE)
    (record,) = read_batch([path])
    assert record.invoice
    assert record.file == record.invoice.source.file == f"{tmp_path}/a?[2J?.csv"


def test_folders_are_read_to_the_bottom_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.csv", "a/z.csv", "a/.hidden.csv", ".git/c.csv", "a.csv", "a/deep/er/d.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(TABLE)
    found = [path.relative_to(tmp_path).as_posix() for path in files_of([tmp_path])]
    assert found == ["a.csv", "b.csv", "a/z.csv", "a/deep/er/d.csv"]
    assert [record.file for record in read_batch([tmp_path])] == [str(tmp_path / f) for f in found]


def test_an_empty_folder_has_no_files(tmp_path: Path) -> None:
    assert files_of([tmp_path]) == []


def test_standard_input_is_a_file_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TABLE)))
    (record,) = read_batch([Path("-")])
    assert record.invoice
    assert (record.file, record.invoice.number) == ("-", "1")
    monkeypatch.setattr(sys, "stdin", None)
    assert only_reason(Path("-")) == "there is no standard input"


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    (tmp_path / "b.csv").write_bytes(TABLE)
    records = list(read_batch([tmp_path, tmp_path / "gone", tmp_path / "b.csv"]))
    assert [record.invoice is not None for record in records] == [False, True, False, True]


def test_a_file_that_two_importers_recognise_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"[]")
    monkeypatch.setattr(importers, "IMPORTERS", importers.IMPORTERS * 2)
    assert "could be json and json" in only_reason(path)


def test_only_what_no_other_importer_recognises_is_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Table(JsonFile):
        format = "fields"

        def recognises(self, data: bytes) -> bool:
            return data == TABLE

    (tmp_path / "a.csv").write_bytes(TABLE)
    monkeypatch.setattr(importers, "IMPORTERS", (Table(), *importers.IMPORTERS))
    assert [record.format for record in read_batch([tmp_path])] == ["fields"]


def test_a_mistake_in_a_reader_ends_in_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        format = "broken"

        def recognises(self, data: bytes) -> bool:
            return bool(data)

        def read(self, *_: object) -> list[Record]:
            raise ZeroDivisionError

    (tmp_path / "a.csv").write_bytes(TABLE)
    monkeypatch.setattr(importers, "IMPORTERS", (Broken(),))
    (record,) = read_batch([tmp_path])
    reason = "reading broke off, a mistake of this program: ZeroDivisionError"
    assert record.problems == (Problem("file", reason),)


def test_a_file_swapped_for_a_link_after_it_was_listed_is_not_followed(tmp_path: Path) -> None:
    secret, folder = tmp_path / "secret.csv", tmp_path / "inbox"
    secret.write_bytes(TABLE)
    folder.mkdir()
    for name in ("a.csv", "b.csv"):
        (folder / name).write_bytes(TABLE)
    records = read_batch([folder])
    assert next(records).invoice
    (folder / "b.csv").unlink()
    (folder / "b.csv").symlink_to(secret)
    (swapped,) = records
    assert swapped.invoice is None
    assert swapped.problems[0].reason.startswith("a symbolic link")
