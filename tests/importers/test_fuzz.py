"""Broken documents of every format end in records, in bounded time and memory.

Short here; EXPENSE_AGENT_FUZZ=3600 makes it an hour, with other documents every time.
"""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.importers import mutations
from tests.importers.fuzz import ENDINGS, seeds

SECONDS = float(os.environ.get("EXPENSE_AGENT_FUZZ", "10"))
SEED = random.randrange(10**6) if "EXPENSE_AGENT_FUZZ" in os.environ else 7


def test_no_broken_document_breaks_the_reader() -> None:
    call = [sys.executable, "-m", "tests.importers.fuzz", str(SECONDS), str(SEED)]
    ended = subprocess.run(
        call, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr[-3_000:]
    assert "'invoice'" in ended.stdout  # not all of them are beyond reading
    assert "'problem'" in ended.stdout


def test_there_is_something_to_break_of_every_format() -> None:
    assert {path.suffix for path in seeds()} == set(ENDINGS)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_mutation_changes_documents_and_gives_the_same_for_the_same_dice(ending: str) -> None:
    data = next(path for path in seeds() if path.suffix == ending).read_bytes()
    once, again = (
        [mutations.mutated(data, ending, random.Random(n)) for n in range(20)] for _ in range(2)
    )
    if ending not in (".xlsx", ".zip"):  # a zip archive carries the time it was packed
        assert once == again
    assert sum(one != data for one in once) > 15
