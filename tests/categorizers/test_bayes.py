import pytest

from expense_agent.categorizers.keywords import NaiveBayes, features

IDS = ("travel", "meals", "office")


def a_model(*learned: tuple[str, str]) -> NaiveBayes:
    model = NaiveBayes()
    for name, category in learned * 60:
        model.learn(features(name, "", ""), category)
    return model


def best(model: NaiveBayes, name: str, words: str = "", cost_centre: str = "") -> str:
    shares = model.shares(features(name, words, cost_centre), IDS)
    return max(shares, key=shares.__getitem__)


def test_a_name_resembles_those_it_shares_pieces_with() -> None:
    model = a_model(("Taxi Lindqvist", "travel"), ("Bakery Holm", "meals"), ("Paper Co", "office"))
    assert best(model, "Taxibetrieb Nord") == "travel"
    assert best(model, "Bakery & Sons") == "meals"


def test_words_of_lines_and_cost_centres_count() -> None:
    model = NaiveBayes()
    for _ in range(60):
        model.learn(features("x", "two nights", "sales"), "travel")
        model.learn(features("x", "two boxes", "canteen"), "meals")
    assert best(model, "y", words="three nights") == "travel"
    assert best(model, "y", cost_centre="Canteen") == "meals"


def test_shares_are_shares() -> None:
    model = a_model(("Taxi", "travel"), ("Bakery", "meals"))
    for name in ("Taxi", "zzz", ""):
        shares = model.shares(features(name, "", ""), IDS)
        assert sum(shares.values()) == pytest.approx(1.0)
        assert min(shares.values()) > 0


def test_without_labels_every_category_has_the_same_share() -> None:
    assert set(NaiveBayes().shares(features("Taxi", "", ""), IDS).values()) == {1 / 3}


def test_what_is_unlearned_leaves_no_trace() -> None:
    model, other = a_model(("Taxi", "travel")), a_model(("Taxi", "travel"))
    model.learn(features("Bakery", "rolls", ""), "meals", 0.3)
    model.learn(features("Bakery", "rolls", ""), "meals", -0.3)
    for name in ("Taxi", "Bakery"):
        found = features(name, "", "")
        assert model.shares(found, IDS) == pytest.approx(other.shares(found, IDS))


def test_a_category_that_is_not_asked_for_takes_no_share() -> None:
    model = a_model(("Taxi", "travel"), ("Bakery", "meals"))
    assert set(model.shares(features("Taxi", "", ""), ("meals", "office"))) == {"meals", "office"}


def test_neither_digits_nor_single_letters_are_words() -> None:
    assert {f for f in features("", "4711 x 12.50 EUR90", "") if f.startswith("line")} == {
        "line eur"
    }
