"""Ways to break a document: bytes flipped, cut, doubled, spliced; structure changed by format."""

import io
import json
import random
import re
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

Mutation = Callable[[bytes, random.Random], bytes]

TOKENS = (
    b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>", b"&b;", b"<!---->", b"<?x?>",
    b"<![CDATA[", b"]]>", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80",
    b"\x1b]52;c;!\x07",
    "\u202e".encode(), "\u0661".encode(), "\uff15".encode(), "\u2212".encode(), b"NaN", b"1e999999",
    b"-0", b"9" * 400, b"0." + b"1" * 400, b"1.234", b"1,5", b"5_95", b"'", b'"', b"\r", b"\n" * 50,
    b";", b"\t", b"|", b"=cmd|' /C calc'!A0", b"[" * 300, b"{" * 300, b'{"a":', b"\\ud800", b"null",
    b"9999-12-31", b"0000-00-00", b"30.02.2026", b"/JavaScript", b"endstream", b"stream\r\n",
    b"/Length 99999999", b"<< /Kids [1 0 R] >>", b"xxxxxxxxxx" * 2_000, b"<a>" * 400,
)  # fmt: skip
"""Texts that have broken readers before."""
VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1.5, "", " ", "NaN", "1e5", "\ud800", "\u202e", "x" * 20_000, [], {},
    [[[]]], {"name": {}}, [None], ["a", 1], "2026-02-30", "EUR", "XXX", "\x00", "381",
)  # fmt: skip
_NOT_UNPACKED = (
    zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError,
    ValueError,
)  # fmt: skip
_ELEMENT = re.compile(rb"<([\w:]+)(?: [^<>]*)?>[^<>]*</\1>\s*")
_TEXT = re.compile(rb">([^<>]+)<")


def flipped(data: bytes, dice: random.Random) -> bytes:
    """Change some bytes."""
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 8, 64))):
        if changed:
            changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def cut(data: bytes, dice: random.Random) -> bytes:
    """Leave a piece out."""
    start = dice.randrange(len(data) + 1)
    return data[:start] + data[start + dice.choice((1, 7, 100, len(data))) :]


def doubled(data: bytes, dice: random.Random) -> bytes:
    """Put a piece in once more, somewhere."""
    start, at = dice.randrange(len(data) + 1), dice.randrange(len(data) + 1)
    piece = data[start : start + dice.choice((1, 20, 400))]
    return data[:at] + piece * dice.choice((1, 1, 3, 50)) + data[at:]


def with_token(data: bytes, dice: random.Random) -> bytes:
    """Put something in that has broken readers before, or in the place of a value."""
    token = dice.choice(TOKENS)
    values = list(_TEXT.finditer(data)) if dice.random() < 0.5 else []
    if values:
        value = dice.choice(values)
        return data[: value.start(1)] + token + data[value.end(1) :]
    at = dice.randrange(len(data) + 1)
    return data[:at] + token + data[at:]


def elements_moved(data: bytes, dice: random.Random) -> bytes:
    """Take an XML element away, double it, or put another one in its place."""
    found = list(_ELEMENT.finditer(data))
    if not found:
        return flipped(data, dice)
    one, other = dice.choice(found), dice.choice(found)
    new = dice.choice((b"", one[0] * 2, other[0], one[0] * 300))
    return data[: one.start()] + new + data[one.end() :]


def cells_changed(data: bytes, dice: random.Random) -> bytes:
    """Change a table: another delimiter, a cell, a row, quotes."""
    line = dice.choice(data.split(b"\n"))
    match dice.randrange(5):
        case 0:
            return data.replace(b",", dice.choice((b";", b"\t", b"|", b",,", b" ")))
        case 1:
            return data.replace(line, line + b"\n" + line)
        case 2:
            return data.replace(line, b'"' + line)
        case 3:
            cells = line.split(b",")
            dice.shuffle(cells)
            return data.replace(line, b",".join(cells))
        case _:
            return data.replace(line, line.replace(b",", b"," + dice.choice(TOKENS), 1))


def values_changed(data: bytes, dice: random.Random) -> bytes:
    """Put something else in the place of a value of JSON, or change a key."""
    try:
        document = json.loads(data)
    except ValueError:
        return with_token(data, dice)
    places = list(_places(document))
    if not places:
        return with_token(data, dice)
    holder, key = dice.choice(places)
    if isinstance(holder, dict) and dice.random() < 0.2:
        holder[dice.choice(("amount", "iban", "lines", "date", str(key) * 2))] = holder.pop(key)
    else:
        holder[key] = dice.choice(VALUES)
    return json.dumps(document).encode()


def _places(node: Any, depth: int = 0) -> Any:
    if depth > 20:
        return
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        yield node, key
        if isinstance(value, dict | list):
            yield from _places(value, depth + 1)


def parts_changed(data: bytes, dice: random.Random) -> bytes:
    """Change one part of a zip archive or workbook, and pack it again."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {info.filename: archive.read(info) for info in archive.infolist()}
    except _NOT_UNPACKED:
        return flipped(data, dice)
    if not parts:
        return flipped(data, dice)
    name = dice.choice(list(parts))
    parts[name] = dice.choice((flipped, with_token, elements_moved, cut))(parts[name], dice)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return packed.getvalue()


ANY: tuple[Mutation, ...] = (flipped, cut, doubled, with_token)
BY_ENDING: dict[str, tuple[Mutation, ...]] = {
    ".xml": (elements_moved, elements_moved, with_token),
    ".csv": (cells_changed, cells_changed),
    ".json": (values_changed, values_changed),
    ".jsonl": (values_changed,),
    ".xlsx": (parts_changed, parts_changed, parts_changed),
    ".zip": (parts_changed, parts_changed),
}


def mutated(data: bytes, ending: str, dice: random.Random) -> bytes:
    """Break a document once or several times."""
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        data = dice.choice((*ANY, *BY_ENDING.get(ending, ())))(data, dice)
    return data[:2_000_000]
