import time

import pytest

from expense_agent.categorizers import CATEGORIES
from expense_agent.categorizers.keywords import CLEAR_CONFIDENCE, KeywordCategorizer
from expense_agent.domain.category import UNSURE, Category
from expense_agent.domain.policy import Policy
from tests.builders import an_invoice

KEYWORDS = KeywordCategorizer(CATEGORIES)


def test_the_sixteen_categories_have_unique_ids_and_keywords() -> None:
    ids = [category.id for category in CATEGORIES]
    assert len(set(ids)) == len(ids) == 16
    assert all(category.keywords and category.label for category in CATEGORIES)


def test_no_keyword_stands_for_two_categories() -> None:
    words = [word for category in CATEGORIES for word in category.keywords]
    assert sorted(set(words)) == sorted(words)


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Office cleaning in October", "maintenance"),
        ("Büroreinigung Oktober", "maintenance"),
        ("Royal Mail postage", "office"),
        ("Cloud hosting, team plan", "software"),
        ("Palettenfracht Hamburg - Wien", "vehicles"),
        ("Steuerberatung Jahresabschluss", "professional"),
        ("Ökostrom Lieferstelle 4", "utilities"),
        ("Miete Lagerhalle", "rent"),
        ("Recrutement: personnel intérimaire", "staffing"),
        ("Formularios y limpieza semanal", "maintenance"),
        ("Betriebshaftpflichtversicherung", "fees"),
        ("Hotel, two nights", "travel"),
    ],
)
def test_a_clear_word_in_several_languages_names_its_category(text: str, category: str) -> None:
    suggestion = KEYWORDS.suggest(an_invoice(supplier="Aldermoor", description=text))
    assert (suggestion.category, suggestion.kind) == (category, "rule")


def test_a_clear_word_is_a_guess_below_the_built_in_threshold() -> None:
    suggestion = KEYWORDS.suggest(an_invoice(supplier="Aldermoor", description="window cleaning"))
    assert suggestion.confidence == CLEAR_CONFIDENCE < Policy().confidence_threshold
    assert suggestion.why == "keyword 'window cleaning'"
    assert suggestion.others == ()


def test_two_categories_that_compete_are_worth_less_and_both_are_named() -> None:
    text = "window cleaning and coffee"
    suggestion = KEYWORDS.suggest(an_invoice(supplier="Aldermoor", description=text))
    assert suggestion.category == "maintenance"
    assert suggestion.confidence < CLEAR_CONFIDENCE
    assert suggestion.others == ("meals",)
    assert suggestion.why == "keyword 'window cleaning', but 'coffee' names meals"


def test_at_most_three_next_best_categories_are_named() -> None:
    text = "coffee, taxi, diesel, broadband, printing, insurance"
    suggestion = KEYWORDS.suggest(an_invoice(supplier="Aldermoor", description=text))
    assert len(suggestion.others) == 3


def test_the_name_of_the_supplier_counts_where_no_line_says_more() -> None:
    suggestion = KEYWORDS.suggest(an_invoice(supplier="Taxi Lindqvist AB", description=""))
    assert suggestion.category == "travel"


@pytest.mark.parametrize("text", ["", "   ", "...", "Position 1", "reference 4711"])
def test_text_without_a_keyword_is_unsure(text: str) -> None:
    assert KEYWORDS.suggest(an_invoice(supplier=None, description=text)) == UNSURE


@pytest.mark.parametrize("text", ["steam", "laptopless-x-teapot", "Preise", "skyscraper"])
def test_a_keyword_inside_another_word_names_nothing(text: str) -> None:
    words = (Category("meals", "Meals", ("tea",)), Category("travel", "Travel", ("reise",)))
    suggestion = KeywordCategorizer(words).suggest(an_invoice(supplier=None, description=text))
    assert suggestion == UNSURE


def test_case_accents_and_umlauts_do_not_matter() -> None:
    said = ("GETRÄNKELIEFERUNG", "Getraenkelieferung", "getra\u0308nkelieferung")
    found = {KEYWORDS.suggest(an_invoice(supplier=None, description=text)) for text in said}
    assert len(found) == 1
    assert found.pop().category == "meals"


def test_the_reason_carries_no_markup_or_escape_of_the_supplier() -> None:
    hostile = "[red]clean\x1b[2Jing[/x] fuel[@click=app.quit] \u202eleuf"
    suggestion = KEYWORDS.suggest(an_invoice(supplier=hostile, description=hostile))
    assert suggestion.why == "keyword 'clean', but 'fuel' names vehicles"


def test_categories_without_keywords_are_never_suggested() -> None:
    silent = KeywordCategorizer((Category("legacy", "Legacy"),))
    assert silent.suggest(an_invoice()) == UNSURE


@pytest.mark.parametrize(
    "text", ["x" * 100_000, "fuel " * 20_000, "\ufdfa" * 10_000, "a b " * 9_000]
)
def test_long_text_is_answered_in_time(text: str) -> None:
    invoice = an_invoice(description=text)
    begun = time.process_time()
    KEYWORDS.suggest(invoice)
    assert time.process_time() - begun < 0.5
