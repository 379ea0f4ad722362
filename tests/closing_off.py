"""Closes a folder off, so that nobody may write in it: for root by a mount, else by modes."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def closed_off(folder: Path) -> Iterator[None]:
    """Let nothing be written in a folder, by this process either."""
    with read_only_view(folder, folder) if os.getuid() == 0 else _forbidden(folder):
        assert not os.access(folder, os.W_OK)
        yield


@contextmanager
def read_only_view(folder: Path, at: Path) -> Iterator[None]:
    """Show a folder in another place, read-only there; skips the test where that is forbidden."""
    if _mount("--bind", folder, at) != 0:
        pytest.skip("mounting is not permitted here")
    try:
        assert _mount("-o", "remount,ro,bind", at) == 0
        yield
    finally:
        subprocess.run(["umount", "--lazy", at], check=True)


def _mount(*arguments: object) -> int:
    try:
        return subprocess.run(
            ["mount", *map(str, arguments)], capture_output=True, check=False
        ).returncode
    except FileNotFoundError:
        return -1


@contextmanager
def _forbidden(folder: Path) -> Iterator[None]:
    modes = {path: path.stat().st_mode for path in (folder, *folder.iterdir())}
    for path, mode in modes.items():
        path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
