import threading
from functools import partial
from queue import Queue

from tui.messages import Answered
from tui.reading_thread import ReadingThread


def started() -> tuple[ReadingThread, "Queue[Answered]"]:
    answers: Queue[Answered] = Queue()
    reader = ReadingThread(answers.put)
    reader.start()
    return reader, answers


def test_an_answer_comes_with_its_question() -> None:
    reader, answers = started()
    reader.ask("rows", (1, 2), lambda: "read")
    answer = answers.get(timeout=10)
    assert (answer.kind, answer.question, answer.answer) == ("rows", (1, 2), "read")
    assert reader.is_current(answer)
    reader.close()


def test_of_a_kind_only_the_newest_waiting_question_is_asked() -> None:
    reader, answers = started()
    gate, reached = threading.Event(), threading.Event()

    def slow() -> str:
        reached.set()
        gate.wait(10)
        return "slow"

    asked: list[int] = []
    reader.ask("other", None, slow)
    reached.wait(10)
    for number in range(5):
        reader.ask("rows", number, partial(asked.append, number))
    gate.set()
    assert answers.get(timeout=10).answer == "slow"
    assert answers.get(timeout=10).question == 4
    assert asked == [4]
    reader.close()


def test_an_answer_overtaken_by_a_newer_question_is_not_current() -> None:
    reader, answers = started()
    reader.ask("queue", "old", lambda: 1)
    old = answers.get(timeout=10)
    reader.ask("queue", "new", lambda: 2)
    assert not reader.is_current(old)
    assert reader.is_current(answers.get(timeout=10))
    reader.close()


def test_an_error_is_an_answer_and_the_thread_goes_on() -> None:
    reader, answers = started()
    error = OSError("gone")

    def broken() -> None:
        raise error

    reader.ask("rows", None, broken)
    assert answers.get(timeout=10).error is error
    reader.ask("rows", None, lambda: "again")
    assert answers.get(timeout=10).answer == "again"
    reader.close()
