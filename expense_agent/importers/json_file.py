"""JSON (a list, an object around one list, or one invoice) and JSON Lines (an object a line)."""

import io
import itertools
import re
from collections.abc import Iterator, Sequence

from expense_agent.importers.columns import MOST_ROWS
from expense_agent.importers.decoding import Encoding, beginning, encoding_of, is_text, opened
from expense_agent.importers.grouping import Keyed, invoices_of
from expense_agent.importers.headers import listed, normalised
from expense_agent.importers.json_text import Part, cut, decoded, parts, skip_space
from expense_agent.importers.mapping import ColumnMapping
from expense_agent.importers.objects import ElementReader
from expense_agent.importers.problem import Problem, UnreadableError
from expense_agent.importers.record import Document, Record
from expense_agent.importers.text import printable

TOO_MANY = f"more than {MOST_ROWS:,} invoices: from here on nothing is read; split the file"

_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?P<brace>\{?)")
_NEXT = re.compile(rb"\s*(\S?)")
_WRAPPER_KEYS = frozenset(
    ("invoices", "bills", "documents", "data", "records", "results", "rows", "items", "value")
)
_MOST_MEMBERS = 1_000
_LIST_MEMBER = re.compile(rb'\s*(?P<key>"(?:[^"\\]++|\\.)*+")\s*:\s*(?P<list>\[)\s*\{', re.DOTALL)
_PIECE = 1024 * 1024


class JsonFile:
    """Reads one JSON document."""

    format = "json"

    def recognises(self, data: bytes) -> bool:
        """Take what begins like a list or an object and is not an object a line."""
        is_json = is_text(data) and beginning(data).startswith(("{", "["))
        return is_json and not is_lines(data)

    def read(self, document: Document, mapping: ColumnMapping) -> Iterator[Record]:
        """Read element by element; a broken one does not take the others with it."""
        reader = ElementReader(document.source, self.format, mapping)
        yield from invoices_of(elements_of(document.data, reader), mapping.row)


class JsonLines:
    """Reads one JSON object a line."""

    format = "jsonl"

    def recognises(self, data: bytes) -> bool:
        """Take what has an object on its first line and more below it."""
        return is_text(data) and is_lines(data)

    def read(self, document: Document, mapping: ColumnMapping) -> Iterator[Record]:
        """Read line by line."""
        reader = ElementReader(document.source, self.format, mapping)
        yield from invoices_of(lines_of(document.data, reader), mapping.row)


def elements_of(data: bytes, reader: ElementReader) -> Iterator[Keyed]:
    """Take a JSON document apart: have every invoice of it read, one after the other."""
    encoding = encoding_of(data)
    if isinstance(encoding, Encoding) and encoding.note:
        encoding = Problem(encoding.note.location, "not UTF-8, as JSON must be")
    if isinstance(encoding, Problem):
        yield reader.refused(encoding.location, encoding.reason)
    else:
        yield from _document(_as_utf8(data, encoding), reader)


def lines_of(data: bytes, reader: ElementReader) -> Iterator[Keyed]:
    """Take JSON Lines apart: have the invoice of every line read."""
    done = 0
    for number, line in enumerate(io.BytesIO(data), 1):
        done += len(line)
        if number > MOST_ROWS:
            yield reader.refused(f"line {number}", TOO_MANY, done / len(data))
            return
        if line.strip():
            yield _line(reader, number, line, done / len(data))
    yield from reader.end()


def _line(reader: ElementReader, number: int, line: bytes, share: float) -> Keyed:
    location = f"line {number}"
    try:
        text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        depth = max((p.depth for p in parts(text.encode(), 0)), default=0) if text[0] in "[{" else 0
    except UnicodeDecodeError:
        return reader.refused(location, "not UTF-8, as JSON must be", share)
    except UnreadableError as error:
        return reader.refused(location, str(error), share)
    return reader.record(location, text, depth, share)


def is_lines(data: bytes) -> bool:
    """Whether the first line holds a whole object, or the beginning of one, and so the next."""
    start = _START.match(data)
    end = data.find(b"\n", start.end()) if start and start["brace"] else -1
    following = _NEXT.match(data, end) if end >= 0 else None
    if not start or not following or not following[1]:
        return False
    first = data[start.start("brace") : end].rstrip()
    return following[1] == b"{" or (first.endswith(b"}") and following[1] not in b"}],")


def _as_utf8(data: bytes, encoding: Encoding) -> bytes:
    """Return the same bytes, as nearly all files have it, else convert them piece by piece."""
    if encoding.name.startswith("utf-8"):
        return data
    text, _ = opened(data, encoding)
    return b"".join(iter(lambda: text.read(_PIECE).encode(), b""))


def _document(text: bytes, reader: ElementReader) -> Iterator[Keyed]:
    try:
        yield from _invoices(text, reader)
        yield from reader.end()
    except UnreadableError as error:
        yield reader.refused("file", str(error))


def _invoices(text: bytes, reader: ElementReader) -> Iterator[Keyed]:
    """Read a document that is a list, an object around one, or an invoice."""
    start = skip_space(text, 0)
    if text[start : start + 1] == b"[":
        yield from _elements(text, start, "invoices", reader)
        return
    if text[start : start + 1] != b"{":
        raise UnreadableError("not JSON: something stands before its first bracket")
    members = list(itertools.islice(parts(text, start), _MOST_MEMBERS))
    whole = cut(text, start, members[-1].end + 1) if members else "{}"
    depth = max((part.depth for part in members), default=0)
    lists = dict(_lists(text, members))
    if len(lists) > 1:
        lists = {key: at for key, at in lists.items() if normalised(key) in _WRAPPER_KEYS} or lists
    if not lists or reader.is_invoice(whole):
        yield reader.record("invoice", whole, depth, 1.0)
    elif len(lists) == 1:
        for key, at in lists.items():
            yield from _elements(text, at, key, reader)
    else:
        reason = f"several lists that could be the invoices: {listed(list(lists))}"
        yield reader.refused("file", reason)


def _lists(text: bytes, members: Sequence[Part]) -> Iterator[tuple[str, int]]:
    """Yield the members that are lists of objects: key and where the list begins."""
    for member in members:
        found = _LIST_MEMBER.match(text, member.start)
        if found and found.end() <= member.end:
            yield decoded(found["key"].decode()), found.start("list")


def _elements(text: bytes, start: int, name: str, reader: ElementReader) -> Iterator[Keyed]:
    index = -1
    for index, part in enumerate(parts(text, start)):
        location, share = f"{printable(name)}[{index}]", part.end / len(text)
        if index == MOST_ROWS:
            yield reader.refused(location, TOO_MANY, share)
            return
        yield reader.record(location, cut(text, part.start, part.end), part.depth, share)
    if index < 0:
        yield reader.refused("file", "an empty list: no invoices in it")
