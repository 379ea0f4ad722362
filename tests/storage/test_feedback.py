"""Feedback on categories: appended once, taken back, shown on the invoice."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from expense_agent.domain.feedback import Feedback
from expense_agent.ports import Heard, Registered
from tests.builders import an_invoice
from tests.storage.books import Books, books
from tests.storage.words import a_word

SUGGESTED = {"category": "travel", "doubt": "travel is a guess", "others": []}


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Books]:
    with books(tmp_path) as opened:
        yield opened


def suggested(made: Books, number: str = "R-1") -> Registered:
    known = made.register(an_invoice(number=number))
    made.ledger.keep_trace(known.thread_id, SUGGESTED, [])
    return known


def shown(made: Books, known: Registered) -> tuple[object, object]:
    row = made.database.one("SELECT category, doubt FROM invoices WHERE thread_id = ?",
                            known.thread_id)  # fmt: skip
    assert row is not None
    return row["category"], row["doubt"]


def live(made: Books, known: Registered) -> list[str]:
    return [word.category for word in made.feedback.words_on(known.thread_id)]


def test_the_same_is_said_once(made: Books) -> None:
    known = suggested(made)
    assert made.feedback.add(a_word(known, "fees"), known.id)
    assert not made.feedback.add(a_word(known, "meals"), known.id)
    assert live(made, known) == ["fees"]
    assert len(made.trail.events(known.id)) == 2


def test_an_invoice_shows_what_was_said_last_and_nobody_need_look_again(made: Books) -> None:
    known = suggested(made)
    assert shown(made, known) == ("travel", "travel is a guess")
    made.feedback.add(a_word(known, "fees"), known.id)
    assert shown(made, known) == ("fees", None)
    made.ledger.keep_trace(known.thread_id, SUGGESTED, [])
    assert shown(made, known) == ("fees", None)


def test_an_answer_for_many_leaves_the_doubt(made: Books) -> None:
    known = suggested(made)
    made.feedback.add(a_word(known, "travel", kind="bulk"), known.id)
    assert shown(made, known) == ("travel", "travel is a guess")


def test_what_is_taken_back_ends_at_once_and_only_once(made: Books) -> None:
    known = suggested(made)
    made.feedback.add(a_word(known, "fees"), known.id)
    words = made.feedback.words_on(known.thread_id)
    assert made.feedback.take_back(words, "bob", known.id) == 1
    assert made.feedback.take_back(words, "bob", known.id) == 0
    assert shown(made, known) == ("travel", "travel is a guess")
    assert made.trail.events(known.id)[-1].action == "category_undone"


def test_a_reader_hears_only_of_subjects_that_were_spoken_of_since(made: Books) -> None:
    first, second = suggested(made), suggested(made, "R-2")
    made.feedback.add(a_word(first, "fees"), first.id)
    heard, said = made.feedback.heard_since(Heard())
    assert [[word.category for word in words] for words in said.values()] == [["fees"]]
    assert made.feedback.heard_since(heard) == (heard, {})
    made.feedback.add(a_word(second, "meals"), second.id)
    heard, said = made.feedback.heard_since(heard)
    assert list(said) == [second.thread_id]
    made.feedback.take_back(made.feedback.words_on(first.thread_id), "ann")
    assert made.feedback.heard_since(heard)[1] == {first.thread_id: []}


def test_an_old_ledger_is_learned_once_whole_or_not_at_all(made: Books) -> None:
    known = suggested(made)
    lines = [
        replace(a_word(known, kind="learned"), thread_id=None, subject=f"line {n}")
        for n in range(1200)
    ]
    assert made.feedback.add_all(lines, "old.csv", "ann") == 1200
    assert made.feedback.add_all(lines, "old.csv", "ann") == 0
    assert [event.action for event in made.trail.events()].count("categories_learned") == 3

    def broken() -> Iterator[Feedback]:
        yield replace(lines[0], subject="line 5000")
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        made.feedback.add_all(broken(), "new.csv", "ann")
    assert len(made.feedback.words_of(("name:nordwind logistik",))) == 1200


def test_corrections_since_are_those_of_the_supplier_by_any_of_its_keys(made: Books) -> None:
    known = suggested(made)
    word = a_word(known, "fees", kind="correction", scope="supplier")
    theirs = replace(word, thread_id=None, supplier_keys=("vat:DE1", 'name:a "b" söhne'))
    said = {
        "by its number": replace(theirs, at="2026-11-23"),
        "by its name": replace(theirs, at="2026-11-24", supplier_keys=('name:a "b" söhne',)),
        "too early": replace(theirs, at="2026-11-01"),
        "another's": replace(theirs, at="2026-11-24", supplier_keys=("name:a", "vat:DE11")),
        "of one invoice": replace(theirs, at="2026-11-24", scope="invoice"),
        "no correction": replace(theirs, at="2026-11-24", kind="confirmation"),
        "this one": replace(theirs, at="2026-11-24"),
        "taken back": replace(theirs, at="2026-11-24"),
    }
    for subject, one in said.items():
        made.feedback.add(replace(one, subject=subject))
    made.feedback.take_back(made.feedback.words_on("taken back"), "ann")
    keys = ('name:a "b" söhne', "vat:DE1")
    found = made.feedback.corrected_since("2026-11-22", keys, "this one")
    assert [one.subject for one in found] == ["by its number", "by its name"]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE category_feedback SET category = 'fees'",
        "DELETE FROM category_feedback",
        "INSERT OR REPLACE INTO category_feedback SELECT * FROM category_feedback",
        "UPDATE category_undone SET by = 'eve'",
        "DELETE FROM category_undone",
        "INSERT INTO category_undone VALUES (9, 1, 'eve', '')",
        "INSERT INTO category_undone VALUES (2, 77, 'eve', '')",
    ],
)
def test_the_tables_refuse_everything_but_the_next_row(made: Books, sql: str) -> None:
    known = suggested(made)
    made.feedback.add(a_word(known, "fees"), known.id)
    made.feedback.add(a_word(known, "meals", source="look 2"), known.id)
    made.feedback.take_back(made.feedback.words_on(known.thread_id)[:1], "ann")
    before = list(made.database.connection.iterdump())
    try:
        with made.database.transaction():
            made.database.write(sql)
    except sqlite3.IntegrityError:
        pass
    assert list(made.database.connection.iterdump()) == before
