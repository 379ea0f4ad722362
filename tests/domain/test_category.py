from expense_agent.domain.category import UNSURE, Suggestion


def test_the_plain_form_of_a_suggestion_says_what_why_and_what_else() -> None:
    suggestion = Suggestion("travel", 0.6, "rule", "keyword 'taxi'", ("meals",), evidence="rule")
    assert suggestion.to_plain() == {
        "category": "travel",
        "confidence": 0.6,
        "kind": "rule",
        "why": "keyword 'taxi'",
        "others": ["meals"],
        "evidence": "rule",
        "right": 0,
        "seen": 0,
        "confirmed": 0,
        "mixed": False,
        "remark": "",
        "doubt": "",
    }


def test_unsure_names_no_category_and_rests_on_nothing() -> None:
    assert (UNSURE.category, UNSURE.kind, UNSURE.confidence) == (None, "none", 0.0)
