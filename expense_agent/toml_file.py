"""Reads the files that people write by hand: TOML, small, and whatever a path may lead to."""

import os
import stat
import tomllib
from pathlib import Path
from typing import Any

_MOST_BYTES = 1_000_000


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; raises OSError, or ValueError with a reason to show."""
    return parse_toml(read_text(path))


def parse_toml(text: str) -> dict[str, Any]:
    """Read TOML; raises ValueError with a reason to show."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also a number of 5,000 digits
        raise ValueError(f"is not TOML: {error}") from error


def read_text(path: Path) -> str:
    """Read a file of text whole, never waiting for it; raises OSError, or ValueError as above."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
    with open(path, "rb", opener=lambda name, _: os.open(name, flags)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError("is not a regular file")
        content = file.read(_MOST_BYTES + 1)
    if content is None:  # a stream of the kernel that calls itself a file
        raise ValueError("is not a regular file")
    if len(content) > _MOST_BYTES:
        raise ValueError(f"is larger than {_MOST_BYTES} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("is not text in UTF-8") from None
