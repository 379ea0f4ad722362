"""Zip archives: what is inside is read like files of a folder, under caps on size and time.

No member is ever written anywhere, so its path is a name and nothing else. A workbook is a zip
archive, too: what has the parts of an office document is never unpacked as a folder.
"""

import hashlib
import io
import stat
import time
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from expense_agent.domain.invoice import Source
from expense_agent.importers.problem import Problem, UnreadableError
from expense_agent.importers.record import Document
from expense_agent.importers.source import LARGEST_FILE
from expense_agent.importers.text import printable

_Item = TypeVar("_Item")


class Stopwatch:
    """Adds up the time that iterators need for their items."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def timed(self, items: Iterator[_Item]) -> Iterator[_Item]:
        """Pass the items on."""
        while True:
            began = time.monotonic()
            try:
                item = next(items)
            except StopIteration:
                return
            finally:
                self.seconds += time.monotonic() - began
            yield item


MOST_MEMBERS = 10_000
"""Files of an archive, with those of archives inside it."""
LARGEST_ARCHIVE = 200 * 1024 * 1024
"""Bytes of all of them together, unpacked."""
MOST_NESTED = 1
"""Archives inside an archive: those a mail program makes; further ones only hide something."""
LARGEST_RATIO = 200
"""Bytes a byte may unpack to; the emptiest real table has a third of that."""
_SMALL = 1024 * 1024
"""Bytes for which the ratio says nothing of one file."""
_SMALL_ARCHIVE = 10 * _SMALL
"""Bytes for which it says nothing of all of them."""
MOST_SECONDS = 60.0
"""Time that the reading of PDFs and workbooks may take; real ones take hundredths of a second."""
_SECONDS_A_BYTE = 1e-4
"""More of it for a larger archive."""

_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_ENTRY = b"PK\x01\x02"
_READ = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_OFFICE = ("[Content_Types].xml", "mimetype")
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


class Member(NamedTuple):
    """A file, perhaps inside an archive, or why there is none to read."""

    file: str
    """Its path, or that of the archive and the name inside it, made printable."""
    content: Document | Problem
    share: float | None = None
    """How much of the archive ends here, 0 to 1; None for a file that is in none."""


def is_zip(data: bytes) -> bool:
    """Whether the bytes begin as a zip archive does, an empty one included."""
    return data.startswith(_MAGIC)


def is_workbook(data: bytes) -> bool:
    """Whether it is an Excel workbook (.xlsx, .xlsm) that can be opened."""
    if not is_zip(data):
        return False
    try:
        names = opened(data).namelist()
    except UnreadableError:
        return False
    return any(name.startswith("xl/workbook") and name.endswith(".xml") for name in names)


def is_archive(data: bytes) -> bool:
    """Whether it is read like a folder."""
    return is_zip(data) and not is_workbook(data)


def opened(data: bytes) -> zipfile.ZipFile:
    """Open an archive that does not have too many members; raises UnreadableError."""
    if data.count(_ENTRY) > MOST_MEMBERS:
        raise UnreadableError(f"a zip archive of more than {MOST_MEMBERS:,} files: split it")
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGE as error:
        said = printable(str(error))[:100]
        raise UnreadableError(f"a damaged zip archive or workbook: {said}") from None


def members_of(document: Document, reading: Stopwatch) -> Iterator[Member]:
    """Yield the files inside an archive, in its order, each with its own bytes and their hash."""
    return _Unpacking(len(document.data), reading).members_of(document)


class _Unpacking:
    """Goes through an archive and those inside it; what it may cost is shared by all of them."""

    def __init__(self, size: int, reading: Stopwatch) -> None:
        self._most = min(LARGEST_ARCHIVE, max(_SMALL_ARCHIVE, LARGEST_RATIO * size))
        self._bytes = self._files = 0
        self._reading = reading
        self._seconds = reading.seconds + MOST_SECONDS + _SECONDS_A_BYTE * size

    def members_of(self, document: Document, nested: int = 0) -> Iterator[Member]:
        """Yield the files one by one, also those of an archive among them."""
        file = document.source.file
        try:
            with opened(document.data) as archive:
                infos = _readable(archive)
                self._announce(infos)
                total = sum(info.file_size for info in infos) or 1
                done = 0
                for info in infos:
                    self._refuse_slow(info)
                    done += info.file_size
                    for member in self._member(archive, info, file, nested):
                        yield member._replace(share=done / total)
        except UnreadableError as error:
            yield Member(file, Problem("file", str(error)), 1.0)

    def _member(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, parent: str, nested: int
    ) -> Iterator[Member]:
        file = f"{parent}/{_name(info)}"
        try:
            data = _unpacked(archive, info)
        except UnreadableError as error:
            yield Member(file, Problem("file", str(error)))
            return
        source = Source(file=file, sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
        document = Document(source, data)
        if not is_archive(data):
            yield Member(file, document)
        elif nested < MOST_NESTED:
            yield from self.members_of(document, nested + 1)
        else:
            yield Member(file, Problem("file", "an archive in an archive in an archive"))

    def _announce(self, infos: Sequence[zipfile.ZipInfo]) -> None:
        """Count what is going to be unpacked; raises UnreadableError."""
        self._files += len(infos)
        self._bytes += sum(info.file_size for info in infos if not _refusal(info))
        if self._bytes > self._most or self._files > MOST_MEMBERS:
            limit = f"{self._most // 1024 // 1024} MB or {MOST_MEMBERS:,} files"
            raise UnreadableError(f"with it the archive unpacks to more than {limit}: split it")

    def _refuse_slow(self, info: zipfile.ZipInfo) -> None:
        if self._reading.seconds > self._seconds:
            rest = f"{_name(info)} and what follows is not read"
            raise UnreadableError(f"{rest}: it takes too long; unpack it and choose what to read")


def _readable(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the members that are files and not hidden; raises UnreadableError for a bomb."""
    if any(name in _OFFICE for name in archive.namelist()):
        raise UnreadableError("an office document that is no Excel workbook: save it as CSV")
    infos = [info for info in archive.infolist() if not info.is_dir() and not _is_hidden(info)]
    if sum(info.file_size for info in infos) > LARGEST_ARCHIVE:
        limit = LARGEST_ARCHIVE // 1024 // 1024
        raise UnreadableError(f"a zip archive that unpacks to more than {limit} MB: split it")
    if not infos:
        raise UnreadableError("a zip archive without files")
    return infos


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Unpack one member; raises UnreadableError. Never gives more bytes than were announced."""
    if reason := _refusal(info):
        raise UnreadableError(reason)
    try:
        data = archive.read(info)
    except _DAMAGE as error:
        raise UnreadableError(f"damaged in its archive: {printable(str(error))[:100]}") from None
    if not data:
        raise UnreadableError("the file is empty")
    return data


def _refusal(info: zipfile.ZipInfo) -> str | None:
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a symbolic link inside an archive"
    if info.flag_bits & _ENCRYPTED:
        return "encrypted inside its archive: unpack it with its password first"
    if info.compress_type not in _READ:
        return "packed by a method that is not read: only plain zip is"
    if info.file_size > LARGEST_FILE:
        return f"larger than {LARGEST_FILE // 1024 // 1024} MB; split it"
    if info.file_size > max(_SMALL, LARGEST_RATIO * info.compress_size):
        return f"it unpacks to {info.file_size // max(1, info.compress_size)} times its size"
    return None


def _is_hidden(info: zipfile.ZipInfo) -> bool:
    """Whether it is one of those a folder would not list, or what macOS adds to an archive."""
    parts = _parts(info)
    return not parts or parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts)


def _name(info: zipfile.ZipInfo) -> str:
    return printable("/".join(_parts(info)))


def _parts(info: zipfile.ZipInfo) -> list[str]:
    """Split the path; what leads out of a folder is dropped, so that it names no other file."""
    path = info.filename.replace("\\", "/")
    return [part for part in path.split("/") if part not in ("", ".", "..")]
