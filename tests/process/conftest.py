"""Stores of these tests lie in memory where they can: they are synced thousands of times."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

_SHARED = Path("/dev/shm")
MEMORY = _SHARED if os.access(_SHARED, os.W_OK) else None
"""Where a file costs no disk; None: the usual place."""


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Yield a folder that goes away with the test."""
    with TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)
