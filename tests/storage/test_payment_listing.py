"""The list of payments: its order, what is found in it, and its sums, read without its rows."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_agent.domain.money import Money
from expense_agent.errors import UsageProblem
from expense_agent.ports import Registered
from expense_agent.service import NOBODY_ASKED, PaymentQuery, PaymentView
from tests.builders import an_invoice
from tests.storage.books import Books, books

ODD = ("Straße & Söhne", "ÖRLIKON \N{LATIN CAPITAL LETTER I WITH DOT ABOVE}", "50%_off\\", 'a "b"')
FOUND_BY = (
    "supplier", "invoice_id", "account", "amount", "currency", "remittance", "execution_date",
    "payment_key",
)  # fmt: skip


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Books]:
    with books(tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    with books(tmp_path_factory.mktemp("odd")) as opened:
        for number, name in enumerate(ODD):
            known = opened.register(an_invoice("90.00 EUR", number=f"{number}"))
            account = None if number == 0 else "DE89370400440532013000"
            opened.pay(known, supplier=name, account=account, approved_by=("Ünal",) * (number == 1))
        yield opened


def paid(made: Books, *amounts: str) -> list[Registered]:
    several = [
        made.register(an_invoice(payable, number=f"{n}")) for n, payable in enumerate(amounts)
    ]
    for known in several:
        made.pay(known)
    return several


def said(payment: PaymentView) -> str:
    """Everything a payment is found by."""
    texts = [str(getattr(payment, name) or "") for name in FOUND_BY]
    return " ".join([*texts, " ".join(payment.approved_by) or NOBODY_ASKED]).casefold()


def test_a_search_of_thousands_of_words_is_refused_and_the_store_is_not_blamed(
    made: Books,
) -> None:
    with pytest.raises(UsageProblem, match="3,000 words: a search takes 100 at most"):
        found(made, " ".join(map(str, range(3000))))
    assert found(made, "the same word " * 1000) == []


def found(made: Books, text: str) -> list[int]:
    return list(made.listing.overview(PaymentQuery(text=text)).keys)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("STRASSE", [1]), ("straße söhne", [1]), ("örlikon", [2]), ("50%_", [3]), ("\\", [3]),
        ("%", [3]), ('"b"', [4]), ("ünal", [2]), ("nobody", [1, 3, 4]), ("clean 50%", [3]),
        ("90.00 eur", [1, 2, 3, 4]), ("90,00", []), ("de8937", [2, 3, 4]), ("  ", [1, 2, 3, 4]),
        ("straße örlikon", []), ("2026-12-01", [1, 2, 3, 4]),
    ],
)  # fmt: skip
def test_a_payment_is_found_by_all_words_of_a_search_in_any_case(
    odd: Books, text: str, keys: list[int]
) -> None:
    assert found(odd, text) == keys


def test_a_payment_is_found_by_its_key_and_by_its_invoice(made: Books) -> None:
    first, second = paid(made, "90.00 EUR", "12.30 EUR")
    assert found(made, f"KEY-{second.id}") == [2]
    assert found(made, first.id[:5]) == [1]


@given(st.lists(st.sampled_from([*" ".join(ODD), "nobody", "key-", "eur"]), max_size=4))
def test_a_search_finds_what_looking_into_every_payment_would_find(
    odd: Books, parts: list[str]
) -> None:
    text = "".join(parts)
    words = text.casefold().split()
    expected = [p.id for p in odd.payments() if all(word in said(p) for word in words)]
    assert found(odd, text) == expected


def test_views_have_the_statuses_sums_are_of_what_is_found_and_counts_of_everything(
    made: Books,
) -> None:
    invoices = paid(made, "90.00 EUR", "505 JPY", "50.125 BHD", "12.30 EUR", "1.00 EUR")
    made.take_back(invoices[3], 4)
    made.send("RUN", invoices[0], invoices[1])
    exported = made.listing.overview(PaymentQuery("exported"))
    assert (exported.keys, exported.totals) == ((1, 2), {"EUR": "90.00", "JPY": "505"})
    assert exported.counts == {"scheduled": 2, "exported": 2, "settled": 0, "voided": 1}
    voided = made.listing.overview(PaymentQuery("voided", "eur"))
    assert (voided.keys, voided.totals) == ((4,), {"EUR": "12.30"})
    assert made.listing.overview(PaymentQuery("exported", "bhd")).keys == ()


def test_sums_are_exact_beyond_what_a_database_can_count(made: Books) -> None:
    largest = Money.from_minor(2**63 - 1, "EUR")
    for number in range(3):
        made.pay(made.register(an_invoice("1.00 EUR", number=f"{number}")), amount=largest)
    assert made.listing.overview(PaymentQuery()).totals == {
        "EUR": f"{3 * largest.minor // 100}.{3 * largest.minor % 100:02}"
    }


def test_rows_come_in_the_order_of_their_keys_and_unknown_ones_are_left_out(made: Books) -> None:
    paid(made, "90.00 EUR", "12.30 EUR")
    assert [p.amount for p in made.listing.rows([2, 77, 1])] == ["12.30", "90.00"]


def test_an_empty_ledger_has_counts_too(made: Books) -> None:
    empty = made.listing.overview(PaymentQuery())
    assert (empty.keys, empty.totals, sum(empty.counts.values())) == ((), {}, 0)
