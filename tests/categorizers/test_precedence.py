import subprocess
import sys

import pytest

from expense_agent.categorizers import LISTED_CONFIDENCE, open_categorizer
from expense_agent.domain.category import UNSURE
from expense_agent.domain.supplier import Supplier
from tests.builders import an_invoice


def test_the_supplier_list_comes_before_keywords() -> None:
    categorizer = open_categorizer(lambda _supplier: "materials")
    suggestion = categorizer.suggest(an_invoice(description="Diesel"))
    assert (suggestion.category, suggestion.kind) == ("materials", "supplier_list")
    assert suggestion.confidence == LISTED_CONFIDENCE == pytest.approx(0.95)
    assert suggestion.why == "the supplier list says so"


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


def test_the_categorizers_load_nothing_but_the_standard_library() -> None:
    code = (
        "import sys; before = set(sys.modules); import expense_agent.categorizers; "
        "names = {name.partition('.')[0] for name in set(sys.modules) - before}; "
        "print(sorted(names - sys.stdlib_module_names - {'expense_agent'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
