"""Bytes of a table -> lines of text: byte order mark, strict UTF-8, else Windows-1252, noted."""

import codecs
import io
import re
from dataclasses import dataclass

from expense_agent.importers.problem import Problem

# The longer mark first: that of UTF-32 LE begins with that of UTF-16 LE.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HEAD = 4096
_NULS = 0.1
_NOT_ASCII = re.compile(rb"[\x80-\xff]+")
_PIECE = 1024 * 1024
_FALLBACK = "expense_agent.windows_1252"


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to read the bytes of one file."""

    name: str
    errors: str = "strict"
    note: Problem | None = None


def is_text(data: bytes) -> bool:
    """Whether the bytes can be a text; a few NULs do not make one a binary file."""
    head = data[:_HEAD]
    return bool(_mark(head)) or head.count(0) <= _NULS * len(head)


def beginning(data: bytes) -> str:
    """Return the first characters of a text, without mark and leading space."""
    head = data[:_HEAD]
    return head.decode(_mark(head) or "utf-8", "ignore").lstrip()


def encoding_of(data: bytes) -> Encoding | Problem:
    """Decide how a text is encoded."""
    name = _mark(data) or "utf-8"
    wrong = _first_wrong(data, name)
    if wrong is None:
        return Encoding(name)
    line = data.count(b"\n", 0, wrong) + 1
    if name not in ("utf-8", "utf-8-sig"):
        return Problem("file", f"marked as {name.upper()} and is not, at byte {wrong}")
    note = Problem(f"line {line}", "not UTF-8 from here on: read as Windows-1252 where it is not")
    return Encoding(name, _FALLBACK, note)


def opened(data: bytes, encoding: Encoding) -> tuple[io.TextIOWrapper, io.BytesIO]:
    """Open the text, line ends kept as they are, and the bytes below it to tell the position."""
    raw = io.BytesIO(data)
    return io.TextIOWrapper(raw, encoding.name, encoding.errors, newline=""), raw


def as_text(data: bytes, otherwise: str) -> str:
    """Decode by the byte order mark, else as said, whatever does not fit in: only to look at."""
    try:
        return data.decode(_mark(data) or otherwise, "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _mark(data: bytes) -> str | None:
    return next((name for mark, name in _MARKS if data.startswith(mark)), None)


def _first_wrong(data: bytes, name: str) -> int | None:
    """Return the position of the first bytes that are not of this encoding, in bounded memory."""
    decoder = codecs.getincrementaldecoder(name)()
    for start in range(0, len(data), _PIECE):
        piece = data[start : start + _PIECE]
        kept_back = len(decoder.getstate()[0])
        try:
            decoder.decode(piece, final=start + _PIECE >= len(data))
        except UnicodeDecodeError as error:
            return start - kept_back + error.start
    return None


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Read from the wrong byte on to the next ASCII character."""
    assert isinstance(error, UnicodeDecodeError)
    run = _NOT_ASCII.match(error.object, error.start)
    end = run.end() if run else error.end
    return error.object[error.start : end].decode("cp1252", "replace"), end


codecs.register_error(_FALLBACK, _windows_1252)
