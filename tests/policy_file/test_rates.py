"""Exchange rates from a dated file: of each currency the newest, with its day; none guessed."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from expense_agent.domain.facts import Facts
from expense_agent.domain.money import Money
from expense_agent.domain.policy import Policy, news
from expense_agent.domain.rules import over_limit
from expense_agent.errors import PolicyInvalid
from expense_agent.policy_file import load_policy
from tests.builders import a_suggestion, an_invoice

RATES = """\
date,currency,rate
2026-10-30,USD,1.20
2026-11-02,USD,1.10
2026-11-01,GBP,0.86
2026-10-31,USD,1.30
2999-01-01,GBP,9.99
"""


def loaded(folder: Path, rates: str, policy: str = 'exchange_rates_file = "rates.csv"\n') -> Policy:
    (folder / "rates.csv").write_text(rates, encoding="utf-8")
    (folder / "policy.toml").write_text(policy, encoding="utf-8")
    return load_policy(folder / "policy.toml")


def problems(folder: Path, rates: str, policy: str = 'exchange_rates_file = "rates.csv"\n') -> str:
    with pytest.raises(PolicyInvalid) as refused:
        loaded(folder, rates, policy)
    return str(refused.value)


def test_of_each_currency_the_newest_rate_counts_and_none_that_is_ahead(tmp_path: Path) -> None:
    policy = loaded(tmp_path, RATES)
    assert policy.exchange_rates == {"USD": Decimal("1.10"), "GBP": Decimal("0.86")}
    assert policy.rate_date("USD") == date(2026, 11, 2)
    assert policy.rate_date("GBP") == date(2026, 11, 1)


def test_a_reason_shows_the_rate_and_its_day(tmp_path: Path) -> None:
    policy = loaded(tmp_path, RATES)
    [found] = over_limit(an_invoice("860.00 GBP"), a_suggestion(), Facts(), policy)
    assert found.reason == "860.00 GBP is over the automatic limit 500.00 EUR"
    assert found.evidence == ("860.00 GBP is 1,000.00 EUR", "1 EUR = 0.86 GBP, rate of 2026-11-01")


def test_the_rate_of_another_day_is_no_news_to_whoever_saw_the_invoice(tmp_path: Path) -> None:
    seen = over_limit(an_invoice("860.00 GBP"), a_suggestion(), Facts(), loaded(tmp_path, RATES))
    next_day = loaded(tmp_path, RATES + "2026-11-03,GBP,0.85\n")
    now = over_limit(an_invoice("860.00 GBP"), a_suggestion(), Facts(), next_day)
    assert seen != now
    assert news(tuple(now), tuple(seen)) == ()


def test_a_currency_the_file_does_not_have_needs_a_person(tmp_path: Path) -> None:
    policy = loaded(tmp_path, RATES)
    assert policy.in_base_currency(Money(Decimal(1), "NOK")) is None
    [found] = over_limit(an_invoice("1.00 NOK"), a_suggestion(), Facts(), policy)
    assert "no exchange rate for NOK" in found.reason


def test_another_rate_is_another_policy(tmp_path: Path) -> None:
    before = loaded(tmp_path, RATES).version
    assert loaded(tmp_path, RATES.replace("1.10", "1.11")).version != before


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        ("date,currency\n", "no column rate"),
        ("date,currency,rate\n02.11.2026,USD,1.1\n", "line 2: '02.11.2026' is not a date"),
        ("date,currency,rate\n2026-02-30,USD,1.1\n", "line 2: "),
        ("date,currency,rate\n2026-11-02,XXX,1.1\n", "line 2: 'XXX' is not a currency"),
        ("date,currency,rate\n2026-11-02,USD,0\n", "line 2: '0' is not a rate above zero"),
        ("date,currency,rate\n2026-11-02,USD,1e3\n", "line 2: '1e3' is not a rate above zero"),
        ("date,currency,rate\n2026-11-02,USD\n", "line 2: '' is not a rate"),
        ('date,currency,rate\n"2026', "is not CSV in UTF-8"),
    ],
)
def test_a_file_that_is_wrong_anywhere_is_refused_whole(
    tmp_path: Path, rates: str, said: str
) -> None:
    assert said in problems(tmp_path, rates)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "none.csv cannot be read" in problems(
        tmp_path, RATES, 'exchange_rates_file = "none.csv"\n'
    )


def test_rates_are_named_in_one_place(tmp_path: Path) -> None:
    both = 'exchange_rates_file = "rates.csv"\n[exchange_rates]\nas_of = 2026-11-01\nUSD = "1"\n'
    assert "name them once" in problems(tmp_path, RATES, both)
