from dataclasses import replace

import pytest

from expense_agent.categorizers.learned import FEWEST_LABELS, History
from expense_agent.categorizers.memory import PRIOR_ANSWERS, PRIORS
from expense_agent.domain.category import UNSURE, Category, Label
from tests.categorizers.labels import FOUR, a_history, bought, said


def others(count: int) -> list[Label]:
    """Labels of suppliers that have nothing to do with the one in question."""
    names = ("Bakery", "Grill", "Bistro", "Tavern")
    return [said("meals", bought(f"{names[n % 4]} {n}")) for n in range(count)]


def test_the_second_invoice_uses_the_correction_of_the_first() -> None:
    assert a_history().suggest(bought()) == UNSURE
    suggestion = a_history(said("office")).suggest(bought())
    assert (suggestion.category, suggestion.kind) == ("office", "supplier")
    assert suggestion.why == "1 of 1 earlier invoices of this supplier"


def test_the_cost_centre_has_the_first_word() -> None:
    garage = bought(cost_centre="garage")
    suggestion = a_history(said("meals"), said("travel", garage)).suggest(garage)
    assert (suggestion.category, suggestion.kind) == ("travel", "supplier_cost_centre")
    assert suggestion.why == "1 of 1 earlier invoices of this supplier and cost centre"
    assert suggestion.evidence == "pair: 1, contested"


def test_a_mixed_history_says_so_and_names_all_of_it() -> None:
    history = a_history(*[said("travel")] * 3, *[said("meals")] * 2)
    suggestion = history.suggest(bought())
    assert (suggestion.category, suggestion.others[0]) == ("travel", "meals")
    assert suggestion.why == "mixed: 3 travel, 2 meals earlier of this supplier"
    assert suggestion.mixed
    assert suggestion.confidence < 0.80


def test_a_long_history_of_one_category_is_not_mixed() -> None:
    suggestion = a_history(*[said("travel")] * 12).suggest(bought())
    assert suggestion.why == "12 of 12 earlier invoices of this supplier"
    assert (suggestion.mixed, suggestion.confirmed) == (False, 12)
    assert suggestion.confidence == PRIORS["4+ same"]


def test_the_right_category_of_a_supplier_with_two_is_among_the_candidates() -> None:
    suggestion = a_history(said("travel"), said("meals"), said("meals")).suggest(bought())
    assert {suggestion.category, *suggestion.others[:2]} >= {"travel", "meals"}
    assert len(suggestion.others) == 3


def test_a_new_supplier_with_a_keyword_names_the_keyword() -> None:
    suggestion = a_history().suggest(bought(words="taxi to the airport"))
    assert (suggestion.category, suggestion.kind) == ("travel", "rule")
    assert suggestion.why == "keyword 'taxi'"


def test_a_keyword_and_the_words_of_earlier_invoices_agree_or_not() -> None:
    history = a_history(*others(40), *[said("travel", bought("Cab", "cab ride"))] * 20)
    agree = history.suggest(bought("Cabman", "taxi ride"))
    assert (agree.category, agree.kind) == ("travel", "model_and_rule")
    alone = history.suggest(bought("Bakery West", "taxi"))
    assert (alone.kind, alone.why.startswith("new supplier")) != ("model_and_rule", False)


def test_without_a_keyword_a_new_supplier_is_a_guess_at_most() -> None:
    suggestion = a_history(*others(40)).suggest(bought("Bakery North"))
    assert (suggestion.category, suggestion.kind) == ("meals", "model")
    assert suggestion.confidence == PRIORS["model"]


def test_a_few_labels_are_too_few_to_guess_from() -> None:
    history = a_history(*others(FEWEST_LABELS - 1))
    said = history.suggest(bought("Bakery North"))
    assert replace(said, others=()) == UNSURE
    assert len(said.others) == 3  # candidates for a person, though no answer


def test_confidence_is_how_often_people_left_such_a_suggestion_as_it_was() -> None:
    history = a_history()
    for number in range(12):
        right = "travel" if number < 9 else "meals"
        about = bought(f"Supplier {number}")
        history.learn(said(right, about, suggested="travel", evidence="supplier: 1"))
    suggestion = history.suggest(bought("Supplier 3"))
    assert (suggestion.right, suggestion.seen) == (9, 12)
    expected = (9 + PRIOR_ANSWERS * PRIORS["1"]) / (12 + PRIOR_ANSWERS)
    assert suggestion.confidence == pytest.approx(expected, abs=0.001)


def test_an_answer_for_many_at_once_says_nothing_of_our_hits() -> None:
    said_at_once = said("travel", weight=0.3, suggested="travel", evidence="supplier: 1")
    assert a_history(said_at_once).suggest(bought()).seen == 0


def test_forgetting_undoes_all_that_a_label_did() -> None:
    history = a_history(said("travel", suggested="meals", evidence="rule"))
    history.forget(said("travel", suggested="meals", evidence="rule"))
    assert history.suggest(bought()) == UNSURE
    assert history.rates.of("rule").seen == 0


def test_a_removed_category_is_never_suggested() -> None:
    gone = Category("travel", "Travel", ("taxi",), removed=True)
    history = History((gone, *FOUR[1:]))
    for _ in range(20):
        history.learn(said("travel"))
    suggestion = history.suggest(bought(words="taxi"))
    assert "travel" not in (suggestion.category, *suggestion.others)
    assert suggestion.confidence < 0.80


def test_names_and_words_of_suppliers_never_reach_the_reason() -> None:
    hostile = bought("[red]evil[/]\x1b[2J", "\u202etaxi [@click=app.quit]")
    for history in (a_history(), a_history(*others(40)), a_history(said("meals", hostile))):
        why = history.suggest(hostile).why
        assert not set(why) & set("[]\x1b\u202e")
