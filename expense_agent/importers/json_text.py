"""JSON as text: where the elements of a list begin and end, and strict decoding of one of them.

Elements are found by their brackets alone, so a list of any length is read one element at a time
and a broken element does not take the others with it. They are found in the bytes of UTF-8: as
characters, a single one that is rare would make the text four times as large.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

from expense_agent.importers.amounts import ExactNumber
from expense_agent.importers.problem import UnreadableError
from expense_agent.importers.text import shown

DEEPEST = 64
"""Levels of brackets in one invoice."""
LONGEST = 4_000_000
"""Characters of one invoice: 10,000 lines fit."""

_HOPELESS = 100_000
"""Levels at which brackets are no longer counted: no file that means well has them."""

_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[][{},]|"', re.DOTALL)
_SPACE = re.compile(rb"(?:\A\xef\xbb\xbf)?[ \t\r\n]*")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_CLOSING = {b"[": b"]", b"{": b"}"}
_WIDEST = 4
"""Bytes of a character."""


class Part(NamedTuple):
    """The text between two commas of a list or object: a span of the bytes."""

    start: int
    end: int
    depth: int
    """Levels of brackets inside."""


def skip_space(text: bytes, at: int) -> int:
    """Return the position of the next byte that is not JSON white space, nor a mark before all."""
    found = _SPACE.match(text, at)
    return found.end() if found else at


def cut(text: bytes, start: int, end: int) -> str:
    """Return a span as characters; of what `decoded` refuses for its length not much more."""
    return text[start : min(end, start + _WIDEST * (LONGEST + 1))].decode(errors="ignore")


def parts(text: bytes, start: int) -> Iterator[Part]:
    """Yield what the commas of the list or object at `start` part; raises UnreadableError.

    Of the brackets only the outermost are checked to match; `decoded` checks each part.
    """
    level, deepest, begin = 0, 0, start + 1
    for token in _TOKEN.finditer(text, start):
        match text[token.start() : token.start() + 1]:
            case b'"':
                if token.end() - token.start() == 1:
                    raise UnreadableError("a text in quotes does not end")
            case b"[" | b"{":
                level += 1
                if level > _HOPELESS:
                    raise UnreadableError(f"more than {_HOPELESS} levels of brackets")
                deepest = max(deepest, level)
            case b"," if level == 1:
                yield Part(begin, token.start(), deepest - 1)
                begin, deepest = token.end(), 1
            case b"]" | b"}":
                level -= 1
                if level == 0:
                    yield from _last(text, start, token, Part(begin, token.start(), deepest - 1))
                    return
            case _:
                pass
    raise UnreadableError(f"the file ends before its {_closing(text, start).decode()}")


def decoded(text: str, depth: int = 0) -> Any:
    """Decode one value of so many levels; numbers stay texts. Raises UnreadableError."""
    if len(text) > LONGEST:
        raise UnreadableError(f"more than {LONGEST:,} characters in one invoice")
    if depth > DEEPEST:
        raise UnreadableError(f"more than {DEEPEST} levels of brackets")
    try:
        value = _DECODER.decode(text)
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise UnreadableError(f"not JSON: {error.msg} at character {error.pos + 1}") from None
    except UnicodeEncodeError:
        raise UnreadableError("it holds half a character (a lone surrogate)") from None
    except RecursionError:
        raise UnreadableError(f"more than {DEEPEST} levels of brackets") from None
    return value


def _last(text: bytes, start: int, token: re.Match[bytes], part: Part) -> Iterator[Part]:
    closing = _closing(text, start)
    if token[0] != closing:
        raise UnreadableError(f"{closing.decode()} expected, found {token[0].decode()}")
    if skip_space(text, part.start) < part.end or text[part.start - 1 : part.start] == b",":
        yield part
    if skip_space(text, 0) == start:
        _nothing_follows(text, token.end())


def _nothing_follows(text: bytes, at: int) -> None:
    """Raise UnreadableError when something stands behind the end of the document."""
    after = skip_space(text, at)
    if after < len(text):
        raise UnreadableError(
            f"something follows the end: {shown(cut(text, after, after + 80)[:20])}"
        )


def _closing(text: bytes, start: int) -> bytes:
    return _CLOSING[text[start : start + 1]]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for i, key in enumerate(keys) if key in keys[:i])
        raise UnreadableError(f"key {shown(twice)} stands twice")
    return found


def _refuse(name: str) -> NoReturn:
    raise UnreadableError(f"{name} is not a number")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_float=ExactNumber,
    parse_int=ExactNumber,
    parse_constant=_refuse,
)
