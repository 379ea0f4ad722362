"""The process that reads compiled formats: limits end it, and nothing else notices."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from expense_agent.importers import read_batch
from expense_agent.importers.confined import CONFINED, Confined
from expense_agent.importers.confined_reader import PDF as READ_PDF
from expense_agent.importers.confined_reader import Task
from expense_agent.importers.problem import UnreadableError
from tests.importers.pdfs import FIRST_FREE, hybrid, stream
from tests.importers.reading import invoices, read
from tests.importers.xml_fixtures import CII
from tests.running import is_running

PDF = hybrid([("factur-x.xml", CII.encode())])
OTHER = hybrid([("xrechnung.xml", CII.encode())])
SOON = 0.3
LONG = 120

LOOK = """
import sys
from pathlib import Path
from expense_agent.importers import read_batch
records = list(read_batch([Path(name) for name in sys.argv[1:]]))
assert all(record.invoice for record in records), records
print(*sorted({"pypdf", "python_calamine", "lxml", "pebble"} & set(sys.modules)))
"""
ASK = """
import sys, threading
from tests.importers.test_confined import CONFINED, misread
asking = threading.Thread(target=CONFINED.ask, args=(misread(sys.argv[1]), sys.argv[2].encode()))
asking.start()
asking.join()
"""


def misread(function: str, clock_seconds: float = LONG, processor_seconds: int = LONG) -> Task:
    return Task("tests.importers.misreaders", function, processor_seconds, clock_seconds)


REPEAT = misread("repeats")


@pytest.fixture(scope="module")
def confined() -> Iterator[Confined]:
    own = Confined()
    yield own
    own.release()


def process_of(confined: Confined) -> int:
    return int(confined.ask(misread("number"), b""))


def test_a_question_is_answered_and_the_next_one_by_the_same_process(confined: Confined) -> None:
    first = process_of(confined)
    assert b"factur-x.xml" in confined.ask(READ_PDF, PDF)
    assert process_of(confined) == first


def test_a_process_that_died_unasked_is_replaced(confined: Confined) -> None:
    first = process_of(confined)
    os.kill(first, signal.SIGKILL)
    assert process_of(confined) != first


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        (misread("is_killed"), "breaks the program that reads it"),
        (misread("exits"), "breaks the program that reads it"),
        (misread("crashes"), "breaks the program that reads it"),
        (misread("raises"), "breaks the program that reads it"),
        (misread("unknown"), "breaks the program that reads it"),
        (misread("answers_nothing"), "breaks the program that reads it"),
        (misread("dies_while_it_answers"), "breaks the program that reads it"),
        (misread("answers_100_mb"), "it holds more text than a table of invoices can have"),
        (misread("wants_memory"), "more than 256 MB of memory"),
        (misread("hangs", SOON), "longer than any invoice needs"),
        (misread("hangs_deaf", SOON), "longer than any invoice needs"),
        (misread("toils", LONG, 0), "longer than any invoice needs"),
    ],
    ids=lambda value: value.function if isinstance(value, Task) else "",
)
def test_a_reader_at_its_worst_is_refused_and_the_files_around_it_are_read(
    confined: Confined, task: Task, reason: str, tmp_path: Path
) -> None:
    bad = str(tmp_path / "number").encode()
    confined.begin(task, bad)
    confined.begin(REPEAT, PDF)
    with pytest.raises(UnreadableError, match=reason):
        confined.ask(task, bad)
    assert confined.ask(REPEAT, PDF) == PDF


def test_a_file_that_is_never_asked_for_ends_its_process_and_no_other_file(
    confined: Confined,
) -> None:
    confined.begin(misread("is_killed"), b"")
    assert confined.ask(REPEAT, PDF) == PDF


def test_files_read_ahead_are_answered_in_whatever_order_they_are_asked_for(
    confined: Confined,
) -> None:
    confined.begin(READ_PDF, PDF)
    confined.begin(READ_PDF, OTHER)
    confined.begin(READ_PDF, hybrid())  # one more than are read ahead
    assert b"xrechnung.xml" in confined.ask(READ_PDF, OTHER)
    assert b"factur-x.xml" in confined.ask(READ_PDF, PDF)
    assert b'"invoices": []' in confined.ask(READ_PDF, hybrid())


def test_files_of_any_size_and_order_read_ahead_are_each_answered(confined: Confined) -> None:
    chance = random.Random(11)
    sizes = [1_100_000, 90_000, *(int(10 ** chance.uniform(0, 6.5)) for _ in range(198))]
    files = [chance.randbytes(size) for size in sizes]
    for file, following in zip(files, [*files[1:], None], strict=True):
        if following and chance.random() < 0.9:
            confined.begin(REPEAT, following)
        assert confined.ask(REPEAT, file) == file


def a_pdf(chance: random.Random, size: int, inside: int) -> bytes:
    """A PDF of at least this size around an invoice with about so many bytes of remarks."""
    remark = f"<!--{chance.randbytes(inside // 2).hex()}-->"
    xml = CII.replace("?>", f"?>{remark}", 1).encode()
    return hybrid([("factur-x.xml", xml)], more={FIRST_FREE + 2: stream(bytes(size))})


def test_a_folder_of_files_of_any_size_is_read_to_its_end(tmp_path: Path) -> None:
    chance = random.Random(11)
    shapes = [(1_100_000, 90_000), (0, 200_000)]
    while len(shapes) < 200:
        shapes.append((int(10 ** chance.uniform(0, 6)), int(10 ** chance.uniform(0, 5))))
    for number, (size, inside) in enumerate(shapes):
        (tmp_path / f"{number:03}.pdf").write_bytes(a_pdf(chance, size, inside))
    assert len(invoices(list(read_batch([tmp_path])))) == 200


def test_an_interrupt_while_waiting_leaves_no_answer_behind(
    confined: Confined, tmp_path: Path
) -> None:
    place = tmp_path / "number"

    def interrupt() -> None:
        while not place.exists() or not place.read_text("ascii"):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        confined.ask(misread("hangs"), str(place).encode())
    assert not is_running(int(place.read_text("ascii")))
    assert confined.ask(REPEAT, PDF) == PDF


def test_several_threads_share_one_process(confined: Confined) -> None:
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(process_of(confined))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1


def test_nothing_is_left_running_when_a_batch_is_read_or_given_up(tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(PDF)
    batch = read_batch([tmp_path])
    assert next(batch).invoice
    process = process_of(CONFINED)
    assert is_running(process)
    del batch
    assert not is_running(process)


def test_the_process_sees_no_secret_no_file_of_ours_and_no_terminal(
    confined: Confined, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "canary")
    with (tmp_path / "ledger.db").open("wb") as ledger:
        os.set_inheritable(ledger.fileno(), True)  # noqa: FBT003
        seen = json.loads(confined.ask(misread("sees"), b""))
    assert "canary" not in seen["environment"]
    assert seen["session"] != os.getsid(0)
    assert all(name.startswith(("pipe:", "/dev/null", "/proc/")) for name in seen["files"])


@pytest.mark.process
@pytest.mark.parametrize("reader", ["hangs", "hangs_deaf"])
def test_the_process_ends_with_the_one_that_started_it(reader: str, tmp_path: Path) -> None:
    place = tmp_path / "number"
    parent = subprocess.Popen([sys.executable, "-c", ASK, reader, str(place)])
    while not place.exists() or not place.read_text("ascii"):
        time.sleep(0.01)
    process = int(place.read_text("ascii"))
    assert is_running(process)
    parent.kill()
    parent.wait()
    while is_running(process):  # the timeout of the tests ends this
        time.sleep(0.01)


@pytest.mark.process
def test_the_libraries_are_loaded_by_the_process_alone(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("number,supplier,payable_amount,currency\n1,Good Ltd,1.00,EUR\n", "utf-8")
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(PDF)

    def loaded(*files: Path) -> set[str]:
        call = [sys.executable, "-c", LOOK, *map(str, files)]
        root = str(Path(__file__).parents[2])
        done = subprocess.run(
            call, env={**os.environ, "PYTHONPATH": root}, capture_output=True, text=True, check=True
        )
        assert done.stderr == ""
        return set(done.stdout.split())

    assert loaded(table) == set()
    assert loaded(pdf) == {"lxml", "pebble"}


def test_what_pypdf_complains_about_is_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    read(PDF[:1_000])
    assert capfd.readouterr() == ("", "")
