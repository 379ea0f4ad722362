"""Stores of these tests lie in memory, too."""

from tests.process.conftest import tmp_path

__all__ = ["tmp_path"]
