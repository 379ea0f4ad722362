import subprocess
import sys
from dataclasses import replace
from functools import partial

import pytest

from expense_agent.categorizers import PRECEDENCE, Answer, Precedence, open_categorizer
from expense_agent.categorizers.memory import PRIORS
from expense_agent.domain.category import UNSURE, Category
from expense_agent.domain.supplier import Supplier
from tests.builders import an_invoice
from tests.categorizers.labels import FOUR, a_history, bought, said


def test_the_supplier_list_comes_before_keywords() -> None:
    categorizer = open_categorizer(lambda _supplier: "materials")
    suggestion = categorizer.suggest(an_invoice(description="Diesel"))
    assert (suggestion.category, suggestion.kind) == ("materials", "supplier_list")
    assert suggestion.confidence == PRIORS["supplier_list"]
    assert suggestion.why == "the supplier list says so"
    assert suggestion.others[0] == "vehicles"


@pytest.mark.parametrize("category", [None, "", "retired_category"])
def test_a_supplier_without_a_category_of_today_falls_back_to_keywords(
    category: str | None,
) -> None:
    suggestion = open_categorizer(lambda _supplier: category).suggest(an_invoice())
    assert (suggestion.category, suggestion.kind) == ("vehicles", "rule")


def test_another_supplier_is_not_affected_by_the_list() -> None:
    def listed(supplier: Supplier) -> str | None:
        return "fees" if supplier.name == "Nordwind" else None

    assert open_categorizer(listed).suggest(an_invoice()).category == "vehicles"


def test_without_a_list_keywords_answer_alone() -> None:
    assert open_categorizer().suggest(an_invoice()).kind == "rule"


def test_where_nobody_knows_the_answer_is_unsure() -> None:
    silent = an_invoice(supplier="Aldermoor", description="as agreed")
    assert open_categorizer(lambda _supplier: None).suggest(silent) == UNSURE


@pytest.mark.parametrize("reference", ["4711", "travel", " Travel "])
def test_the_account_the_document_names_comes_before_the_history(reference: str) -> None:
    categories = (replace(FOUR[0], gl_code="4711"), *FOUR[1:])
    categorizer = open_categorizer(lambda _supplier: "meals", categories)
    suggestion = categorizer.suggest(bought(cost_centre=reference))
    assert (suggestion.category, suggestion.kind) == ("travel", "invoice_reference")


@pytest.mark.parametrize("stronger", [k for k in PRECEDENCE if k in PRIORS or k == "user_rule"])
def test_the_first_in_the_order_of_precedence_answers(stronger: str) -> None:
    at = PRECEDENCE.index(stronger)
    weaker = [kind for kind in PRECEDENCE[at + 1 :] if kind in PRIORS]
    answers = [Answer("meals", kind, kind) for kind in weaker]
    answers.append(Answer("office", stronger, "because"))
    sources = [partial(lambda answer, _invoice: answer, answer) for answer in answers]
    suggestion = Precedence(a_history(), sources, FOUR).suggest(bought())
    assert (suggestion.category, suggestion.kind, suggestion.why) == ("office", stronger, "because")


def test_the_supplier_list_stands_until_people_have_said_otherwise() -> None:
    sources = [lambda _invoice: Answer("office", "supplier_list", "listed")]
    agreed = Precedence(a_history(said("office")), sources, FOUR).suggest(bought())
    assert (agreed.category, agreed.kind) == ("office", "supplier_list")
    corrected = Precedence(a_history(said("meals")), sources, FOUR).suggest(bought())
    assert (corrected.category, corrected.kind) == ("meals", "supplier")


def test_a_removed_category_is_suggested_by_nobody() -> None:
    gone = (Category("office", "Office", removed=True), *FOUR[:2])
    sources = [lambda _invoice: Answer("office", "user_rule", "always")]
    assert Precedence(a_history(), sources, gone).suggest(bought()) == UNSURE


def test_the_categorizers_load_nothing_but_the_standard_library() -> None:
    code = (
        "import sys; before = set(sys.modules); import expense_agent.categorizers; "
        "names = {name.partition('.')[0] for name in set(sys.modules) - before}; "
        "print(sorted(names - sys.stdlib_module_names - {'expense_agent'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
