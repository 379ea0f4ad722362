import pytest

from expense_agent.categorizers.memory import FORGETTING, REMEMBERED, Memory, Remembered
from expense_agent.domain.category import Label
from expense_agent.domain.feedback import known_as
from expense_agent.domain.invoice import Invoice
from expense_agent.domain.supplier import Supplier
from tests.categorizers.labels import FOUR, bought, said

IDS = [category.id for category in FOUR]
EVEN = dict.fromkeys(IDS, 1 / len(IDS))


def a_memory(*labels: Label) -> Memory:
    memory = Memory()
    for label in labels:
        memory.learn(label)
    return memory


def recalled(memory: Memory, invoice: Invoice) -> Remembered | None:
    return memory.recall(invoice.supplier, invoice.cost_centre, EVEN, IDS)


def best(memory: Memory, invoice: Invoice) -> str | None:
    known = recalled(memory, invoice)
    return max(known.shares, key=known.shares.__getitem__) if known else None


def test_what_was_said_last_of_a_supplier_outweighs_what_was_said_before() -> None:
    memory = a_memory(said("travel"), said("meals"))
    assert best(memory, bought()) == "meals"


def test_a_majority_outweighs_the_last_word() -> None:
    memory = a_memory(said("travel"), said("travel"), said("travel"), said("meals"))
    assert best(memory, bought()) == "travel"
    known = recalled(memory, bought())
    assert known is not None
    weight = {"travel": sum(FORGETTING**age for age in (1, 2, 3)), "meals": 1.0}
    assert known.shares["travel"] > known.shares["meals"] > known.shares["office"]
    gained = {c: known.shares[c] - known.shares["office"] for c in weight}
    assert gained["travel"] / gained["meals"] == pytest.approx(weight["travel"])


def test_a_cost_centre_has_its_own_memory_and_falls_back_to_the_supplier() -> None:
    garage = bought(cost_centre="garage")
    memory = a_memory(said("meals"), said("meals"), said("travel", garage))
    assert best(memory, garage) == "travel"
    assert best(memory, bought(cost_centre="kitchen")) == "meals"
    known = recalled(memory, garage)
    assert known is not None
    assert (known.of_pair, known.labels, known.contested) == (True, ("travel",), True)


def test_only_the_last_labels_count() -> None:
    memory = a_memory(*[said("travel")] * 40, *[said("meals")] * REMEMBERED)
    known = recalled(memory, bought())
    assert known is not None
    assert known.counts == [("meals", REMEMBERED)]


def test_what_is_forgotten_has_no_influence_any_more() -> None:
    first, second = said("travel", subject="t1"), said("meals", subject="t2")
    memory = a_memory(first, second)
    memory.forget(second)
    assert best(memory, bought()) == "travel"
    memory.forget(first)
    assert recalled(memory, bought()) is None


def test_labels_of_a_removed_category_say_nothing() -> None:
    memory = a_memory(said("retired"))
    assert recalled(memory, bought()) is None


def test_answers_for_many_at_once_count_less_and_confirm_nothing() -> None:
    known = recalled(a_memory(said("travel"), said("meals", weight=0.3)), bought())
    assert known is not None
    assert max(known.shares, key=known.shares.__getitem__) == "travel"
    assert known.confirmed == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A1", "A2"),
        ("Supplier A", "Supplier B"),
        ("Studio 54", "Studio 55"),
        ("Northwind", "Northwind Logistics"),
        ("Amazon Web Services", "Amazon"),
    ],
)
def test_a_similar_name_does_not_inherit(one: str, other: str) -> None:
    memory = a_memory(said("travel", bought(one)))
    assert recalled(memory, bought(other)) is None
    assert best(memory, bought(one)) == "travel"


@pytest.mark.parametrize(
    "written",
    ["MÜLLER & SÖHNE GMBH", "Mueller Soehne", "paypal *Müller & Söhne", "SQ *Müller Söhne"],
)
def test_the_same_name_in_another_notation_is_the_same_supplier(written: str) -> None:
    memory = a_memory(said("office", bought("Müller & Söhne GmbH")))
    assert best(memory, bought(written)) == "office"


def test_the_number_behind_a_card_payment_is_not_part_of_the_name() -> None:
    memory = a_memory(said("fees", bought("facebk *f8nu366ag2")))
    assert best(memory, bought("FACEBK *Q9M5Y5A9G2")) == "fees"


@pytest.mark.parametrize("name", [None, "", "   ", "***", "- . -"])
def test_an_empty_name_has_no_memory(name: str | None) -> None:
    nobody = bought(name)
    assert known_as(nobody.supplier) == ()
    assert recalled(a_memory(said("travel", nobody)), nobody) is None


def test_an_id_is_stronger_than_a_name() -> None:
    here, there = (Supplier(name="Aldermoor", vat_id=vat) for vat in ("DE1", "FR2"))
    memory = a_memory(said("travel", bought(here)))
    assert recalled(memory, bought(there)) is None
    assert best(memory, bought(Supplier(name="Aldermoor Renamed", vat_id="DE1"))) == "travel"


def test_what_was_learned_by_name_alone_holds_for_the_supplier_with_ids_and_back() -> None:
    with_id = Supplier(name="Aldermoor", vat_id="DE1")
    assert best(a_memory(said("travel", bought("Aldermoor"))), bought(with_id)) == "travel"
    assert best(a_memory(said("travel", bought(with_id))), bought("Aldermoor")) == "travel"
