"""The process that reads compiled formats: limits end it, and nothing else notices."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from expense_agent.importers import read_batch
from expense_agent.importers.confined import CONFINED, Confined
from expense_agent.importers.problem import UnreadableError
from tests.importers.pdfs import hybrid
from tests.importers.reading import invoices, read
from tests.importers.xml_fixtures import CII

PDF = hybrid([("factur-x.xml", CII.encode())])

LOOK = """
import sys
from pathlib import Path
from expense_agent.importers import read_batch
records = list(read_batch([Path(name) for name in sys.argv[1:]]))
assert all(record.invoice for record in records), records
print(*sorted({"pypdf", "python_calamine", "lxml", "subprocess"} & set(sys.modules)))
"""


@pytest.fixture
def confined() -> Iterator[Confined]:
    own = Confined()
    yield own
    own.release()


def test_a_question_is_answered_and_the_next_one_by_the_same_process(confined: Confined) -> None:
    first = confined.ask(b"p", PDF)
    process = confined._process
    assert confined.ask(b"p", PDF) == first
    assert confined._process is process


def test_a_process_that_died_unasked_is_replaced(confined: Confined) -> None:
    first = confined.ask(b"p", PDF)
    assert confined._process
    confined._process.kill()
    confined._process.wait()
    assert confined.ask(b"p", PDF) == first


def test_a_question_nobody_knows_ends_the_process_and_not_this_one(confined: Confined) -> None:
    with pytest.raises(UnreadableError, match="breaks the program that reads it"):
        confined.ask(b"?", PDF)
    assert confined.ask(b"p", PDF)


def test_an_interrupt_while_waiting_leaves_no_answer_behind(
    confined: Confined, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("expense_agent.importers.confined._received", interrupted)
        with pytest.raises(KeyboardInterrupt):
            confined.ask(b"p", PDF)
    assert confined._process is None
    assert b"factur-x.xml" in confined.ask(b"p", PDF)


def test_files_sent_ahead_are_answered_in_whatever_order_they_are_asked_for(
    confined: Confined,
) -> None:
    first, second = PDF, hybrid([("xrechnung.xml", CII.encode())])
    confined.begin(b"p", first)
    confined.begin(b"p", second)
    confined.begin(b"p", hybrid())  # one more than are sent
    assert b"xrechnung.xml" in confined.ask(b"p", second)
    assert b"factur-x.xml" in confined.ask(b"p", first)
    assert b'"invoices": []' in confined.ask(b"p", hybrid())


def test_a_file_that_is_never_asked_for_ends_its_process_and_no_other_file(
    confined: Confined,
) -> None:
    bomb = hybrid(catalog=b"/X" + b"(" * 400_000 + b")" * 400_000)
    confined.begin(b"?", bomb)
    assert b"factur-x.xml" in confined.ask(b"p", PDF)


def test_a_file_sent_ahead_to_a_process_that_died_is_asked_for_again(confined: Confined) -> None:
    confined.ask(b"p", PDF)
    assert confined._process
    confined.begin(b"?", b"ends it")
    confined.begin(b"p", PDF)
    with pytest.raises(UnreadableError):
        confined.ask(b"?", confined._begun[0])
    assert b"factur-x.xml" in confined.ask(b"p", PDF)


def test_a_file_larger_than_the_pipe_is_not_sent_ahead(confined: Confined) -> None:
    large = hybrid([("factur-x.xml", CII.encode())]) + b"\n" * 2_000_000
    confined.begin(b"p", large)
    assert not confined._begun
    assert b"factur-x.xml" in confined.ask(b"p", large)


def test_several_threads_share_one_process(confined: Confined) -> None:
    answers: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: answers.append(confined.ask(b"p", PDF))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1


def is_running() -> bool:
    return CONFINED._process is not None


def test_nothing_is_left_running_when_a_batch_is_read_or_given_up(tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(PDF)
    assert len(invoices(list(read_batch([tmp_path])))) == 2
    assert not is_running()
    batch = read_batch([tmp_path])
    assert next(batch).invoice
    assert is_running()
    del batch
    assert not is_running()


def test_the_process_is_not_handed_secrets(
    confined: Confined, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "canary")
    confined.ask(b"p", PDF)
    assert confined._process
    environ = Path(f"/proc/{confined._process.pid}/environ")
    if environ.exists():
        assert b"canary" not in environ.read_bytes()


@pytest.mark.process
def test_the_libraries_are_loaded_by_the_process_alone(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("number,supplier,payable_amount,currency\n1,Good Ltd,1.00,EUR\n", "utf-8")
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(PDF)

    def loaded(*files: Path) -> list[str]:
        call = [sys.executable, "-c", LOOK, *map(str, files)]
        root = str(Path(__file__).parents[2])
        done = subprocess.run(
            call, env={**os.environ, "PYTHONPATH": root}, capture_output=True, text=True, check=True
        )
        assert done.stderr == ""
        return done.stdout.split()

    assert set(loaded(table)) <= {"subprocess"}
    assert set(loaded(pdf)) == {"lxml", "subprocess"}


def test_what_pypdf_complains_about_is_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    read(PDF[:1_000])
    assert capfd.readouterr() == ("", "")
