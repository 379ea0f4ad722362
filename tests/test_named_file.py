"""A file that a person names may be anything; none is waited for, none is read without end."""

import os
import socket
from pathlib import Path

import pytest

from expense_agent.named_file import FileRefused, TooLarge, read_file

pytestmark = pytest.mark.timeout(30)

TABLE = "number,supplier,payable_amount,currency\n1,Good Ltd,1.00,EUR\n"
NO_FILES = ("pipe", "socket", "folder", "/dev/zero", "/dev/stdin", "/proc/kmsg", "/proc/self/mem")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    Path("folder").mkdir()
    Path("good.csv").write_text(TABLE, "utf-8")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
    return tmp_path


@pytest.mark.parametrize("name", NO_FILES)
def test_what_is_no_regular_file_is_refused_unread(here: Path, name: str) -> None:
    with pytest.raises((OSError, FileRefused)):
        read_file(here / name, 1_000)


def test_a_writer_of_a_pipe_is_left_waiting_for_a_reader(here: Path) -> None:
    """Opening it, even for a moment, would let the writer go on and break it."""
    with pytest.raises(FileRefused):
        read_file(here / "pipe", 1_000)
    with pytest.raises(OSError, match="No such device"):
        os.open(here / "pipe", os.O_WRONLY | os.O_NONBLOCK)


def test_a_file_is_read_whole_up_to_a_size(here: Path) -> None:
    (here / "a").write_bytes(bytes(1_000))
    assert read_file(here / "a", 1_000) == bytes(1_000)
    with pytest.raises(TooLarge, match="is larger than 999 bytes"):
        read_file(here / "a", 999)


def test_a_link_is_followed_where_nothing_forbids_it(here: Path) -> None:
    (here / "link").symlink_to("good.csv")
    assert read_file(here / "link", 1_000) == TABLE.encode()
    with pytest.raises(FileRefused, match="is a symbolic link"):
        read_file(here / "link", 1_000, links=False)


@pytest.mark.parametrize("change", ["grows", "shrinks", "is written over"])
def test_a_file_that_is_being_written_is_refused(
    here: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    real = os.read

    def meanwhile(descriptor: int, size: int) -> bytes:
        piece = real(descriptor, min(size, 10))
        if change == "grows":
            with (here / "good.csv").open("a") as file:
                file.write("2,Good Ltd,1.00,EUR\n")
        elif change == "shrinks":
            os.truncate(here / "good.csv", 20)
        else:
            os.utime(here / "good.csv", (1, 1))
        return piece

    monkeypatch.setattr(os, "read", meanwhile)
    with pytest.raises(FileRefused, match="is being written"):
        read_file(here / "good.csv", 1_000)
