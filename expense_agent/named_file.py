"""The one way to read a file that a person names, which may be anything; also as TOML.

Only a regular file is read, whole, up to a size that is known beforehand, and only as it lies
there: the half of a file that is being copied looks like a shorter one.
"""

import os
import stat
import tomllib
from pathlib import Path
from typing import Any


class FileRefused(ValueError):
    """A file that is not read; its text goes on after the name of the file."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"is {reason}")
        self.reason = reason


class TooLarge(FileRefused):
    """A file of more bytes than are read of one."""

    def __init__(self, most: int) -> None:
        super().__init__(f"larger than {most} bytes")


def read_file(path: Path, most: int, *, links: bool = True) -> bytes:
    """Read a file of at most so many bytes; raises OSError, and ValueError such as FileRefused.

    Without `links` a symbolic link is refused.
    """
    _refuse_kind(path.stat(follow_symlinks=links))  # before a device notices
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    descriptor = os.open(path, flags if links else flags | os.O_NOFOLLOW)
    try:
        return _read(descriptor, most)
    except BlockingIOError:  # a stream of the kernel that calls itself a file
        raise FileRefused("not a regular file") from None
    finally:
        os.close(descriptor)


def read_text(path: Path, most: int) -> str:
    """Read a file of text in UTF-8; raises as `read_file` does."""
    try:
        return read_file(path, most).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused("not text in UTF-8") from None


def _read(descriptor: int, most: int) -> bytes:
    before = os.fstat(descriptor)
    _refuse_kind(before)
    if before.st_size > most:
        raise TooLarge(most)
    pieces, missing = [], before.st_size + 1  # a byte more, to see that nothing follows
    while missing and (piece := os.read(descriptor, missing)):
        pieces.append(piece)
        missing -= len(piece)
    after = os.fstat(descriptor)
    if missing != 1 or after.st_size != before.st_size or after.st_mtime_ns != before.st_mtime_ns:
        raise FileRefused("being written, or no file on a disk: try again when it is complete")
    return b"".join(pieces)


def _refuse_kind(status: os.stat_result) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise FileRefused("a symbolic link; name the file it points to")
    if not stat.S_ISREG(status.st_mode):
        raise FileRefused("not a regular file")


MOST_BYTES = 1_000_000


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; raises OSError, or ValueError with a reason to show."""
    return parse_toml(read_text(path, MOST_BYTES))


def parse_toml(text: str) -> dict[str, Any]:
    """Read TOML; raises ValueError with a reason to show."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also a number of 5,000 digits
        raise ValueError(f"is not TOML: {error}") from error
