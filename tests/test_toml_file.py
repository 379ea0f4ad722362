"""A file that a person names may be anything; none is waited for, none is read without end."""

import os
from pathlib import Path

import pytest

from expense_agent.named_file import read_toml


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "path", ["/dev/zero", "/dev/stdin", "/", "/proc/self/mem", "/proc/kmsg", "pipe"]
)
def test_what_is_no_file_of_text_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    with pytest.raises((OSError, ValueError)):
        read_toml(Path(path))
