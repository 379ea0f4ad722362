"""Reads the files that people write by hand: TOML, small, and whatever a path may lead to."""

import tomllib
from pathlib import Path
from typing import Any

from expense_agent.named_file import read_text

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
